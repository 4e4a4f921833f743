import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import { answer, type AnswerOf, type BodyOf, type Schemas } from '../api.ts';
import { defined } from '../defined.ts';
import { print, table } from '../output.ts';
import { pageOptions, readPage, type PageOptions } from '../pages.ts';
import type { CommandContext } from '../register.ts';
import { requestsOf } from '../requests.ts';

type Replay = Schemas['Replay'];
type Plan = Extract<AnswerOf<'postWebhooksByIdReplays'>, { dry_run: true }>;

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
export function replayCommands(program: Command, context: CommandContext): void {
  const add = requestsOf(program.command('replays').description('events that webhooks get again'), context);
  add({
    usage: 'list <webhook-id>',
    description: 'the latest replays of a webhook, newest first',
    options: pageOptions(),
    ask: (api, [id], options: PageOptions) =>
      readPage(options, (query) =>
        answer(api.GET('/api/v1/webhooks/{id}/replays', { params: { path: { id }, query } })),
      ),
    text: ({ items }) => listText(items),
  });
  add({
    usage: 'show <replay-id>',
    description: 'one replay: what it sends, and how far it is',
    ask: (api, [id]) => answer(api.GET('/api/v1/replays/{id}', { params: { path: { id } } })),
    text: showText,
  });
  add({
    usage: 'pause <replay-id>',
    description: 'sends nothing more until it is resumed',
    ask: (api, [id]) => answer(api.POST('/api/v1/replays/{id}/pause', { params: { path: { id } } })),
    text: showText,
  });
  add({
    usage: 'resume <replay-id>',
    description: 'lets a paused replay go on',
    ask: (api, [id]) => answer(api.POST('/api/v1/replays/{id}/resume', { params: { path: { id } } })),
    text: showText,
  });
  add({
    usage: 'cancel <replay-id>',
    description: 'ends a replay; what is in flight is finished',
    ask: (api, [id]) => answer(api.POST('/api/v1/replays/{id}/cancel', { params: { path: { id } } })),
    text: showText,
  });
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
      const client = api();
      const params = { path: { id: webhookId } };
      const begun = await answer(client.POST('/api/v1/webhooks/{id}/replays', { params, body: bodyOf(options) }));
      if ('dry_run' in begun) {
        print(options.json, begun, planText(begun));
        return;
      }
      print(options.json, begun, showText(begun));
      if (options.follow === true) {
        const { id } = begun;
        await follow(begun, options.json, () =>
          answer(client.GET('/api/v1/replays/{id}', { params: { path: { id } } })),
        );
      }
    });
}

function bodyOf(options: ReplayOptions): BodyOf<'postWebhooksByIdReplays'> {
  const { failed = false, matched = false, event, from, until, key, dryRun = false } = options;
  const scopes: Replay['scope'][] = [
    ...(failed ? (['failed'] as const) : []),
    ...(matched ? (['matched'] as const) : []),
    ...(event ? (['event'] as const) : []),
  ];
  const [scope, ...others] = scopes;
  if (scope === undefined || others.length > 0) {
    throw new Error('say which events: one of --failed, --matched and --event');
  }
  return { scope, ...defined({ from, until, event_uuids: event, idempotency_key: key }), dry_run: dryRun };
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
