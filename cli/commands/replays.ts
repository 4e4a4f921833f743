import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import { print, table } from '../output.ts';
import { readPage, withPages, type PageOf, type PageOptions } from '../pages.ts';
import type { CommandContext } from '../register.ts';

interface Replay {
  id: string;
  scope: string;
  from: string;
  until: string;
  status: string;
  planned: number;
  planned_is_minimum: boolean;
  delivered: number;
  failed: number;
  skipped: number;
  percent: number;
  eta_seconds: number | null;
  settled_until: string;
  workflow_id: string;
  created_at: string;
}

interface Plan {
  dry_run: true;
  from: string;
  until: string;
  planned: number;
  planned_is_minimum: boolean;
  masked: number;
  eta_seconds: number;
  sample: { event_uuid: string; inserted_at: string }[];
  unknown_event_uuids: string[];
}

interface ReplayOptions {
  failed?: boolean;
  matched?: boolean;
  event?: string[];
  from?: string;
  until?: string;
  key?: string;
  dryRun?: boolean;
  follow?: boolean;
  json?: boolean;
}

const FOLLOW_EVERY_MS = 1_000;

/** `sluice replays …` */
export function replayCommands(program: Command, { api }: CommandContext): void {
  const replays = program.command('replays').description('events that webhooks get again');
  withPages(replays.command('list').description('the latest replays of a webhook, newest first'))
    .argument('<webhook-id>')
    .option('--json', 'print one JSON object')
    .action(async (webhookId: string, options: PageOptions & { json?: boolean }) => {
      const path = `/webhooks/${encodeURIComponent(webhookId)}/replays`;
      const page = await readPage<PageOf<Replay>>(api(), path, options);
      print(options.json, page, listText(page.items));
    });
  for (const [name, method, description] of [
    ['show', 'GET', 'one replay: what it sends, and how far it is'],
    ['pause', 'POST', 'sends nothing more until it is resumed'],
    ['resume', 'POST', 'lets a paused replay go on'],
    ['cancel', 'POST', 'ends a replay; what is in flight is finished'],
  ] as const) {
    replays
      .command(name)
      .description(description)
      .argument('<replay-id>')
      .option('--json', 'print one JSON object')
      .action(async (id: string, options: { json?: boolean }) => {
        const path = `/replays/${encodeURIComponent(id)}${method === 'GET' ? '' : `/${name}`}`;
        const replay = await api()<Replay>(method, path);
        print(options.json, replay, showText(replay));
      });
  }
}

/** `sluice webhooks replay` */
export function webhookReplayCommand(webhooks: Command, { api }: CommandContext): void {
  webhooks
    .command('replay')
    .description('sends events to a webhook again, at low priority')
    .argument('<webhook-id>')
    .option('--failed', 'those of the range that were given up or are parked')
    .option('--matched', 'everything of the range that the filter matches')
    .option('--event <uuids...>', 'these events')
    .option('--from <time>', 'time of ingestion, RFC 3339')
    .option('--until <time>', 'exclusive; now when left out')
    .option('--key <text>', 'the same key again begins nothing new')
    .option('--dry-run', 'count only')
    .option('--follow', 'print the progress until the end')
    .option('--json', 'print JSON, with --follow a line for each change')
    .action(async (webhookId: string, options: ReplayOptions) => {
      const path = `/webhooks/${encodeURIComponent(webhookId)}/replays`;
      const answer = await api()<Replay | Plan>('POST', path, bodyOf(options));
      if ('dry_run' in answer) {
        print(options.json, answer, planText(answer));
        return;
      }
      print(options.json, answer, showText(answer));
      if (options.follow === true) {
        await follow(answer, options.json, () => api()<Replay>('GET', `/replays/${answer.id}`));
      }
    });
}

function bodyOf({ failed, matched, event, from, until, key, dryRun }: ReplayOptions): Record<string, unknown> {
  const scopes = [...(failed ? ['failed'] : []), ...(matched ? ['matched'] : []), ...(event ? ['event'] : [])];
  if (scopes.length !== 1) {
    throw new Error('say which events: one of --failed, --matched and --event');
  }
  return {
    scope: scopes[0],
    ...{ from, until, event_uuids: event, idempotency_key: key },
    dry_run: dryRun ?? false,
  };
}

async function follow(first: Replay, json: boolean | undefined, look: () => Promise<Replay>): Promise<void> {
  let replay = first;
  while (replay.status === 'running' || replay.status === 'paused') {
    await delay(FOLLOW_EVERY_MS);
    const next = await look();
    if (progressText(next) !== progressText(replay)) {
      print(json, next, progressText(next));
    }
    replay = next;
  }
}

function plannedText(one: Pick<Plan, 'planned' | 'planned_is_minimum'>): string {
  return `${aboutOf(one)} ${String(one.planned)}`;
}

function aboutOf({ planned_is_minimum: isMinimum }: Pick<Plan, 'planned_is_minimum'>): string {
  return isMinimum ? 'at least' : 'about';
}

function progressText({ status, percent, delivered, failed, skipped, eta_seconds }: Replay): string {
  const left = eta_seconds === null || status !== 'running' ? '' : `, about ${String(eta_seconds)} s left`;
  const counts = `${String(delivered)} delivered, ${String(failed)} failed, ${String(skipped)} skipped`;
  return `${status}: ${String(percent)} %, ${counts}${left}`;
}

function planText(plan: Plan): string {
  const { from, until, masked, eta_seconds, sample, unknown_event_uuids: unknown } = plan;
  const seconds = `${aboutOf(plan)} ${String(eta_seconds)} s`;
  const lines = [`${plannedText(plan)} events from ${from} until ${until}, ${seconds}`];
  return [
    ...lines,
    ...(masked === 0 ? [] : [`${String(masked)} of them were masked when they came, and are left out`]),
    ...(sample.length === 0
      ? []
      : [
          table(
            ['EVENT', 'INGESTED'],
            sample.map((one) => [one.event_uuid, one.inserted_at]),
          ),
        ]),
    ...(unknown.length === 0 ? [] : [`not in the event log: ${unknown.join(', ')}`]),
  ].join('\n');
}

function listText(items: readonly Replay[]): string {
  return table(
    ['REPLAY', 'CREATED', 'SCOPE', 'STATUS', '%', 'DELIVERED', 'FAILED', 'SKIPPED'],
    items.map((one) => [
      ...[one.id, one.created_at, one.scope, one.status],
      ...[one.percent, one.delivered, one.failed, one.skipped],
    ]),
  );
}

function showText(replay: Replay): string {
  return table(
    ['REPLAY', replay.id],
    [
      ['scope', replay.scope],
      ['range', `${replay.from} .. ${replay.until}`],
      ['planned', plannedText(replay)],
      ['progress', progressText(replay)],
      ['settled until', replay.settled_until],
      ['workflow', replay.workflow_id],
    ],
  );
}
