import { expect, test } from '@jest/globals';
import { ago, bytes, duration, localTime, percent, wholePercent, words } from './format.ts';

const NOW = new Date('2026-11-21T12:00:00Z');

test.each([
  [-200, 'now'],
  [-45_000, '45 seconds ago'],
  [-100 * 60_000, '2 hours ago'],
  [3 * 60_000, 'in 3 minutes'],
  [-26 * 3_600_000, 'yesterday'],
])('%d ms away is "%s"', (deltaMs, text) => {
  expect(ago(new Date(NOW.getTime() + deltaMs), NOW)).toBe(text);
});

test.each([
  [0, '0 ms'],
  [850, '850 ms'],
  [1_250, '1.3 s'],
  [9_000, '9 s'],
  [9_990, '10 s'],
  [61_000, '1 min 1 s'],
  [3_600_000, '1 h'],
  [100 * 3_600_000, '4 d 4 h'],
])('%d ms last "%s"', (ms, text) => {
  expect(duration(ms)).toBe(text);
});

test.each([
  [1, '100%'],
  [0.99999, '99.99%'],
  [0.5, '50.0%'],
  [0, '0.0%'],
])('a share of %d is "%s"', (share, text) => {
  expect(percent(share)).toBe(text);
});

test('marks of an axis of shares have the same digits', () => {
  expect([0, 0.25, 0.5, 0.75, 1].map(wholePercent)).toEqual(['0%', '25%', '50%', '75%', '100%']);
});

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1_500, '1.5 KB'],
  [2_000_000_000, '2.0 GB'],
])('%d bytes are "%s"', (value, text) => {
  expect(bytes(value)).toBe(text);
});

test('a time says its zone', () => {
  expect(localTime(NOW, 'UTC')).toMatch(/12:00:00 UTC$/);
  expect(localTime(NOW, 'Europe/Berlin')).toMatch(/13:00:00 (CET|GMT\+1)$/);
});

test('names of fields are read as words', () => {
  expect(words('access_key_id')).toBe('Access key id');
});
