/**
 * When a failed delivery is tried again. Pure and free of Node modules: the retry workflow imports it, so the same
 * inputs must always give the same answer, and randomness is passed in.
 */
const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** The example schedule of Standard Webhooks after an immediate first attempt: ten attempts in 75 h 35 m 5 s. */
export const DEFAULT_RETRY_SCHEDULE_MS: readonly number[] = [
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
];

/** ±20 %: spreads the retries of one outage over 40 % of the delay. */
export const DEFAULT_JITTER_RATIO = 0.2;

/** No receiver can push a retry further away than this, whatever its `Retry-After` says. */
export const MAX_RETRY_AFTER_MS = 24 * HOUR_MS;

export interface RetryDelayRequest {
  schedule: readonly number[];
  /** Attempts made so far that count against the schedule, at least 1. The delay after attempt n is `schedule[n - 1]`. */
  attempt: number;
  /** Uniform in [0, 1). */
  random: number;
  /** What the receiver asked for, from now on. The delay is never shorter than it (clamped), nor than the schedule. */
  retryAfterMs?: number | undefined;
  jitterRatio?: number;
}

/** Whole milliseconds until the next attempt, or undefined when the schedule is exhausted. */
export function nextDelayMs(request: RetryDelayRequest): number | undefined {
  const base = request.schedule[Math.max(1, request.attempt) - 1];
  if (base === undefined) {
    return undefined;
  }
  const jitter = request.jitterRatio ?? DEFAULT_JITTER_RATIO;
  const scheduled = base * (1 - jitter + 2 * jitter * request.random);
  const asked = Math.min(Math.max(request.retryAfterMs ?? 0, 0), MAX_RETRY_AFTER_MS);
  // Jitter on top only: earlier than asked is refused again, all at one moment is a stampede.
  const askedWithJitter = asked * (1 + jitter * request.random);
  return Math.round(Math.max(scheduled, askedWithJitter));
}

/** Time from the first attempt to the last one without jitter. */
export function scheduleLengthMs(schedule: readonly number[]): number {
  return schedule.reduce((sum, delay) => sum + delay, 0);
}
