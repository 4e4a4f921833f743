import { expect, test } from '@jest/globals';
import { spanFrom, spanOf } from './spans.ts';

test('an address names a span; one that it does not know is a day', () => {
  expect([null, '', '7d', '30d', 'year'].map((value) => spanOf(value).days)).toEqual([1, 1, 7, 30, 1]);
});

test('a span ends now', () => {
  const now = Date.parse('2026-11-21T10:00:00Z');
  expect(spanFrom(spanOf('7d'), now)).toBe('2026-11-14T10:00:00.000Z');
});
