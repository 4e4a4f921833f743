import { describe, expect, test } from '@jest/globals';
import { closeTimeZones, isTimeZone } from './time-zones.ts';

describe('names of time zones', () => {
  test.each(['UTC', 'Europe/Berlin', 'Asia/Kolkata', 'Asia/Calcutta', 'America/Argentina/Buenos_Aires', 'Europe/Kyiv'])(
    '%s is one',
    (name) => expect(isTimeZone(name)).toBe(true),
  );

  test.each(['europe/berlin', 'EUROPE/BERLIN', 'Berlin', '+02:00', 'CEST', '', 'Europe/Berlin ', 'constructor'])(
    '%j is none',
    (name) => expect(isTimeZone(name)).toBe(false),
  );

  test.each([
    ['europe/berlin', 'Europe/Berlin'],
    ['Berlin', 'Europe/Berlin'],
    ['Europe/Belrin', 'Europe/Berlin'],
    ['america/new york', 'America/New_York'],
    ['New York', 'America/New_York'],
  ])('%j may have meant %s', (name, meant) => expect(closeTimeZones(name)[0]).toBe(meant));

  test('nothing is close to nonsense', () => expect(closeTimeZones('x'.repeat(60))).toEqual([]));
});
