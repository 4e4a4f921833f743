import { expect, test } from '@jest/globals';
import { keptRunOf } from './kept-run.ts';

const [NOON, ONE] = ['2026-11-21T12:00:00.000Z', '2026-11-21T13:00:00.000Z'];
const kept = { interval_end: NOON, status: 'completed', kept: true } as const;

test('only the last completed run of the interval counts', () => {
  const failed = { ...kept, status: 'failed', kept: false } as const;
  const other = { ...kept, interval_end: ONE, kept: false };
  expect(keptRunOf([failed, other, kept], '2026-11-21T12:00:00Z')).toBe(kept);
  expect(keptRunOf([{ ...kept, kept: false }, kept], NOON)).toBeUndefined();
  expect(keptRunOf([kept], ONE)).toBeUndefined();
  expect(keptRunOf([], NOON)).toBeUndefined();
});
