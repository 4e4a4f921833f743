import { z } from 'zod';
import { estimateBackfill, type BackfillEstimate } from '../core/backfill-estimate.ts';
import { backfillRange, MAX_BACKFILL_INTERVALS, MAX_PARALLEL_INTERVALS } from '../core/backfill.ts';
import type { IntervalBounds } from '../core/intervals.ts';
import { intervalsBetween } from '../core/schedule-spec.ts';
import { rfc3339Seconds } from '../core/time.ts';
import type { ExportRecord } from '../store/exports.ts';
import { committedEnds } from '../store/ledger.ts';
import { getTimeline } from '../store/schedules.ts';
import { runSpeed } from '../store/run-speed.ts';
import type { ApiDeps } from './deps.ts';
import { fieldError } from './problem.ts';

const instant = z.iso.datetime({ offset: true });

export const newBackfill = z.strictObject({
  from: instant.describe('Ingestion time; moved back to the beginning of its interval.'),
  to: instant.describe('Moved on to the end of its interval, but not beyond the last one that has ended.'),
  order: z.enum(['newest', 'oldest']).default('newest').describe('Which intervals come first.'),
  parallel: z.int().min(1).max(MAX_PARALLEL_INTERVALS).default(2).describe('Intervals at the same time.'),
  force: z.boolean().default(false).describe('Also export again what has been exported, in place of it.'),
  dry_run: z.boolean().default(false).describe('Only answer the estimate.'),
});
export type NewBackfillBody = z.output<typeof newBackfill>;

/** The intervals of the range, or a refusal that says which range would do. */
export async function wantedIntervals(
  deps: ApiDeps,
  record: ExportRecord,
  body: NewBackfillBody,
): Promise<IntervalBounds[]> {
  const schedule = await getTimeline(deps.db.kysely, record.id);
  const range = backfillRange(
    schedule,
    { start: new Date(body.from), end: new Date(body.to) },
    deps.now?.() ?? new Date(),
  );
  if (range === undefined) {
    throw refused('from', 'the range has no interval that has ended', 'Choose an earlier start, before the end.');
  }
  const intervals: IntervalBounds[] = [];
  for (const interval of intervalsBetween(schedule, range.start, range.end)) {
    if (intervals.length === MAX_BACKFILL_INTERVALS) {
      const limit = `${String(MAX_BACKFILL_INTERVALS)} intervals`;
      const end = rfc3339Seconds(interval.start);
      throw refused('to', `the range has more than ${limit}`, `Go up to ${end} first, then start another one.`);
    }
    intervals.push(interval);
  }
  return intervals;
}

function refused(field: string, problem: string, remedy: string): ReturnType<typeof fieldError> {
  return fieldError(field, { code: 'backfill_range_invalid', message: `${field}: ${problem}`, remedy });
}

/** What the range would cost, as far as can be told without starting anything. */
export async function estimateFor(
  deps: ApiDeps,
  record: ExportRecord,
  intervals: readonly IntervalBounds[],
  { force, parallel }: NewBackfillBody,
): Promise<BackfillEstimate> {
  const [first, last] = [intervals[0], intervals.at(-1)];
  if (first === undefined || last === undefined) {
    throw new Error('a range without intervals');
  }
  const range = { start: first.start, end: last.end };
  const done = new Set((await committedEnds(deps.db, { exportId: record.id, ...range })).map((end) => end.getTime()));
  const { rows, sample, rowBytes } = await deps.events.countIntervals({ ...record, intervals });
  const parts = intervals.map(({ end }, index) => ({ end, rows: rows[index] }));
  const open = parts.filter(({ end }) => force || !done.has(end.getTime()));
  const isEmpty = (part: (typeof parts)[number]): boolean =>
    part.rows === 0 && part.end <= record.createdAt && !done.has(part.end.getTime());
  const wanted = open.filter((part) => !isEmpty(part));
  return estimateBackfill({
    intervals: wanted.length,
    skipped: parts.length - open.length,
    empty: open.length - wanted.length,
    rows: sumOf(wanted.map((part) => part.rows)),
    ...{ sample, rowBytes, parallel },
    speed: await runSpeed(deps.db, record.id),
  });
}

/** Null: one of them is not known. */
function sumOf(rows: readonly (number | undefined)[]): number | null {
  return rows.reduce<number | null>((sum, one) => (sum === null || one === undefined ? null : sum + one), 0);
}
