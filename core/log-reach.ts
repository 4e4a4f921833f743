import { MICROS_PER_MS, type Micros } from './time.ts';

const DAY_MS = 24 * 60 * 60_000;

/** TTL of event_log (clickhouse/migrations/0001_event_log.sql). */
export const LOG_KEPT_MS = 30 * DAY_MS;
/** An export that is so close to the end of the log is warned about: what is older has to be read from `events`. */
export const LOG_WARNING_MS = LOG_KEPT_MS - 3 * DAY_MS;

/** By the clock that stamps events. */
export function isBeyondLog(insertedAtMicros: Micros, nowMs: number): boolean {
  return insertedAtMicros < (nowMs - LOG_KEPT_MS) * MICROS_PER_MS;
}
