import { deliveryStates, lastReplayedAt, type DeliveryState } from '../clickhouse/replay-range.ts';
import { TailScans } from '../clickhouse/tail-scans.ts';
import { signalReplayChanged } from '../client/replays.ts';
import { NO_COUNTS, type ReplayCounts } from '../core/replays.ts';
import type { Micros } from '../core/time.ts';
import type { TailEvent } from '../core/webhook-event.ts';
import { PageSize } from '../delivery/page-size.ts';
import type { CursorPosition, ReplayPage, ReplayPort, ReplayTask } from '../delivery/shard/ports.ts';
import { beginReplay, runningReplays, saveReplay, type ReplayRecord } from '../store/replays.ts';
import type { Share } from '../store/webhooks.ts';
import type { ActivityDeps } from './deps.ts';
import { FailedPages } from './failed-pages.ts';
import { readDeliverables } from './messages.ts';

type PageQuery = Parameters<ReplayPort['readPage']>[1];

/** Events of a page before anybody has asked what became of them. */
interface RawPage {
  events: TailEvent[];
  /** Those that the page should have had and that are gone. */
  missing: number;
  next: CursorPosition | undefined;
}

/** Replays as a shard sees them: rows in Postgres say what to do, ClickHouse has the events. */
export function replayPort(deps: ActivityDeps, lease: Share & { epoch: number }): ReplayPort {
  const readers = { failed: new FailedPages(deps.clickhouse), scans: new TailScans(deps.clickhouse) };
  return {
    load: async (destinations) => {
      const rows = await runningReplays(deps.db, lease);
      const wanted = rows.filter(({ destinationId }) => destinations.has(destinationId));
      return Promise.all(wanted.map((row) => taskOf(deps, row)));
    },
    readPage: async (task, query) =>
      withoutSettled(deps, task, await readRaw({ ...deps, ...readers }, task, query), query),
    save: async (progress) => {
      const saved = await saveReplay(deps.db, { ...lease, ...progress });
      if (saved?.status === 'completed') {
        await signalReplayChanged(deps.temporal, saved.id);
      }
      return saved?.status === 'running';
    },
  };
}

async function taskOf(deps: ActivityDeps, row: ReplayRecord): Promise<ReplayTask> {
  const { id, destinationId, teamId, scope, fromMicros, untilMicros, delivered, failed, skipped } = row;
  return {
    ...{ id, destinationId, teamId, scope, fromMicros, untilMicros },
    keys: row.eventKeys ?? [],
    position: { positionMicros: row.positionMicros, afterUuid: row.afterUuid },
    counts: { delivered, failed, skipped },
    begunAt: row.begunAt ?? (await begin(deps, row)),
  };
}

/** By the clock of the log, and after everything that an earlier replay has logged. */
async function begin({ db, clickhouse, eventClock }: ActivityDeps, { id, destinationId }: ReplayRecord): Promise<Date> {
  const last = await lastReplayedAt(clickhouse, destinationId);
  return beginReplay(db, id, new Date(Math.max(await eventClock.recentMs(), (last?.getTime() ?? 0) + 1)));
}

function readRaw(
  deps: ActivityDeps & { failed: FailedPages; scans: TailScans },
  task: ReplayTask,
  query: PageQuery,
): Promise<RawPage> {
  switch (task.scope) {
    case 'event':
      return readNamed(deps, task, query);
    case 'failed':
      return readFailed(deps, task, query);
    case 'matched':
      return readMatched(deps, task, query);
  }
}

async function readMatched({ scans }: { scans: TailScans }, task: ReplayTask, query: PageQuery): Promise<RawPage> {
  const { after, untilMicros, filter } = query;
  const range = {
    teamId: task.teamId,
    fromMicros: after.positionMicros,
    ...(after.afterUuid === null ? {} : { afterUuid: after.afterUuid }),
    ...{ untilMicros, filter },
  };
  const page = await new PageSize(query.limit).page((limit) => scans.read({ ...range, limit }));
  return { ...page, missing: 0 };
}

async function readFailed(
  deps: ActivityDeps & { failed: FailedPages },
  task: ReplayTask,
  query: PageQuery,
): Promise<RawPage> {
  const keys = await deps.failed.read(task, query);
  const events = await readDeliverables(deps, task.teamId, keys);
  return { events, missing: keys.length - events.length, next: positionAfter(keys, query.limit) };
}

/** Up to the next change of time, so that a page ends without comparing uuids, which is ClickHouse's alone. */
async function readNamed(deps: ActivityDeps, task: ReplayTask, { after, limit }: PageQuery): Promise<RawPage> {
  const left = task.keys.filter(({ insertedAtMicros }) => insertedAtMicros >= after.positionMicros);
  const last = left[limit - 1]?.insertedAtMicros ?? Number.POSITIVE_INFINITY;
  const keys = left.filter(({ insertedAtMicros }) => insertedAtMicros <= last);
  const events = await readDeliverables(deps, task.teamId, keys);
  const next = keys.length < left.length ? { positionMicros: last + 1, afterUuid: null } : undefined;
  return { events, missing: keys.length - events.length, next };
}

function positionAfter(
  rows: readonly { uuid: string; insertedAtMicros: Micros }[],
  limit: number,
): CursorPosition | undefined {
  const last = rows.length < limit ? undefined : rows.at(-1);
  return last && { positionMicros: last.insertedAtMicros, afterUuid: last.uuid };
}

/** Leaves out what this replay has sent before a crash and, of failed events, what somebody else has delivered. */
async function withoutSettled(
  deps: ActivityDeps,
  task: ReplayTask,
  page: RawPage,
  { skipMasked }: PageQuery,
): Promise<ReplayPage> {
  const states = await deliveryStates(deps.clickhouse, {
    destinationId: task.destinationId,
    uuids: page.events.map(({ uuid }) => uuid),
    since: task.begunAt,
  });
  const counts = { ...NO_COUNTS, skipped: page.missing };
  const events: ReplayPage['events'] = [];
  for (const event of page.events) {
    const state = states.get(event.uuid);
    const done = state && doneAs(task, state, skipMasked);
    if (done === undefined) {
      events.push({ event, attemptsMade: state?.attempts ?? 0 });
    } else {
      counts[done] += 1;
    }
  }
  return { events, counts, next: page.next };
}

function doneAs(
  { scope }: ReplayTask,
  { settled, delivered, masked }: DeliveryState,
  skipMasked: boolean,
): keyof ReplayCounts | undefined {
  if (settled === 'masked' || (masked && skipMasked && scope === 'matched')) {
    return 'skipped';
  }
  if (settled !== '') {
    return settled === 'delivered' ? 'delivered' : 'failed';
  }
  return scope === 'failed' && delivered ? 'skipped' : undefined;
}
