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

/** Everything that a user sets about when an export runs. */
export interface ScheduleSettings extends ScheduleSpec {
  /** A run starts up to this long after the interval's end, always as late for one export; its bounds stay. */
  jitterSeconds: number;
  /** No interval that begins before is exported by the schedule. */
  startAt: Date | null;
  /** No interval that ends after is exported by the schedule. */
  endAt: Date | null;
}

/** A schedule and since when it holds. */
export interface Era {
  since: Date;
  spec: ScheduleSpec;
}

/**
 * The schedules that an export has had, in order, at least one. An interval ends where the schedule of the time has a
 * boundary: after its own `since`, up to the next one's, which is included. The first one holds for all time before it, too.
 * So an edit moves no boundary of the past, and the interval that is under way begins where the last one ended and ends with the
 * new schedule: shorter or longer than either's.
 */
export type Timeline = readonly Era[];

/** The schedule of an export that says nothing of local time: the grid of `core/intervals.ts`. */
export function utcSchedule(interval: ExportInterval): ScheduleSpec {
  return { interval, timeZone: 'UTC', hourOffset: 0, weekdayOffset: 0 };
}

/** Does the schedule follow a zone's clock, rather than the UTC grid? */
export function isLocal({ interval }: ScheduleSpec): boolean {
  return interval === 'day' || interval === 'week';
}

/** What the functions below take: one schedule for all time, or those that an export has had. */
export type Schedule = ScheduleSpec | Timeline;

/** The last interval that has ended at `now`; a `now` exactly on a boundary ends the interval before it. */
export function lastFinishedInterval(schedule: Schedule, now: Date): IntervalBounds {
  const end = boundaryUpTo(schedule, now.getTime());
  return { start: new Date(boundaryUpTo(schedule, end - 1)), end: new Date(end) };
}

/** The interval that ends at `end`, or undefined when `end` is no boundary. */
export function intervalEndingAt(schedule: Schedule, end: Date): IntervalBounds | undefined {
  const found = lastFinishedInterval(schedule, end);
  return found.end.getTime() === end.getTime() ? found : undefined;
}

/** The next `count` intervals that end after `now`, in order; the first one may have begun before. */
export function nextIntervals(schedule: Schedule, now: Date, count: number): IntervalBounds[] {
  const found: IntervalBounds[] = [];
  let start = boundaryUpTo(schedule, now.getTime());
  while (found.length < count) {
    const end = boundaryAfter(schedule, start);
    found.push({ start: new Date(start), end: new Date(end) });
    start = end;
  }
  return found;
}

/** Every whole interval with `from <= start` and `end <= to`, in order, one computed at a time. */
export function* intervalsBetween(schedule: Schedule, from: Date, to: Date): Generator<IntervalBounds, void> {
  let start = boundaryAfter(schedule, from.getTime() - 1);
  for (;;) {
    const end = boundaryAfter(schedule, start);
    if (end > to.getTime()) {
      return;
    }
    yield { start: new Date(start), end: new Date(end) };
    start = end;
  }
}

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;

/** The last boundary that is not after `atMs`. */
function boundaryUpTo(schedule: Schedule, atMs: number): number {
  const eras = erasOf(schedule);
  for (let index = eras.length - 1; ; index -= 1) {
    const { spec, sinceMs, untilMs } = eraAt(eras, index);
    const found = sinceMs < atMs ? specBoundaryUpTo(spec, Math.min(atMs, untilMs)) : -Infinity;
    if (found > sinceMs) {
      return found;
    }
  }
}

function boundaryAfter(schedule: Schedule, atMs: number): number {
  const eras = erasOf(schedule);
  for (let index = 0; ; index += 1) {
    const { spec, sinceMs, untilMs } = eraAt(eras, index);
    const found = atMs < untilMs ? specBoundaryAfter(spec, Math.max(atMs, sinceMs)) : Infinity;
    if (found <= untilMs) {
      return found;
    }
  }
}

function erasOf(schedule: Schedule): Timeline {
  return 'interval' in schedule ? [{ since: new Date(0), spec: schedule }] : schedule;
}

/** The boundaries of `spec` that count are those with `sinceMs < boundary <= untilMs`. */
function eraAt(eras: Timeline, index: number): { spec: ScheduleSpec; sinceMs: number; untilMs: number } {
  const era = eras[index];
  if (era === undefined) {
    throw new RangeError('a time line has at least one schedule');
  }
  const sinceMs = index === 0 ? -Infinity : era.since.getTime();
  return { spec: era.spec, sinceMs, untilMs: eras[index + 1]?.since.getTime() ?? Infinity };
}

function specBoundaryUpTo(spec: ScheduleSpec, atMs: number): number {
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

function specBoundaryAfter(spec: ScheduleSpec, atMs: number): number {
  if (!isLocal(spec)) {
    return specBoundaryUpTo(spec, atMs) + intervalMs(spec.interval);
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
