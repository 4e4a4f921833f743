import { z } from 'zod';
import { EXPORT_INTERVALS } from '../core/intervals.ts';
import type { ScheduleSettings } from '../core/schedule-spec.ts';
import { closeTimeZones, isTimeZone } from '../core/time-zones.ts';
import { fieldError } from './problem.ts';
import { timestamp } from './schemas.ts';

/** Temporal spreads no further than to the next time of a Schedule, and a local one has a time every 15 minutes (ADR 11). */
const MAX_JITTER_SECONDS = 15 * 60;

const interval = z.enum(EXPORT_INTERVALS).describe('How often, and how much, is exported.');
const timeZone = z
  .string()
  .max(100)
  .describe('IANA name, for example Europe/Berlin. Its clock decides when a day or a week ends.');
const hourOffset = z
  .int()
  .min(0)
  .max(23)
  .describe('Local hour at which a day or a week ends. Shorter intervals have none.');
const weekdayOffset = z.int().min(0).max(6).describe('Day on which a week ends: 0 is Sunday. Only weeks have one.');
const jitterSeconds = z
  .int()
  .min(0)
  .max(MAX_JITTER_SECONDS)
  .describe("A run starts up to this long after its interval's end, and never an interval later. Its bounds stay.");
const instant = z.iso.datetime({ offset: true });
const startAt = instant.nullable().describe('The first interval is the first whole one from here on.');
const endAt = instant.nullable().describe('The last interval is the last one that ends by then.');

/** In the body that creates an export. */
export const newSchedule = {
  interval,
  time_zone: timeZone.optional().describe('Default: UTC.'),
  hour_offset: hourOffset.optional(),
  weekday_offset: weekdayOffset.optional(),
  jitter_seconds: jitterSeconds.optional(),
  start_at: startAt.optional(),
  end_at: endAt.optional(),
};

/** In the body that changes one. */
export const schedulePatch = { ...newSchedule, interval: interval.optional() };

/** In the answer. */
export const scheduleFields = {
  interval,
  time_zone: timeZone,
  hour_offset: hourOffset,
  weekday_offset: weekdayOffset,
  jitter_seconds: jitterSeconds,
  start_at: timestamp.nullable(),
  end_at: timestamp.nullable(),
};

type ScheduleView = z.output<z.ZodObject<typeof scheduleFields>>;
type ScheduleBody = z.output<z.ZodObject<typeof schedulePatch>>;

export function scheduleView(of: ScheduleSettings): ScheduleView {
  return {
    interval: of.interval,
    time_zone: of.timeZone,
    hour_offset: of.hourOffset,
    weekday_offset: of.weekdayOffset,
    jitter_seconds: of.jitterSeconds,
    start_at: of.startAt?.toISOString() ?? null,
    end_at: of.endAt?.toISOString() ?? null,
  };
}

/** What the body says of the schedule; absent fields are absent. Refuses unknown zones and dates in the wrong order. */
export function scheduleChange(body: ScheduleBody, before?: ScheduleSettings): Partial<ScheduleSettings> {
  refuseUnknownZone(body.time_zone);
  const change = {
    ...(body.interval === undefined ? {} : { interval: body.interval }),
    ...(body.time_zone === undefined ? {} : { timeZone: body.time_zone }),
    ...(body.hour_offset === undefined ? {} : { hourOffset: body.hour_offset }),
    ...(body.weekday_offset === undefined ? {} : { weekdayOffset: body.weekday_offset }),
    ...(body.jitter_seconds === undefined ? {} : { jitterSeconds: body.jitter_seconds }),
    ...(body.start_at === undefined ? {} : { startAt: dateOf(body.start_at) }),
    ...(body.end_at === undefined ? {} : { endAt: dateOf(body.end_at) }),
  };
  refuseEmptyRange({ startAt: null, endAt: null, ...before, ...change });
  return change;
}

function dateOf(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}

function refuseUnknownZone(name: string | undefined): void {
  if (name === undefined || isTimeZone(name)) {
    return;
  }
  const close = closeTimeZones(name);
  throw fieldError('time_zone', {
    code: 'time_zone_unknown',
    message: `time_zone: ${JSON.stringify(name)} is no name of the IANA time zone database`,
    remedy: close.length > 0 ? `Did you mean ${close.join(' or ')}?` : 'Use a name such as Europe/Berlin.',
  });
}

function refuseEmptyRange({ startAt, endAt }: Pick<ScheduleSettings, 'startAt' | 'endAt'>): void {
  if (startAt !== null && endAt !== null && endAt <= startAt) {
    throw fieldError('end_at', {
      code: 'schedule_empty',
      message: 'end_at: is not after start_at, so that nothing would be exported',
      remedy: 'Use a later end_at, an earlier start_at, or null for no bound.',
    });
  }
}
