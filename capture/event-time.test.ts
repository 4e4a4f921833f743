import { describe, expect, test } from '@jest/globals';
import { eventTime, parseMicros } from './event-time.ts';

const arrivalMs = Date.UTC(2026, 10, 21, 12, 0, 0, 500);

describe('event time', () => {
  test.each([
    ['2026-08-01T00:00:00Z', '2026-08-01 00:00:00.000000'],
    ['2026-08-01T00:00:00.123456Z', '2026-08-01 00:00:00.123456'],
    ['2026-08-01T00:00:00.1234569Z', '2026-08-01 00:00:00.123456'],
    ['2026-08-01T02:00:00.5+02:00', '2026-08-01 00:00:00.500000'],
    ['2026-08-01T02:00:00+0200', '2026-08-01 00:00:00.000000'],
    ['2026-08-01 00:00:00', '2026-08-01 00:00:00.000000'],
    ['2026-08-01', '2026-08-01 00:00:00.000000'],
    ['Sat, 01 Aug 2026 00:00:00 GMT', '2026-08-01 00:00:00.000000'],
    ['2030-01-01T00:00:00Z', '2030-01-01 00:00:00.000000'],
  ])('%s', (timestamp, expected) => {
    expect(eventTime({ timestamp }, arrivalMs)).toBe(expected);
  });

  test.each([
    undefined,
    null,
    '',
    'yesterday',
    17,
    {},
    '1969-12-31T23:59:59Z',
    '2999-01-01T00:00:00Z',
    '2026-13-45T99:99:99Z',
  ])('falls back to arrival for %p', (timestamp) => {
    expect(eventTime({ timestamp }, arrivalMs)).toBe('2026-11-21 12:00:00.500000');
  });

  test('an offset counts back from arrival, and only without a timestamp', () => {
    expect(eventTime({ offset: 1_500 }, arrivalMs)).toBe('2026-11-21 11:59:59.000000');
    expect(eventTime({ offset: 1_500, timestamp: '2026-08-01' }, arrivalMs)).toBe('2026-08-01 00:00:00.000000');
    expect(eventTime({ offset: 1e300 }, arrivalMs)).toBe('2026-11-21 12:00:00.500000');
  });

  test('the time of a retry is that of the first try', () => {
    const timestamp = '2026-08-01T00:00:00.000001Z';
    expect(eventTime({ timestamp }, arrivalMs)).toBe(eventTime({ timestamp }, arrivalMs + 60_000));
    expect(parseMicros(timestamp)).toBe(Date.UTC(2026, 7, 1) * 1_000 + 1);
  });
});
