import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { backfillRange } from './backfill.ts';
import { DEFAULT_SPEED, estimateBackfill, secondsLeft } from './backfill-estimate.ts';
import { EXPORT_INTERVALS } from './intervals.ts';
import { intervalEndingAt, intervalsBetween, lastFinishedInterval, utcSchedule } from './schedule-spec.ts';

const NOW = new Date('2026-11-21T12:07:30.500Z');
const at = (text: string): Date => new Date(`2026-11-${text}Z`);

describe('the range of a backfill', () => {
  test.each([
    ['whole hours stay', '20T01:00:00', '20T03:00:00', '20T01:00:00', '20T03:00:00'],
    ['parts of hours are widened', '20T01:59:59', '20T02:00:01', '20T01:00:00', '20T03:00:00'],
    ['the future ends where live runs go on', '21T10:30:00', '25T00:00:00', '21T10:00:00', '21T12:00:00'],
  ])('%s', (_name, start, end, from, to) => {
    const range = backfillRange(utcSchedule('hour'), { start: at(start), end: at(end) }, NOW);
    expect(range).toEqual({ start: at(from), end: at(to) });
  });

  test('what has not ended is no range', () => {
    expect(
      backfillRange(utcSchedule('day'), { start: at('21T00:00:00'), end: at('22T00:00:00') }, NOW),
    ).toBeUndefined();
  });

  test('ends exactly where the first live interval begins, whatever the schedule and the range', () => {
    const instant = fc.date({ min: at('01T00:00:00'), max: at('28T00:00:00'), noInvalidDate: true });
    fc.assert(
      fc.property(
        fc.constantFrom(...EXPORT_INTERVALS),
        instant,
        fc.integer({ min: 1, max: 9e8 }),
        (every, start, ms) => {
          const schedule = utcSchedule(every);
          const wanted = { start, end: new Date(start.getTime() + ms) };
          const range = backfillRange(schedule, wanted, NOW);
          const live = lastFinishedInterval(schedule, NOW).end;
          if (range === undefined) {
            expect(lastFinishedInterval(schedule, start).end >= live).toBe(true);
            return;
          }
          expect(range.start <= start).toBe(true);
          expect(range.end >= wanted.end || range.end.getTime() === live.getTime()).toBe(true);
          expect(range.end <= live && intervalEndingAt(schedule, range.end) !== undefined).toBe(true);
          const [first] = intervalsBetween(schedule, range.start, range.end);
          expect(first?.start).toEqual(range.start);
        },
      ),
    );
  });
});

describe('the estimate', () => {
  const part = { intervals: 10, skipped: 1, empty: 2, rows: 1_000_000, rowBytes: 500, parallel: 2 };

  test('takes the speed of past runs, several at once', () => {
    const speed = { runs: 5, rowsPerSecond: 10_000, secondsPerRun: 2 };
    expect(estimateBackfill({ ...part, speed })).toEqual({
      ...{ intervals: 10, skipped: 1, empty: 2, rows: 1_000_000, bytes: 500_000_000, basis: 'this_export' },
      minutes: 1,
    });
  });

  test('says when it had to assume', () => {
    expect(estimateBackfill({ ...part, speed: DEFAULT_SPEED })).toMatchObject({ basis: 'default', minutes: 0.6 });
    expect(estimateBackfill({ ...part, rows: null, speed: DEFAULT_SPEED })).toMatchObject({
      bytes: null,
      minutes: null,
    });
  });

  test('reckons the rows of a query from a sample, and says so', () => {
    const sample = { intervals: 3, rows: 1_000.5 };
    expect(estimateBackfill({ ...part, rows: null, sample, speed: DEFAULT_SPEED })).toMatchObject({
      ...{ rows: 10_005, sampled: 3, bytes: 5_002_500, minutes: 0.2 },
    });
    expect(estimateBackfill({ ...part, rows: null, sample: null, speed: DEFAULT_SPEED }).rows).toBeNull();
  });

  test('the time left follows the pace, and small intervals count, too', () => {
    expect(secondsLeft({ intervals: 0, rows: 0 }, { intervals: 5, rows: 100 }, 60)).toBeUndefined();
    expect(secondsLeft({ intervals: 10, rows: 0 }, { intervals: 20, rows: 0 }, 60)).toBe(120);
    expect(secondsLeft({ intervals: 1, rows: 80_000 }, { intervals: 2, rows: 160_000 }, 60)).toBe(120);
  });
});
