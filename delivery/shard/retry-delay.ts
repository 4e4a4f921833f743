import { nextDelayMs } from '../retry-schedule.ts';

/**
 * Delay before the next attempt of a parked delivery, or undefined when its schedule is exhausted. The first attempt and
 * its quick second try count as one step of the schedule. Never shorter than the schedule has it: an endpoint that answers
 * `Retry-After: 0` would use it up within a minute.
 */
export function firstRetryDelayMs(
  scheduleMs: readonly number[],
  attemptsMade: number,
  wait: { random: number; retryAfterMs?: number | undefined },
): number | undefined {
  return nextDelayMs({ schedule: scheduleMs, attempt: Math.max(1, attemptsMade - 1), ...wait });
}
