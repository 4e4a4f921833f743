import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { expectedIntervals, firstEndFrom, isExpected, type Expectation } from './expected-intervals.ts';
import { EXPORT_INTERVALS, intervalMs } from './intervals.ts';
import {
  intervalEndingAt,
  intervalsBetween,
  lastFinishedInterval,
  nextIntervals,
  utcSchedule,
  type Era,
  type ScheduleSpec,
  type Timeline,
} from './schedule-spec.ts';
import { zonedTime } from './zone-clock.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

const anySpec: fc.Arbitrary<ScheduleSpec> = fc.record({
  interval: fc.constantFrom(...EXPORT_INTERVALS),
  timeZone: fc.constantFrom('UTC', ...Intl.supportedValuesOf('timeZone')),
  hourOffset: fc.integer({ min: 0, max: 23 }),
  weekdayOffset: fc.integer({ min: 0, max: 6 }),
});
const anyTime = fc.date({ min: new Date('1990-01-01'), max: new Date('2060-01-01'), noInvalidDate: true });
/** Edits seconds, hours or weeks apart; some hit a boundary exactly. */
const anyStep = fc.oneof(
  fc.integer({ min: 0, max: 5 * MINUTE_MS }),
  fc.integer({ min: 0, max: 20 * DAY_MS }),
  fc.integer({ min: 0, max: 60 }).map((hours) => hours * 60 * MINUTE_MS),
);
const anyTimeline: fc.Arbitrary<Era[]> = fc
  .tuple(anyTime, fc.array(fc.tuple(anyStep, anySpec), { minLength: 1, maxLength: 6 }))
  .map(([begin, steps]) => {
    let at = Math.floor(begin.getTime() / MINUTE_MS) * MINUTE_MS;
    return steps.map(([step, spec]) => ({ since: new Date((at += step)), spec }));
  });

/** Ends around each edit: the last one before it and the first ones after. */
function endsAround(timeline: Timeline): Date[] {
  return timeline.flatMap(({ since }) => [
    lastFinishedInterval(timeline, since).end,
    ...nextIntervals(timeline, since, 3).map(({ end }) => end),
  ]);
}

describe('a time line of edits', () => {
  test('tiles: no gap and no overlap around any edit, in any zone', () => {
    fc.assert(
      fc.property(anyTimeline, (timeline) => {
        const ends = [...new Set(endsAround(timeline).map(Number))].sort((a, b) => a - b).map((ms) => new Date(ms));
        for (const end of ends) {
          const interval = intervalEndingAt(timeline, end)!;
          expect(interval.start < interval.end).toBe(true);
          expect(lastFinishedInterval(timeline, interval.start).end).toEqual(interval.start);
          expect(nextIntervals(timeline, interval.start, 1)).toEqual([interval]);
          expect(lastFinishedInterval(timeline, new Date(end.getTime() - 1)).end).toEqual(interval.start);
        }
      }),
      { numRuns: 80 },
    );
  });

  test('an edit changes nothing that has ended, and what ends next does so with the new schedule', () => {
    fc.assert(
      fc.property(anyTimeline, anySpec, fc.integer({ min: 0, max: 10 * DAY_MS }), (before, spec, laterMs) => {
        const since = new Date(before.at(-1)!.since.getTime() + laterMs);
        const after = [...before, { since, spec }];
        const last = lastFinishedInterval(before, since);
        expect(lastFinishedInterval(after, since)).toEqual(last);
        expect(intervalEndingAt(after, last.start)).toEqual(intervalEndingAt(before, last.start));
        const [next, second] = nextIntervals(after, since, 2);
        expect(next!.start).toEqual(last.end);
        expect(next!.end > since).toBe(true);
        expect([next!.end, second!.end]).toEqual(nextIntervals(spec, since, 2).map(({ end }) => end));
      }),
      { numRuns: 80 },
    );
  });

  test('no end is used twice with another start, however often the schedule is edited', () => {
    fc.assert(
      fc.property(anyTimeline, (timeline) => {
        const starts = new Map<number, number>();
        timeline.forEach((_, index) => {
          const known = timeline.slice(0, index + 1);
          const until = timeline[index + 1]?.since;
          for (const end of endsAround(known).filter((each) => until === undefined || each <= until)) {
            const start = intervalEndingAt(known, end)!.start.getTime();
            expect(starts.get(end.getTime()) ?? start).toBe(start);
            starts.set(end.getTime(), start);
          }
        });
      }),
      { numRuns: 80 },
    );
  });

  test.each([
    ['a day becomes 5 minutes: longer', 'day', '5m', '2026-11-21T00:00:00Z', '2026-11-21T15:05:00Z'],
    ['5 minutes become a day: shorter', '5m', 'day', '2026-11-21T15:00:00Z', '2026-11-22T00:00:00Z'],
    ['a minute becomes a week', '1m', 'week', '2026-11-21T15:03:00Z', '2026-11-22T00:00:00Z'],
  ] as const)('%s', (_, from, to, start, end) => {
    const since = new Date('2026-11-21T15:03:20Z');
    const timeline = [
      { since: new Date('2026-01-01'), spec: utcSchedule(from) },
      { since, spec: utcSchedule(to) },
    ];
    expect(nextIntervals(timeline, since, 1)).toEqual([{ start: new Date(start), end: new Date(end) }]);
  });

  test('a zone that is changed over its change of the clock', () => {
    const spec = { interval: 'day', hourOffset: 0, weekdayOffset: 0 } as const;
    const timeline = [
      { since: new Date('2026-01-01'), spec: { ...spec, timeZone: 'Europe/Berlin' } },
      { since: new Date('2026-10-25T12:00:00Z'), spec: { ...spec, timeZone: 'America/New_York' } },
    ];
    const hours = nextIntervals(timeline, new Date('2026-10-24T12:00:00Z'), 3).map(
      ({ start, end }) => (end.getTime() - start.getTime()) / 60 / MINUTE_MS,
    );
    // Berlin's Saturday; its Sunday, which has 25 hours, until midnight in New York; a day there.
    expect(hours).toEqual([24, 30, 24]);
  });
});

test.each([
  ['Europe/Berlin', '2026-03-29T01:00:00Z', '2026-03-29T03:00:00+02:00'],
  ['America/St_Johns', '2026-01-01T00:00:00Z', '2025-12-31T20:30:00-03:30'],
  ['Asia/Kathmandu', '2026-01-01T00:00:00.500Z', '2026-01-01T05:45:00+05:45'],
  ['UTC', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00+00:00'],
])('the clock of %s at %s reads %s', (timeZone, instant, expected) => {
  expect(zonedTime(timeZone, new Date(instant))).toBe(expected);
});

describe('what is expected', () => {
  const timeline = [{ since: new Date(0), spec: utcSchedule('hour') }];
  const at = (clock: string): Date => new Date(`2026-11-21T${clock}:00Z`);
  const base: Expectation = { timeline, createdAt: at('03:30'), startAt: null, endAt: null, pauses: [] };
  const ends = (of: Partial<Expectation>, after = at('00:00'), to = at('09:30')): string[] =>
    [...expectedIntervals({ ...base, ...of }, after, to)].map(({ end }) => end.toISOString().slice(11, 16));

  test('begins with the interval in which the export was created', () => {
    expect(ends({})).toEqual(['04:00', '05:00', '06:00', '07:00', '08:00', '09:00']);
    expect(ends({}, at('07:00'))).toEqual(['08:00', '09:00']);
  });

  test('are whole intervals between the start and the end date', () => {
    expect(ends({ startAt: at('05:10'), endAt: at('08:59') })).toEqual(['07:00', '08:00']);
    expect(ends({ startAt: at('05:00'), endAt: at('08:00') })).toEqual(['06:00', '07:00', '08:00']);
    expect(firstEndFrom(timeline, at('05:10'))).toEqual(at('07:00'));
    expect(firstEndFrom(timeline, at('05:00'))).toEqual(at('06:00'));
  });

  test('leaves out what ended in a pause that was not filled', () => {
    expect(ends({ pauses: [{ from: at('05:20'), until: at('07:20') }] })).toEqual(['04:00', '05:00', '08:00', '09:00']);
    expect(ends({ pauses: [{ from: at('06:00'), until: null }] })).toEqual(['04:00', '05:00', '06:00']);
  });

  test('every interval of the time line is expected once, or for a reason not', () => {
    fc.assert(
      fc.property(anyTimeline, fc.integer({ min: 0, max: 5 }), fc.integer({ min: 1, max: 5 }), (line, skip, length) => {
        const begin = line[0]!.since;
        const to = new Date(begin.getTime() + 6 * Math.max(...line.map(({ spec }) => intervalMs(spec.interval))));
        const all = [...intervalsBetween(line, lastFinishedInterval(line, begin).end, to)].slice(0, 20);
        const pause = { from: all[skip]?.start ?? begin, until: all[skip + length]?.start ?? begin };
        const of: Expectation = { timeline: line, createdAt: begin, startAt: null, endAt: null, pauses: [pause] };
        const last = all.at(-1)?.end ?? begin;
        const expected = [...expectedIntervals(of, begin, last)];
        expect(expected).toEqual(all.filter((interval) => isExpected(of, interval)));
        const inPause = all.filter(({ end }) => end > pause.from && end <= pause.until);
        expect(expected.length + inPause.length).toBe(all.length);
      }),
      { numRuns: 60 },
    );
  });
});
