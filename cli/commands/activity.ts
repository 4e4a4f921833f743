import { Option, type Command } from 'commander';
import type { CommandContext } from '../register.ts';
import { facts, FROM, listed, requestCommands, TO } from '../requests.ts';

/** `sluice events …`, `sluice overview`, `sluice usage`, `sluice quotas …` */
export function activityCommands(program: Command, context: CommandContext): void {
  requestCommands(program.command('events').description('what is captured, and where it went'), context, [
    {
      ...{ usage: 'list', description: 'captured events, newest first', path: '/events' },
      options: [
        new Option('--since <time>', 'RFC 3339; default: a day ago'),
        new Option('--event <name>', 'only this event'),
        new Option('--search <text>', 'a uuid, or text in the distinct id, the name or the properties'),
      ],
      ...{ query: ['since', 'event', 'search'], paged: true },
      text: listed(['inserted_at', 'uuid', 'event', 'distinct_id', 'library']),
    },
    {
      ...{ usage: 'properties', description: 'names of properties that filters can ask for', path: '/property-names' },
      text: ({ event, person }) => `${namesOf('event', event)}\n${namesOf('person', person)}`,
    },
    { usage: 'capture', description: 'host and token with which events are sent', path: '/capture', text: facts },
    { usage: 'show <event-uuid>', description: 'an event, and where it went', path: '/events/{}', text: facts },
  ]);
  requestCommands(program, context, [
    {
      ...{ usage: 'overview', description: 'every export and webhook at a glance, and what needs attention' },
      path: '/overview',
      text: ({ destinations, attention }) =>
        [
          listed(['product', 'name', 'kind', 'health', 'lag_seconds', 'sent'])({ items: destinations }, []),
          `Needs attention:\n${listed(['product', 'name', 'reason', 'remedy'])({ items: attention }, [])}`,
        ].join('\n\n'),
    },
    {
      ...{ usage: 'usage', description: 'what was captured, exported and delivered, day by day', path: '/usage' },
      ...{ options: [FROM, TO], query: ['from', 'to'] },
      text: (answer) => `${listed(['day', 'events', 'exports', 'webhooks'], 'days')(answer, [])}\n\n${quotaOf(answer)}`,
    },
  ]);
  requestCommands(program.command('quotas').description('limits that your team sets itself'), context, [
    {
      ...{ usage: 'show', description: 'the quotas, and how much of them is used today', path: '/quotas' },
      text: (quotas) => quotaOf({ quotas }),
    },
    {
      usage: 'set <export-rows-per-day>',
      description: 'rows that all exports together may load in a UTC day, or none; needs a key with the scope admin',
      method: 'PATCH',
      path: '/quotas',
      body: (_options, [rows]) => ({ export_rows_per_day: rowsOf(rows) }),
      text: (quotas) => quotaOf({ quotas }),
    },
  ]);
}

function namesOf(source: string, names: unknown): string {
  const list = (names ?? []) as string[];
  return list.length === 0 ? `no properties of ${source}s` : list.map((name) => `${source}  ${name}`).join('\n');
}

/** What is no number is sent as it is, so that the API refuses it. */
function rowsOf(given = ''): number | string | null {
  if (given === 'none') {
    return null;
  }
  return /^\d+$/.test(given) ? Number(given) : given;
}

interface Quotas {
  export_rows: { limit: number | null; used: number; renews_at: string };
}

function quotaOf(answer: Record<string, unknown>): string {
  const { export_rows: rows } = (answer['quotas'] ?? {}) as Partial<Quotas>;
  if (rows === undefined || rows.limit === null) {
    return 'No quota of exported rows.';
  }
  return `Exported rows: ${String(rows.used)} of ${String(rows.limit)} today; renews at ${rows.renews_at}`;
}
