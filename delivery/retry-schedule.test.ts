import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DEFAULT_RETRY_SCHEDULE_MS, MAX_RETRY_AFTER_MS, nextDelayMs, scheduleLengthMs } from './retry-schedule.ts';

const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const schedule = DEFAULT_RETRY_SCHEDULE_MS;

test('the default schedule has ten attempts in 75 h 35 m 5 s', () => {
  expect(schedule.length + 1).toBe(10);
  expect(scheduleLengthMs(schedule)).toBe(((75 * 60 + 35) * 60 + 5) * 1000);
});

test('stays within 20 % of the schedule', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: schedule.length }), random, (attempt, value) => {
      const base = schedule[attempt - 1] ?? 0;
      const delay = nextDelayMs({ schedule, attempt, random: value }) ?? -1;
      expect(Number.isInteger(delay)).toBe(true);
      expect(delay).toBeGreaterThanOrEqual(0.8 * base);
      expect(delay).toBeLessThanOrEqual(1.2 * base);
    }),
  );
});

test('jitter reaches both ends and its middle is the schedule', () => {
  expect([0, 0.5, 0.999999].map((value) => nextDelayMs({ schedule: [1000], attempt: 1, random: value }))).toEqual([
    800, 1000, 1200,
  ]);
});

test('never earlier than Retry-After, never earlier than the schedule, never absurdly late', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), random, fc.double({ noNaN: true }), (attempt, value, retryAfterMs) => {
      const base = schedule[attempt - 1] ?? 0;
      const delay = nextDelayMs({ schedule, attempt, random: value, retryAfterMs }) ?? -1;
      expect(delay).toBeGreaterThanOrEqual(
        Math.floor(Math.max(0.8 * base, Math.min(retryAfterMs, MAX_RETRY_AFTER_MS))),
      );
      expect(delay).toBeLessThanOrEqual(1.2 * MAX_RETRY_AFTER_MS);
    }),
  );
});

test('is exhausted after the last entry, and at once for an empty schedule', () => {
  expect(nextDelayMs({ schedule, attempt: 10, random: 0.5 })).toBeUndefined();
  expect(nextDelayMs({ schedule, attempt: 10, random: 0.5, retryAfterMs: 1000 })).toBeUndefined();
  expect(nextDelayMs({ schedule: [], attempt: 1, random: 0.5 })).toBeUndefined();
});

test('an uncharged attempt waits as the first one', () => {
  expect(nextDelayMs({ schedule, attempt: 0, random: 0.5 })).toBe(5000);
});

test('imports nothing, so that a workflow may import it', () => {
  expect(readFileSync('delivery/retry-schedule.ts', 'utf8')).not.toMatch(/^import/m);
});
