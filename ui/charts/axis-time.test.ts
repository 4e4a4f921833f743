import { expect, test } from '@jest/globals';
import { axisTime, dayStarts } from './axis-time.ts';

test.each([
  [['2026-11-21T10:00:00Z', '2026-11-21T11:00:00Z'], '11:00'],
  [['2026-11-21T11:00:00Z'], '11:00'],
  [['2026-11-19T11:00:00Z', '2026-11-19T12:00:00Z', '2026-11-21T12:00:00Z'], '21 Nov'],
  [['2026-11-19T09:00:00Z', '2026-11-19T10:00:00Z', '2026-11-19T11:00:00Z', '2026-11-21T12:00:00Z'], '21 Nov, 12:00'],
  [['2026-11-20T00:00:00Z', '2026-11-21T00:00:00Z'], '21 Nov'],
  [['2026-11-01T00:00:00Z', ...Array.from({ length: 40 }, () => '2026-11-21T06:00:00Z')], '21 Nov, 06:00'],
])('the last of %j is written %s', (times, text) => {
  expect(axisTime(times, 'UTC')(times.at(-1) ?? '')).toBe(text);
});

const every = (hours: number, count: number): string[] =>
  Array.from({ length: count }, (_, index) =>
    new Date(Date.parse('2026-11-16T15:00:00Z') + index * hours * 3_600_000).toISOString(),
  );

test('steps within days are marked where a day of the zone begins', () => {
  expect(dayStarts(every(3, 20), 'UTC')).toEqual([3, 11, 19]);
  // 23:00 in UTC is midnight in Berlin; the step after it is the first of the day.
  expect(dayStarts(every(3, 20), 'Europe/Berlin')).toEqual([3, 11, 19]);
  expect(dayStarts(every(3, 20), 'America/New_York')).toEqual([5, 13]);
});

test('a day or two, and days themselves, are marked anywhere', () => {
  expect(dayStarts(every(1, 48), 'UTC')).toBeUndefined();
  expect(dayStarts(every(24, 30), 'UTC')).toBeUndefined();
});
