import { describe, expect, test } from '@jest/globals';
import { parseRetryAfterMs } from './retry-after.ts';

const NOW = new Date('2026-11-21T05:00:00Z');
const DAY_MS = 86_400_000;

describe('parseRetryAfterMs', () => {
  test.each<[string, number | undefined]>([
    ['120', 120_000],
    [' 120 ', 120_000],
    ['120.1', 120_100],
    ['0.0001', 1],
    ['0', 0],
    ['86401', DAY_MS],
    ['99999999999999999999', DAY_MS],
    ['Sat, 21 Nov 2026 05:02:00 GMT', 120_000],
    ['Saturday, 21-Nov-26 05:02:00 GMT', 120_000],
    ['Sat Nov 21 05:02:00 2026', 120_000],
    ['Sat, 21 Nov 2026 06:02:00 +0100', 120_000],
    ['Sat, 21 Nov 2026 04:00:00 GMT', 0],
    ['Sat, 21 Nov 2099 05:00:00 GMT', DAY_MS],
    ['', undefined],
    ['soon', undefined],
    ['-5', undefined],
    ['1e3', undefined],
    ['0x10', undefined],
    ['Infinity', undefined],
    ['NaN', undefined],
    ['Sat, whenever', undefined],
    ['2026-11-21', undefined],
    ['try 5', undefined],
  ])('%j is %p ms', (value, expected) => {
    expect(parseRetryAfterMs(value, NOW)).toBe(expected);
  });

  test('no header is no answer', () => {
    expect(parseRetryAfterMs(undefined, NOW)).toBeUndefined();
  });

  test('limits are parameters', () => {
    expect(parseRetryAfterMs('1', NOW, { minMs: 5_000, maxMs: 10_000 })).toBe(5_000);
    expect(parseRetryAfterMs('60', NOW, { minMs: 5_000, maxMs: 10_000 })).toBe(10_000);
  });
});
