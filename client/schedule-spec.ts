import type { CalendarSpec, ScheduleOptions } from '@temporalio/client';
import { intervalMs, intervalOffsetMs } from '../core/intervals.ts';
import { isLocal, type ScheduleSpec } from '../core/schedule-spec.ts';

/** Every zone is a multiple of this from UTC today, so each full local hour lies on this grid. */
const ZONE_GRID_MS = 15 * 60_000;
const WEEKDAYS = ['SUNDAY', 'MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY'] as const;
const ALL_DAY = { hour: '*', minute: '*', second: '*' } as const satisfies CalendarSpec;

/**
 * The Temporal Schedule that fires at the end of each interval of `core/schedule-spec.ts`. A day or week is every
 * quarter of an hour but those whose local time differs: Temporal computes exclusions from the local time alone, while
 * its calendars miss and invent times where clocks change (ADR 11).
 */
export function temporalSpec(spec: ScheduleSpec): ScheduleOptions['spec'] {
  if (!isLocal(spec)) {
    return { intervals: [{ every: intervalMs(spec.interval), offset: intervalOffsetMs(spec.interval) }] };
  }
  return {
    timezone: spec.timeZone,
    intervals: [{ every: ZONE_GRID_MS }],
    skip: [
      { ...ALL_DAY, minute: { start: 1, end: 59 } },
      ...otherThan(spec.hourOffset, 23).map((hour): CalendarSpec => ({ ...ALL_DAY, hour })),
      ...(spec.interval === 'week' ? otherWeekdays(spec.weekdayOffset) : []),
    ],
  };
}

function otherWeekdays(weekdayOffset: number): CalendarSpec[] {
  return WEEKDAYS.filter((_, day) => day !== weekdayOffset).map((dayOfWeek) => ({ ...ALL_DAY, dayOfWeek }));
}

/** The ranges of 0 to `max` on both sides of `value`. */
function otherThan(value: number, max: number): { start: number; end: number }[] {
  return [
    { start: 0, end: value - 1 },
    { start: value + 1, end: max },
  ].filter(({ start, end }) => start <= end);
}
