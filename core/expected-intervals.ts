import type { IntervalBounds } from './intervals.ts';
import { intervalsBetween, lastFinishedInterval, type Timeline } from './schedule-spec.ts';

/** A time in which the schedule was off and whose intervals were given up. `until` is null while it lasts. */
export interface Pause {
  from: Date;
  until: Date | null;
}

/** Which intervals of its time line an export owes its destination, whatever Temporal has started. */
export interface Expectation {
  timeline: Timeline;
  createdAt: Date;
  startAt: Date | null;
  endAt: Date | null;
  pauses: readonly Pause[];
}

/**
 * True for every interval that has ended since the export exists, lies as a whole between its start and end dates, and
 * did not end while it was paused. The interval in which a pause ends is exported as a whole.
 */
export function isExpected(of: Expectation, { start, end }: IntervalBounds): boolean {
  return (
    end > of.createdAt &&
    (of.startAt === null || start >= of.startAt) &&
    (of.endAt === null || end <= of.endAt) &&
    !of.pauses.some(({ from, until }) => end > from && (until === null || end <= until))
  );
}

/** The expected intervals that end after `after`, in order, up to and with `to`; one computed at a time. */
export function* expectedIntervals(of: Expectation, after: Date, to: Date): Generator<IntervalBounds, void> {
  const from = after > of.createdAt ? after : of.createdAt;
  const { end: firstStart } = lastFinishedInterval(of.timeline, from);
  for (const interval of intervalsBetween(of.timeline, firstStart, to)) {
    if (isExpected(of, interval)) {
      yield interval;
    }
  }
}

/** The end of the first whole interval that begins at `startAt` or later: before it nothing is to be started. */
export function firstEndFrom(timeline: Timeline, startAt: Date): Date {
  for (const { end } of intervalsBetween(timeline, startAt, new Date(8.64e15))) {
    return end;
  }
  return startAt;
}
