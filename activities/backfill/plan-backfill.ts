import { Context } from '@temporalio/activity';
import { estimateBackfill, type SampledRows } from '../../core/backfill-estimate.ts';
import type { IntervalBounds } from '../../core/intervals.ts';
import { intervalsBetween } from '../../core/schedule-spec.ts';
import { microsOf } from '../../core/time.ts';
import { countByInterval, INTERVALS_PER_COUNT } from '../../clickhouse/interval-counts.ts';
import { EVENTS_MODEL } from '../../clickhouse/models/events.ts';
import { sampleQueryRows } from '../../clickhouse/user-sql/count-rows.ts';
import { addIntervals } from '../../store/backfill-intervals.ts';
import { backfillProgress } from '../../store/backfill-progress.ts';
import { getBackfill, saveEstimate, setBackfillStatus, type BackfillRecord } from '../../store/backfills.ts';
import { getExport, type ExportRecord } from '../../store/exports.ts';
import { notFound } from '../../store/errors.ts';
import { getTimeline } from '../../store/schedules.ts';
import { runSpeed } from '../../store/run-speed.ts';
import type { ActivityDeps } from '../deps.ts';

/** Lists the intervals of a backfill with what they hold. A repeated call goes on with what is listed. */
export async function planBackfill(deps: ActivityDeps, input: { backfillId: string }): Promise<void> {
  const backfill = await getBackfill(deps.db, { id: input.backfillId });
  if (backfill.status !== 'estimating') {
    return;
  }
  const record = await getExport(deps.db, { teamId: backfill.teamId, id: backfill.exportId });
  if (record === undefined) {
    throw notFound('export', backfill.exportId);
  }
  const signal = Context.current().cancellationSignal;
  const range = { start: backfill.rangeStart, end: backfill.rangeEnd };
  const timeline = await getTimeline(deps.db.kysely, record.id);
  let allKnown = true;
  for (const page of pagesOf(intervalsBetween(timeline, range.start, range.end))) {
    const intervals = await counted(deps, record, page, signal);
    allKnown &&= intervals.every(({ expectedRows }) => expectedRows !== undefined);
    await addIntervals(deps.db, backfill, intervals);
    Context.current().heartbeat();
  }
  await saveEstimate(deps.db, backfill.id, await estimated(deps, backfill, record, allKnown));
  await setBackfillStatus(deps.db, { id: backfill.id, to: 'running', from: ['estimating'] });
}

function* pagesOf(intervals: Iterable<IntervalBounds>): Generator<IntervalBounds[], void> {
  let page: IntervalBounds[] = [];
  for (const interval of intervals) {
    page.push(interval);
    if (page.length === INTERVALS_PER_COUNT) {
      yield page;
      page = [];
    }
  }
  yield page;
}

async function counted(
  deps: ActivityDeps,
  { teamId, model, filter }: ExportRecord,
  intervals: readonly IntervalBounds[],
  signal: AbortSignal,
): Promise<(IntervalBounds & { expectedRows: number | undefined })[]> {
  const rows = await countByInterval(deps.clickhouse, { teamId, model, filter }, intervals, signal);
  return intervals.map((interval, index) => ({ ...interval, expectedRows: rows[index] }));
}

async function estimated(
  deps: ActivityDeps,
  backfill: BackfillRecord,
  record: ExportRecord,
  allKnown: boolean,
): Promise<ReturnType<typeof estimateBackfill>> {
  const { pending, running, skipped, empty, rowsLeft } = await backfillProgress(deps.db, backfill);
  return estimateBackfill({
    ...{ skipped, empty, rows: allKnown ? rowsLeft : null, parallel: backfill.parallel },
    intervals: pending + running,
    ...(await measured(deps, backfill, record)),
    speed: await runSpeed(deps.db, record.id),
  });
}

/** The size of a row; of a query, whose intervals are not counted, a sample of them too. */
async function measured(
  { clickhouse, db }: ActivityDeps,
  { rangeStart, rangeEnd }: BackfillRecord,
  { id, teamId, filter, query }: ExportRecord,
): Promise<{ rowBytes: number; sample?: SampledRows | null }> {
  if (query !== null) {
    const intervals = [...intervalsBetween(await getTimeline(db.kysely, id), rangeStart, rangeEnd)];
    return sampleQueryRows(clickhouse, { text: query.text, teamId }, intervals, Context.current().cancellationSignal);
  }
  const range = { startMicros: microsOf(rangeStart), endMicros: microsOf(rangeEnd) };
  return { rowBytes: await EVENTS_MODEL.relation.rowBytes(clickhouse, { teamId, filter, range }) };
}
