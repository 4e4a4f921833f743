import { expect, test } from '@jest/globals';
import { axisTime } from './axis-time.ts';

test.each([
  [['2026-11-21T10:00:00Z', '2026-11-21T11:00:00Z'], '11:00'],
  [['2026-11-21T11:00:00Z'], '11:00'],
  [['2026-11-19T11:00:00Z', '2026-11-19T12:00:00Z', '2026-11-21T12:00:00Z'], '21 Nov'],
  [['2026-11-19T09:00:00Z', '2026-11-19T10:00:00Z', '2026-11-19T11:00:00Z', '2026-11-21T12:00:00Z'], '21 Nov, 12:00'],
  [['2026-11-20T00:00:00Z', '2026-11-21T00:00:00Z'], '21 Nov'],
])('the last of %j is written %s', (times, text) => {
  expect(axisTime(times, 'UTC')(times.at(-1) ?? '')).toBe(text);
});
