import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { judgeRows, MIN_WEEKS, type PastRows } from './row-anomalies.ts';

const weeks = (...rows: number[]): PastRows[] => rows.map((count, index) => ({ weeksAgo: index + 1, rows: count }));

describe('judgeRows', () => {
  test.each([
    ['half as many as always', 480, 'drop'],
    ['none', 0, 'drop'],
    ['twice as many', 2_000, 'surge'],
    ['a little fewer', 700, undefined],
    ['a little more', 1_300, undefined],
  ])('%s', (_name, rows, kind) => {
    expect(judgeRows(rows, weeks(1_000, 1_020, 970, 1_010, 990))?.kind).toBe(kind);
  });

  test('what is usual follows from how much the past varies', () => {
    const wild = weeks(500, 1_500, 900, 1_100, 700, 1_300);
    expect(judgeRows(300, wild)).toBeUndefined();
    expect(judgeRows(1_000, weeks(1_000, 1_000, 1_000, 1_000))).toBeUndefined();
    expect(judgeRows(400, weeks(1_000, 1_000, 1_000, 1_000))).toEqual({
      ...{ kind: 'drop', expected: 1_000, low: 500, high: 1_500 },
    });
  });

  test('single odd weeks do not count', () => {
    const past = weeks(1_000, 0, 1_020, 980, 50_000, 1_010, 990);
    expect(judgeRows(1_050, past)).toBeUndefined();
    expect(judgeRows(100, past)?.kind).toBe('drop');
  });

  test('small counts are noise', () => {
    expect(judgeRows(0, weeks(20, 25, 18, 22))).toBeUndefined();
    expect(judgeRows(40, weeks(0, 0, 0, 0))).toBeUndefined();
    expect(judgeRows(500, weeks(0, 0, 0, 0))?.kind).toBe('surge');
  });

  test('many intervals of a few weeks are too short a past', () => {
    const past = Array.from({ length: 36 }, (_, index) => ({ weeksAgo: 1 + (index % (MIN_WEEKS - 1)), rows: 1_000 }));
    expect(judgeRows(0, past)).toBeUndefined();
    expect(judgeRows(0, [...past, { weeksAgo: MIN_WEEKS, rows: 1_000 }])?.kind).toBe('drop');
  });

  test('the order of the past does not matter, its median is usual, and a bound is', () => {
    const counts = fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: MIN_WEEKS, maxLength: 8 });
    fc.assert(
      fc.property(counts, fc.integer({ min: 0, max: 3_000_000 }), (rows, now) => {
        const past = weeks(...rows);
        const found = judgeRows(now, past);
        expect(judgeRows(now, past.toReversed())).toEqual(found);
        if (found !== undefined) {
          expect(now < found.low || now > found.high).toBe(true);
          for (const usual of [found.expected, found.low, found.high]) {
            expect(judgeRows(usual, past)).toBeUndefined();
          }
        }
      }),
    );
  });
});
