import { expect, test } from '@jest/globals';
import { delaysOf, delaysText } from './retry-delays.ts';

test.each([
  ['5s 5m 30m 2h 1d', [5_000, 300_000, 1_800_000, 7_200_000, 86_400_000]],
  ['90s 1.5s', [90_000, 1_500]],
  ['none', []],
])('"%s" are delays, and read so again', (text, delaysMs) => {
  expect(delaysOf(text)).toEqual(delaysMs);
  expect(delaysOf(delaysText(delaysMs))).toEqual(delaysMs);
});

test('commas are as good as spaces', () => {
  expect(delaysOf(' 1s,  2m ')).toEqual([1_000, 120_000]);
});

test.each(['', '5', 's', '5 s', '1w', '-1s', '5s x'])('"%s" are none', (text) => {
  expect(delaysOf(text)).toBeUndefined();
});
