import { rfc3339Seconds } from './time.ts';

/** How often an export runs. Here day and week step in UTC; `core/schedule-spec.ts` has the local wall time. */
export const EXPORT_INTERVALS = ['1m', '5m', '15m', 'hour', 'day', 'week'] as const;
export type ExportInterval = (typeof EXPORT_INTERVALS)[number];

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** The Unix epoch was a Thursday; weeks start on Sunday, as Temporal's calendar does. */
const FIRST_SUNDAY_MS = 3 * DAY_MS;

const LENGTH_MS: Record<ExportInterval, number> = {
  '1m': MINUTE_MS,
  '5m': 5 * MINUTE_MS,
  '15m': 15 * MINUTE_MS,
  hour: 60 * MINUTE_MS,
  day: DAY_MS,
  week: 7 * DAY_MS,
};

/** One span of ingestion time that one run exports: `start <= inserted_at < end`. */
export interface IntervalBounds {
  start: Date;
  end: Date;
}

export function intervalMs(interval: ExportInterval): number {
  return LENGTH_MS[interval];
}

/** Phase of the grid against the Unix epoch, as a Temporal ScheduleIntervalSpec offset. */
export function intervalOffsetMs(interval: ExportInterval): number {
  return interval === 'week' ? FIRST_SUNDAY_MS : 0;
}

/** The last interval that has ended at `now`; an `now` exactly on a boundary ends the interval before it. */
export function lastFinishedInterval(interval: ExportInterval, now: Date): IntervalBounds {
  const length = intervalMs(interval);
  const offset = intervalOffsetMs(interval);
  const end = Math.floor((now.getTime() - offset) / length) * length + offset;
  return { start: new Date(end - length), end: new Date(end) };
}

/** The interval that ends at `end`, or undefined when `end` is no boundary of the grid. */
export function intervalEndingAt(interval: ExportInterval, end: Date): IntervalBounds | undefined {
  const found = lastFinishedInterval(interval, end);
  return found.end.getTime() === end.getTime() ? found : undefined;
}

/** Readable form used in summaries and logs. */
export function describeInterval(bounds: IntervalBounds): string {
  return `${rfc3339Seconds(bounds.start)} .. ${rfc3339Seconds(bounds.end)}`;
}
