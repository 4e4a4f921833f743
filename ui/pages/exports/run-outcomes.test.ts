import { expect, test } from '@jest/globals';
import { alongTime, byOutcome, OUTCOMES, outcomesOf } from './run-outcomes.ts';

test.each([
  ['completed', 'completed'],
  ['failed', 'failed'],
  ['failed_retryable', 'failed'],
  ['terminated', 'failed'],
  ['timed_out', 'failed'],
  ['over_quota', 'over quota'],
  ['cancelled', 'cancelled or skipped'],
  ['skipped', 'cancelled or skipped'],
])('a run that ended as %s is shown as %s', (status, label) => {
  const [name] = Object.keys(byOutcome({ status }, 1));
  expect(OUTCOMES.find((outcome) => outcome.name === name)?.label).toBe(label);
});

test('a quota is named where it stopped a run', () => {
  const labels = (statuses: string[]): string[] =>
    outcomesOf(statuses.map((status) => ({ status }))).map(({ label }) => label);
  expect(labels(['completed'])).not.toContain('over quota');
  expect(labels(['completed', 'over_quota'])).toContain('over quota');
});

test('runs stand in the order of their intervals, whenever they began, and repetitions in theirs', () => {
  const began = [
    { name: 'second', interval_end: '2026-11-22T00:00:00Z' },
    { name: 'older', interval_end: '2026-11-21T00:00:00Z' },
    { name: 'first', interval_end: '2026-11-22T00:00:00Z' },
    { name: 'newer', interval_end: '2026-11-23T00:00:00Z' },
  ];
  expect(alongTime(began).map(({ name }) => name)).toEqual(['older', 'first', 'second', 'newer']);
});
