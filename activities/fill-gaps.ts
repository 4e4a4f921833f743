import { Context } from '@temporalio/activity';
import { executionState } from '../client/executions.ts';
import { startExportRun } from '../client/export-runs.ts';
import { isExpected } from '../core/expected-intervals.ts';
import { judgeGap } from '../core/gap-fill.ts';
import { exportRunWorkflowId } from '../core/ids.ts';
import {
  countOpenFills,
  databaseNow,
  listOpenIntervals,
  listPausedExports,
  listScheduledExports,
  type OpenInterval,
  type ScheduledExport,
} from '../store/gaps.ts';
import { openExpectedIntervals } from '../store/intervals.ts';
import { getExpectation } from '../store/schedules.ts';
import { resumeDueBackfills } from './backfill/quota-waits.ts';
import { restoreSchedules } from './restore-schedules.ts';
import type { ActivityDeps } from './deps.ts';
import type { FillGapsResult } from './types.ts';

/** Runs of one export and of all that are open at a time: a destination with a backlog neither drowns nor starves others. */
const OPEN_PER_EXPORT = 4;
const OPEN_IN_ALL = 16;
const PAGE_INTERVALS = 500;
/** Then the call ends, so that its card and its metrics are of now; runs that are open go on without it. */
const MAX_CALL_MS = 4 * 60_000;
const MAX_WAIT_MS = 30_000;
const POLL_MS = 1_000;

interface Gap extends OpenInterval {
  of: ScheduledExport;
}

/**
 * Compares the intervals that each export owes its destination with the ledger, whatever Temporal's Schedules have
 * done, and starts those that are missing: oldest first, a few at a time, with the id that a Schedule would give them.
 * Backfills that have waited for the quota go on, too, and Schedules that are gone are made anew.
 */
export async function fillGaps(deps: ActivityDeps): Promise<FillGapsResult> {
  const deadline = performance.now() + MAX_CALL_MS;
  const started = new Set<string>();
  let exports = shuffled(await listScheduledExports(deps.db));
  const result: FillGapsResult = { exports: exports.length, started: 0, more: false };
  await openLedgers(deps, exports);
  await restoreSchedules(deps, [...exports, ...(await listPausedExports(deps.db))]);
  await resumeDueBackfills(deps);
  for (let pass = 1; ; pass += 1) {
    const gaps = await dueGaps(deps, exports, started);
    if (pass === 1) {
      deps.metrics.gapsFound(oldestAgeMs(gaps));
    }
    const ids = await startSome(deps, gaps);
    ids.forEach((id) => started.add(id));
    result.started += ids.length;
    await settled(deps, ids);
    exports = [...new Set(gaps.map(({ of }) => of))];
    result.more = ids.length > 0 && performance.now() >= deadline;
    if (ids.length === 0 || result.more) {
      return result;
    }
  }
}

/** What has waited for the quota is late by its team's wish: nobody has to be woken for it. */
function oldestAgeMs(gaps: readonly Gap[]): number {
  const missed = gaps.filter(({ last }) => last?.status !== 'over_quota');
  return Math.max(0, ...missed.map(({ end }) => Date.now() - end.getTime()));
}

/** No export is always the last one to get its share. */
function shuffled<Item>(items: readonly Item[]): Item[] {
  return items
    .map((item) => ({ item, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

async function openLedgers({ db, settings }: ActivityDeps, exports: readonly ScheduledExport[]): Promise<void> {
  for (const { id } of exports) {
    for (let more = true; more;) {
      Context.current().heartbeat();
      more = await openExpectedIntervals(db, { exportId: id, settleMs: settings.gapSettleMs });
    }
  }
}

/** What may be started now: of each export its oldest ones, as many as it has places for. */
async function dueGaps(deps: ActivityDeps, exports: readonly ScheduledExport[], started: Set<string>): Promise<Gap[]> {
  const now = await databaseNow(deps.db);
  const open = await countOpenFills(deps.db);
  const gaps: Gap[] = [];
  for (const of of exports) {
    Context.current().heartbeat();
    const limit = OPEN_PER_EXPORT - (open.get(of.id) ?? 0);
    gaps.push(...(limit > 0 ? await dueGapsOf(deps, of, { now, limit, started }) : []));
  }
  const places = OPEN_IN_ALL - [...open.values()].reduce((sum, count) => sum + count, 0);
  return gaps.slice(0, Math.max(0, places));
}

async function dueGapsOf(
  { db }: ActivityDeps,
  of: ScheduledExport,
  { now, limit, started }: { now: Date; limit: number; started: Set<string> },
): Promise<Gap[]> {
  const expectation = await getExpectation(db.kysely, of);
  const gaps: Gap[] = [];
  let page = await listOpenIntervals(db, { exportId: of.id, limit: PAGE_INTERVALS });
  for (;;) {
    for (const { start, end, last } of page) {
      const { due } = judgeGap(last);
      const wanted = due !== undefined && due <= now && isExpected(expectation, { start, end });
      if (wanted && gaps.length < limit && !started.has(exportRunWorkflowId(of.id, end))) {
        gaps.push({ of, start, end, last });
      }
    }
    const after = page.at(-1)?.end;
    if (gaps.length === limit || after === undefined || page.length < PAGE_INTERVALS) {
      return gaps;
    }
    page = await listOpenIntervals(db, { exportId: of.id, limit: PAGE_INTERVALS, after });
  }
}

/** Answers the workflows' ids. A run of the interval that Temporal holds already is joined. */
async function startSome({ temporal, logger, metrics }: ActivityDeps, gaps: readonly Gap[]): Promise<string[]> {
  const ids: string[] = [];
  for (const { of, start: intervalStart, end: intervalEnd } of gaps) {
    const { id: exportId, teamId, name, destinationId, destinationKind, interval } = of;
    const ref = { exportId, teamId, name, destinationId, destinationKind, interval };
    const run = {
      ...ref,
      intervalStart,
      intervalEnd,
      force: false,
      trigger: 'gap_fill',
      queue: 'backfills',
      whenOpen: 'join',
    } as const;
    const { workflowId } = await startExportRun(temporal, run);
    logger.warn({ exportId, workflowId }, 'an expected interval was not exported; it is started now');
    metrics.gapStarted();
    ids.push(workflowId);
  }
  return ids;
}

/** Waits until the runs have ended, but not for slow ones: the next look counts those that are open. */
async function settled({ temporal }: ActivityDeps, ids: readonly string[]): Promise<void> {
  const deadline = performance.now() + MAX_WAIT_MS;
  for (const id of ids) {
    while (performance.now() < deadline && (await executionState(temporal, id)) === 'open') {
      Context.current().heartbeat();
      await Context.current().sleep(POLL_MS);
    }
  }
}
