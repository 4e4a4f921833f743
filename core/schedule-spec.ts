import {
  intervalMs,
  lastFinishedInterval as lastOnGrid,
  type ExportInterval,
  type IntervalBounds,
} from './intervals.ts';
import { instantsAt, wallTimeAt } from './zone-clock.ts';

/**
 * When an export runs. Up to an hour, intervals lie on the UTC grid and the other fields do not count. A day ends
 * whenever the zone's clock reads `hourOffset`:00, a week when it does so on `weekdayOffset`. Literally, as Temporal
 * takes calendar times: on a day without that hour nothing ends, so the interval goes on to the next day or week, and
 * an hour that comes twice ends two intervals.
 *
 * Its answers depend on the runtime's time zone data: never call this in a workflow (ADR 11).
 */
export interface ScheduleSpec {
  interval: ExportInterval;
  /** IANA name. */
  timeZone: string;
  /** 0 to 23, for day and week. */
  hourOffset: number;
  /** 0 (Sunday) to 6, for week. */
  weekdayOffset: number;
}

/** The schedule of an export that says nothing of local time: the grid of `core/intervals.ts`. */
export function utcSchedule(interval: ExportInterval): ScheduleSpec {
  return { interval, timeZone: 'UTC', hourOffset: 0, weekdayOffset: 0 };
}

/** Does the schedule follow a zone's clock, rather than the UTC grid? */
export function isLocal({ interval }: ScheduleSpec): boolean {
  return interval === 'day' || interval === 'week';
}

/** The last interval that has ended at `now`; a `now` exactly on a boundary ends the interval before it. */
export function lastFinishedInterval(spec: ScheduleSpec, now: Date): IntervalBounds {
  const end = boundaryUpTo(spec, now.getTime());
  return { start: new Date(boundaryUpTo(spec, end - 1)), end: new Date(end) };
}

/** The interval that ends at `end`, or undefined when `end` is no boundary. */
export function intervalEndingAt(spec: ScheduleSpec, end: Date): IntervalBounds | undefined {
  const found = lastFinishedInterval(spec, end);
  return found.end.getTime() === end.getTime() ? found : undefined;
}

/** The next `count` intervals that end after `now`, in order; the first one may have begun before. */
export function nextIntervals(spec: ScheduleSpec, now: Date, count: number): IntervalBounds[] {
  const found: IntervalBounds[] = [];
  let start = boundaryUpTo(spec, now.getTime());
  while (found.length < count) {
    const end = boundaryAfter(spec, start);
    found.push({ start: new Date(start), end: new Date(end) });
    start = end;
  }
  return found;
}

/** Every whole interval with `from <= start` and `end <= to`, in order, one computed at a time. */
export function* intervalsBetween(spec: ScheduleSpec, from: Date, to: Date): Generator<IntervalBounds, void> {
  let start = boundaryAfter(spec, from.getTime() - 1);
  for (;;) {
    const end = boundaryAfter(spec, start);
    if (end > to.getTime()) {
      return;
    }
    yield { start: new Date(start), end: new Date(end) };
    start = end;
  }
}

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;

function boundaryUpTo(spec: ScheduleSpec, atMs: number): number {
  if (!isLocal(spec)) {
    return lastOnGrid(spec.interval, new Date(atMs)).end.getTime();
  }
  // A clock that goes back over midnight can have read the day after, hence one day ahead.
  for (let dayMs = localMidnight(spec, atMs) + DAY_MS; ; dayMs -= DAY_MS) {
    const found = boundariesOn(spec, dayMs).findLast((boundary) => boundary <= atMs);
    if (found !== undefined) {
      return found;
    }
  }
}

function boundaryAfter(spec: ScheduleSpec, atMs: number): number {
  if (!isLocal(spec)) {
    return boundaryUpTo(spec, atMs) + intervalMs(spec.interval);
  }
  for (let dayMs = localMidnight(spec, atMs) - DAY_MS; ; dayMs += DAY_MS) {
    const found = boundariesOn(spec, dayMs).find((boundary) => boundary > atMs);
    if (found !== undefined) {
      return found;
    }
  }
}

/** The wall time of the midnight before an instant. */
function localMidnight({ timeZone }: ScheduleSpec, atMs: number): number {
  return Math.floor(wallTimeAt(timeZone, atMs) / DAY_MS) * DAY_MS;
}

/** No, one or two instants of the calendar day whose midnight has the wall time `dayMs`. */
function boundariesOn({ interval, timeZone, hourOffset, weekdayOffset }: ScheduleSpec, dayMs: number): number[] {
  if (interval === 'week' && new Date(dayMs).getUTCDay() !== weekdayOffset) {
    return [];
  }
  return instantsAt(timeZone, dayMs + hourOffset * HOUR_MS);
}
