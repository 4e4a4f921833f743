import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { msToTs, optionalTsToDate } from '@temporalio/common/lib/time.js';
import { randomUUID } from 'node:crypto';
import { temporalSpec } from '../../client/schedule-spec.ts';
import { EXPORT_INTERVALS } from '../../core/intervals.ts';
import {
  intervalsBetween,
  lastFinishedInterval,
  nextIntervals,
  utcSchedule,
  type ScheduleSpec,
} from '../../core/schedule-spec.ts';
import { startTestTemporal, type TestTemporal } from '../support/temporal-server.ts';

/**
 * The times at which the real server fires a Schedule against the ends of our intervals. The server is asked for times
 * far from now, so that each zone's changes of the clock are seen without waiting for them.
 */
const YEAR = [new Date('2027-01-01T00:00:00Z'), new Date('2028-01-01T00:00:00Z')] as const;
/** Zones by what is special about them. */
const ZONES = [
  'UTC',
  'America/New_York',
  'Europe/London',
  'Europe/Berlin',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Australia/Lord_Howe', // half an hour of summer time
  'Antarctica/Troll', // two hours
  'America/Santiago', // midnight is missing once a year, on a Sunday
  'Africa/Cairo', // the same, on a Friday
  'America/Havana', // midnight comes twice
  'Atlantic/Azores', // crosses Greenwich
  'America/St_Johns', // half an hour from UTC's hours, with summer time
  'Pacific/Chatham', // 45 minutes, with summer time
  'Pacific/Kiritimati', // 14 hours ahead
  'Africa/Casablanca', // changes four weeks apart, around Ramadan
];

let server: TestTemporal;
beforeAll(async () => {
  server = await startTestTemporal();
});
afterAll(() => server.stop());

async function createSchedule(spec: ScheduleSpec): Promise<string> {
  const scheduleId = randomUUID();
  await server.temporal.client.schedule.create({
    scheduleId,
    spec: temporalSpec(spec),
    action: { type: 'startWorkflow', workflowType: 'none', taskQueue: 'none' },
    state: { paused: true },
  });
  return scheduleId;
}

async function firingTimes(spec: ScheduleSpec, from: Date, to: Date): Promise<string[]> {
  const scheduleId = await createSchedule(spec);
  const { startTime } = await server.temporal.client.workflowService.listScheduleMatchingTimes({
    namespace: 'default',
    scheduleId,
    startTime: msToTs(from.getTime()),
    endTime: msToTs(to.getTime()),
  });
  return startTime.map((time) => optionalTsToDate(time)?.toISOString() ?? 'none');
}

/** The ends of intervals with `from < end <= to`: the server too answers times after the first bound. */
function ends(spec: ScheduleSpec, from: Date, to: Date): string[] {
  const first = lastFinishedInterval(spec, from).end;
  return [...intervalsBetween(spec, first, to)].map(({ end }) => end.toISOString());
}

describe('the server fires at the end of each interval', () => {
  test.each(ZONES)('%s: a day at the hours around changes of the clock, over a year', async (timeZone) => {
    for (const hourOffset of [0, 1, 2, 3, 23]) {
      const spec: ScheduleSpec = { interval: 'day', timeZone, hourOffset, weekdayOffset: 0 };
      const expected = ends(spec, ...YEAR);
      expect(expected.length).toBeGreaterThan(360);
      expect(await firingTimes(spec, ...YEAR)).toEqual(expected);
    }
  });

  test.each(ZONES)('%s: a week on the days of such changes, over a year', async (timeZone) => {
    for (const [weekdayOffset, hourOffset] of [
      [0, 0],
      [0, 2],
      [5, 0],
      [6, 23],
    ] as const) {
      const spec: ScheduleSpec = { interval: 'week', timeZone, hourOffset, weekdayOffset };
      const expected = ends(spec, ...YEAR);
      expect(expected.length).toBeGreaterThan(50);
      expect(await firingTimes(spec, ...YEAR)).toEqual(expected);
    }
  });

  test.each(EXPORT_INTERVALS)('every %s in UTC', async (interval) => {
    const [from, to] = [new Date('2027-03-01T00:00:00Z'), new Date('2027-03-01T12:00:00Z')];
    const until = interval === 'week' || interval === 'day' ? YEAR[1] : to;
    expect(await firingTimes(utcSchedule(interval), from, until)).toEqual(ends(utcSchedule(interval), from, until));
  });

  test('the next times that it announces are the ends of the next intervals', async () => {
    const spec: ScheduleSpec = { interval: 'day', timeZone: 'Asia/Tokyo', hourOffset: 5, weekdayOffset: 0 };
    const handle = server.temporal.client.schedule.getHandle(await createSchedule(spec));
    const { nextActionTimes } = (await handle.describe()).info;
    const first = nextActionTimes[0]?.getTime() ?? 0;
    const next = nextIntervals(spec, new Date(first - 1), nextActionTimes.length).map(({ end }) => end);
    expect(nextActionTimes.length).toBeGreaterThan(4);
    expect(nextActionTimes).toEqual(next);
  });
});
