import { expect, test } from '@jest/globals';
import { spanOf, SPANS } from '../../parts/spans.ts';
import { beginOf, chartSpan, everyStep, zoneOf, type Point } from './chart-spans.ts';

const NOW = Date.parse('2026-11-21T12:07:30Z');

function point(at: string): Point {
  const counts = { attempts: 3, delivered: 2, discarded: 0, retries: 1, success_rate: 2 / 3 };
  return { at, ...counts, p50_ms: 1, p95_ms: 2, p99_ms: 3 };
}

test.each([
  ['', '2026-11-20T12:30:00.000Z', 48, '2026-11-21T12:00:00.000Z'],
  ['7d', '2026-11-14T15:00:00.000Z', 56, '2026-11-21T12:00:00.000Z'],
  ['30d', '2026-10-23T00:00:00.000Z', 30, '2026-11-21T00:00:00.000Z'],
])('the span %j begins at %s and has %i steps, the last at %s', (value, begin, steps, last) => {
  const span = chartSpan(spanOf(value));
  expect(beginOf(span, NOW).toISOString()).toBe(begin);
  const points = everyStep([], span, NOW);
  expect([points[0]?.at, points.length, points.at(-1)?.at]).toEqual([begin, steps, last]);
});

test('steps without attempts are there, with nothing; the others are what the API says', () => {
  const seen = [point('2026-11-21T11:30:00Z'), point('2026-11-21T12:00:00.000Z')];
  const points = everyStep(seen, chartSpan(SPANS[0]), NOW);
  expect(points.slice(-2)).toEqual(seen);
  expect(points.at(-3)).toMatchObject({ at: '2026-11-21T11:00:00.000Z', attempts: 0, retries: 0, p95_ms: null });
  expect(points.reduce((sum, { attempts }) => sum + attempts, 0)).toBe(6);
});

test('steps of a day are those of UTC', () => {
  expect(SPANS.map((span) => zoneOf(chartSpan(span)))).toEqual([{}, {}, { zone: 'UTC' }]);
});
