import type { IntervalBounds } from './intervals.ts';
import { lastFinishedInterval, nextIntervals, type Schedule } from './schedule-spec.ts';

export const BACKFILL_STATUSES = ['estimating', 'running', 'paused', 'completed', 'failed', 'cancelled'] as const;
export type BackfillStatus = (typeof BACKFILL_STATUSES)[number];

/**
 * What became of an interval. `skipped`: it is exported already. `empty`: it is older than the export and has no event.
 */
export const BACKFILL_INTERVAL_STATUSES = [
  'pending',
  'running',
  'completed',
  'skipped',
  'empty',
  'failed',
  'cancelled',
] as const;
export type BackfillIntervalStatus = (typeof BACKFILL_INTERVAL_STATUSES)[number];

/** A row each in the control plane; a year of hours, two months of minutes. */
export const MAX_BACKFILL_INTERVALS = 100_000;
export const MAX_PARALLEL_INTERVALS = 16;

/**
 * The whole intervals that a range touches: its start moves back and its end on to a boundary, but not beyond the last
 * interval that has ended, where the live runs go on. Undefined: none of them has ended.
 */
export function backfillRange(schedule: Schedule, wanted: IntervalBounds, now: Date): IntervalBounds | undefined {
  const start = lastFinishedInterval(schedule, wanted.start).end;
  const live = lastFinishedInterval(schedule, now).end;
  const last = lastFinishedInterval(schedule, wanted.end).end;
  const wantedEnd = last < wanted.end ? (nextIntervals(schedule, wanted.end, 1)[0]?.end ?? last) : last;
  const end = wantedEnd < live ? wantedEnd : live;
  return start < end ? { start, end } : undefined;
}
