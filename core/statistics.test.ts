import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { percentilesOf, successRateOf, tally } from './statistics.ts';

test('percentiles of weighted values are those of the values one by one', () => {
  const weighted = fc.array(fc.record({ value: fc.integer({ min: 0, max: 50 }), count: fc.nat(20) }), { maxLength: 8 });
  fc.assert(
    fc.property(weighted, (seen) => {
      const values = seen.flatMap(({ value, count }) => Array<number>(count).fill(value)).toSorted((a, b) => a - b);
      const rank = (share: number): number | undefined => values[Math.ceil(share * values.length) - 1];
      const expected = { count: values.length, p50: rank(0.5), p95: rank(0.95), p99: rank(0.99), max: values.at(-1) };
      expect(percentilesOf(seen)).toEqual(values.length === 0 ? null : expected);
    }),
  );
});

test('a success rate leaves out what is neither', () => {
  const outcomes: Record<string, number> = {};
  tally(outcomes, 'completed', 3);
  tally(outcomes, 'failed');
  tally(outcomes, 'skipped', 7);
  expect(outcomes).toEqual({ completed: 3, failed: 1, skipped: 7 });
  expect(successRateOf(outcomes, { good: ['completed'], bad: ['failed', 'timed_out'] })).toBe(0.75);
  expect(successRateOf({ skipped: 1 }, { good: ['completed'], bad: ['failed'] })).toBeNull();
});
