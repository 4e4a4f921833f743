import { expect, test } from '@jest/globals';
import { oncePerMinute } from './once-per-minute.ts';

test('tells the first fault of a minute, and how many it kept quiet', () => {
  const told: [unknown, number][] = [];
  let nowMs = 0;
  const complain = oncePerMinute(
    (fault, quiet) => told.push([fault, quiet]),
    () => nowMs,
  );
  for (; nowMs <= 120_000; nowMs += 20_000) {
    complain(nowMs);
  }
  expect(told).toEqual([
    [0, 0],
    [60_000, 2],
    [120_000, 2],
  ]);
});
