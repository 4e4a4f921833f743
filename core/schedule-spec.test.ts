import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import * as grid from './intervals.ts';
import {
  intervalEndingAt,
  intervalsBetween,
  lastFinishedInterval,
  nextIntervals,
  utcSchedule,
  type ScheduleSpec,
} from './schedule-spec.ts';

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;

const anySpec: fc.Arbitrary<ScheduleSpec> = fc.record({
  interval: fc.constantFrom(...grid.EXPORT_INTERVALS),
  timeZone: fc.constantFrom('UTC', ...Intl.supportedValuesOf('timeZone')),
  hourOffset: fc.integer({ min: 0, max: 23 }),
  weekdayOffset: fc.integer({ min: 0, max: 6 }),
});
const localSpec = anySpec.map(
  (spec) => ({ ...spec, interval: spec.interval === 'week' ? spec.interval : 'day' }) as const,
);
const anyTime = fc.date({ min: new Date('1971-01-01'), max: new Date('2099-01-01'), noInvalidDate: true });

/** A few intervals' worth of time after `from`. */
function after(from: Date, { interval }: ScheduleSpec, intervals: number): Date {
  return new Date(from.getTime() + intervals * grid.intervalMs(interval));
}

/** What the zone's clock shows, by the runtime's own words. */
function clock(at: Date, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).format(at);
}

describe('intervals tile the line', () => {
  test('each begins where the one before ended, and ends strictly later', () => {
    fc.assert(
      fc.property(anySpec, anyTime, (spec, from) => {
        const found = [...intervalsBetween(spec, from, after(from, spec, 12))];
        expect(found.length).toBeGreaterThanOrEqual(8);
        expect(found.every(({ start, end }) => start < end)).toBe(true);
        expect(found.slice(1).map(({ start }) => start)).toEqual(found.slice(0, -1).map(({ end }) => end));
      }),
      { numRuns: 400 },
    );
  });

  test('one found by its end, as the last finished, as the next or in a range is the same', () => {
    fc.assert(
      fc.property(anySpec, anyTime, (spec, now) => {
        const [next, second] = nextIntervals(spec, now, 2);
        expect(next).toBeDefined();
        expect(intervalEndingAt(spec, next!.end)).toEqual(next);
        expect(lastFinishedInterval(spec, next!.end)).toEqual(next);
        expect(lastFinishedInterval(spec, new Date(second!.end.getTime() - 1))).toEqual(next);
        expect([...intervalsBetween(spec, next!.start, second!.end)]).toEqual([next, second]);
        expect([...intervalsBetween(spec, new Date(next!.start.getTime() + 1), second!.end)]).toEqual([second]);
      }),
      { numRuns: 400 },
    );
  });

  test('now lies after the last finished interval and inside the next one', () => {
    fc.assert(
      fc.property(anySpec, anyTime, (spec, now) => {
        const last = lastFinishedInterval(spec, now);
        const [next] = nextIntervals(spec, now, 1);
        expect(last.end).toEqual(next!.start);
        expect(last.end <= now && now < next!.end).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  test('a range is walked only as far as it is read', () => {
    const endless = intervalsBetween(utcSchedule('1m'), new Date(0), new Date(8e15));
    expect(endless.next().value).toEqual({ start: new Date(0), end: new Date(60_000) });
  });
});

describe('boundaries', () => {
  test('a day or week ends when the local clock reads the full hour, on the weekday', () => {
    fc.assert(
      fc.property(localSpec, anyTime, (spec, now) => {
        const { end } = lastFinishedInterval(spec, now);
        const day = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'][spec.weekdayOffset]!;
        const hour = `${String(spec.hourOffset).padStart(2, '0')}:00:00`;
        expect(clock(end, spec.timeZone)).toMatch(new RegExp(`^${spec.interval === 'week' ? day : '...'},? ${hour}$`));
      }),
      { numRuns: 400 },
    );
  });

  test('no full hour of the local clock is passed over', () => {
    const recent = fc.date({ min: new Date('2015-01-01'), max: new Date('2099-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(localSpec, recent, (spec, now) => {
        const { start, end } = lastFinishedInterval({ ...spec, interval: 'day' }, now);
        const hour = `${String(spec.hourOffset).padStart(2, '0')}:00:00`;
        for (let at = start.getTime() + 15 * 60_000; at < end.getTime(); at += 15 * 60_000) {
          expect(clock(new Date(at), spec.timeZone)).not.toContain(hour);
        }
      }),
      { numRuns: 40 },
    );
  });

  test('UTC without offsets is the grid that exports have had so far', () => {
    fc.assert(
      fc.property(fc.constantFrom(...grid.EXPORT_INTERVALS), anyTime, (interval, now) => {
        expect(lastFinishedInterval(utcSchedule(interval), now)).toEqual(grid.lastFinishedInterval(interval, now));
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('days around a change of the clock', () => {
  const lengths = (timeZone: string, hourOffset: number, from: string, count: number): number[] =>
    nextIntervals({ interval: 'day', timeZone, hourOffset, weekdayOffset: 0 }, new Date(from), count).map(
      ({ start, end }) => (end.getTime() - start.getTime()) / HOUR_MS,
    );

  test.each([
    ['Europe/Berlin', 0, '2026-03-28T12:00:00Z', [24, 23, 24]],
    ['Europe/Berlin', 0, '2026-10-24T12:00:00Z', [24, 25, 24]],
    ['Australia/Lord_Howe', 0, '2026-10-03T00:00:00Z', [24, 23.5, 24]],
    ['Australia/Lord_Howe', 0, '2026-04-04T00:00:00Z', [24, 24.5, 24]],
    ['Asia/Kathmandu', 0, '2026-03-28T12:00:00Z', [24, 24, 24]],
  ])('%s at %i:00 from %s: %j hours', (timeZone, hourOffset, from, expected) => {
    expect(lengths(timeZone, hourOffset, from, expected.length)).toEqual(expected);
  });

  test.each([
    ['an hour that is missing ends nothing', 'Europe/Berlin', 2, '2026-03-27T12:00:00Z', [24, 47, 24]],
    ['nor does a missing midnight', 'Africa/Cairo', 0, '2026-04-22T12:00:00Z', [24, 47, 24]],
    ['an hour that comes twice ends two', 'Europe/Berlin', 2, '2026-10-24T12:00:00Z', [24, 1, 24]],
    ['so does a repeated midnight', 'America/Havana', 0, '2026-10-31T12:00:00Z', [24, 1, 24]],
    ['a calendar day that never was', 'Pacific/Apia', 0, '2011-12-28T12:00:00Z', [24, 24, 24]],
  ])('%s: %s at %i:00', (_, timeZone, hourOffset, from, expected) => {
    expect(lengths(timeZone, hourOffset, from, expected.length)).toEqual(expected);
  });

  test('a week whose boundary is missing is two weeks', () => {
    const spec: ScheduleSpec = { interval: 'week', timeZone: 'America/Santiago', hourOffset: 0, weekdayOffset: 0 };
    const [, found] = nextIntervals(spec, new Date('2026-08-24T00:00:00Z'), 2);
    expect(found!.end.getTime() - found!.start.getTime()).toBe(14 * DAY_MS - HOUR_MS);
  });
});
