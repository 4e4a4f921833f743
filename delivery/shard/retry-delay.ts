import { nextDelayMs } from '../retry-schedule.ts';

/**
 * Delay before the next attempt of a parked delivery, or undefined when its schedule is exhausted. The first attempt and
 * its quick second try count as one step of the schedule.
 */
export function firstRetryDelayMs(
  scheduleMs: readonly number[],
  attemptsMade: number,
  random: number,
): number | undefined {
  return nextDelayMs({ schedule: scheduleMs, attempt: Math.max(1, attemptsMade - 1), random });
}
