import { Option, type Command } from 'commander';
import { answer, type Schemas } from '../api.ts';
import { defined } from '../defined.ts';
import { pageOptions, readPage, type PageOptions } from '../pages.ts';
import type { CommandContext } from '../register.ts';
import { facts, FROM, listed, requestsOf, TO, type Range } from '../requests.ts';

/** `sluice events …`, `sluice overview`, `sluice usage`, `sluice quotas …` */
export function activityCommands(program: Command, context: CommandContext): void {
  eventCommands(program.command('events').description('what is captured, and where it went'), context);
  const add = requestsOf(program, context);
  add({
    usage: 'overview',
    description: 'every export and webhook at a glance, and what needs attention',
    ask: (api) => answer(api.GET('/api/v1/overview')),
    text: ({ destinations, attention }) =>
      [
        listed(destinations, ['product', 'name', 'kind', 'health', 'lag_seconds', 'sent']),
        `Needs attention:\n${listed(attention, ['product', 'name', 'reason', 'remedy'])}`,
      ].join('\n\n'),
  });
  add({
    usage: 'usage',
    description: 'what was captured, exported and delivered, day by day',
    options: [FROM, TO],
    ask: (api, _given, { from, to }: Range) =>
      answer(api.GET('/api/v1/usage', { params: { query: defined({ from, to }) } })),
    text: ({ days, quotas }) => `${listed(days, ['day', 'events', 'exports', 'webhooks'])}\n\n${quotaText(quotas)}`,
  });
  quotaCommands(program.command('quotas').description('limits that your team sets itself'), context);
}

function quotaCommands(quotas: Command, context: CommandContext): void {
  const add = requestsOf(quotas, context);
  add({
    usage: 'show',
    description: 'the quotas, and how much of them is used today',
    ask: (api) => answer(api.GET('/api/v1/quotas')),
    text: quotaText,
  });
  add({
    usage: 'set <export-rows-per-day>',
    description: 'rows that all exports together may load in a UTC day, or none; needs a key with the scope admin',
    ask: (api, [rows]) => answer(api.PATCH('/api/v1/quotas', { body: { export_rows_per_day: rowsOf(rows) } })),
    text: quotaText,
  });
}

function eventCommands(events: Command, context: CommandContext): void {
  const add = requestsOf(events, context);
  add({
    usage: 'list',
    description: 'captured events, newest first',
    options: [
      ...pageOptions(),
      new Option('--since <time>', 'RFC 3339; default: a day ago'),
      new Option('--event <name>', 'only this event'),
      new Option('--search <text>', 'a uuid, or text in the distinct id, the name or the properties'),
    ],
    ask: (api, _given, options: PageOptions & { since?: string; event?: string; search?: string }) => {
      const { since, event, search } = options;
      return readPage(options, (page) =>
        answer(api.GET('/api/v1/events', { params: { query: { ...page, ...defined({ since, event, search }) } } })),
      );
    },
    text: ({ items }) => listed(items, ['inserted_at', 'uuid', 'event', 'distinct_id', 'library']),
  });
  add({
    usage: 'properties',
    description: 'names of properties that filters can ask for',
    ask: (api) => answer(api.GET('/api/v1/property-names')),
    text: ({ event, person }) => `${namesOf('event', event)}\n${namesOf('person', person)}`,
  });
  add({
    usage: 'capture',
    description: 'host and token with which events are sent',
    ask: (api) => answer(api.GET('/api/v1/capture')),
    text: facts,
  });
  add({
    usage: 'show <event-uuid>',
    description: 'an event, and where it went',
    ask: (api, [uuid]) => answer(api.GET('/api/v1/events/{uuid}', { params: { path: { uuid } } })),
    text: facts,
  });
}

function namesOf(source: string, names: readonly string[]): string {
  return names.length === 0 ? `no properties of ${source}s` : names.map((name) => `${source}  ${name}`).join('\n');
}

/** What is no number is sent as it is, so that the API refuses it. */
function rowsOf(given: string): number | null {
  return given === 'none' ? null : ((/^\d+$/.test(given) ? Number(given) : given) as number);
}

function quotaText({ export_rows: rows }: Schemas['Quotas']): string {
  return rows.limit === null
    ? 'No quota of exported rows.'
    : `Exported rows: ${String(rows.used)} of ${String(rows.limit)} today; renews at ${rows.renews_at}`;
}
