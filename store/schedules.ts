import { sql } from 'kysely';
import { firstEndFrom, type Expectation } from '../core/expected-intervals.ts';
import type { ScheduleSettings, ScheduleSpec, Timeline } from '../core/schedule-spec.ts';
import type { Queries } from './database.ts';

/**
 * The time line of an export's schedules and its pauses. Rows are written in the transaction that locks the export
 * (`FOR UPDATE`), which also waits for whoever is writing a ledger row of it.
 */

/** Whether a change of settings makes another grid of intervals. */
export function isOtherSchedule(a: ScheduleSpec, b: ScheduleSpec): boolean {
  return GRID_FIELDS.some((field) => a[field] !== b[field]);
}

const GRID_FIELDS = ['interval', 'timeZone', 'hourOffset', 'weekdayOffset'] as const satisfies (keyof ScheduleSpec)[];

/**
 * From now on the export has this schedule. When an interval is in the ledger already that ends later, by clocks that
 * differ, from its end on: no end is used twice.
 */
export async function beginSchedule(tx: Queries, exportId: string, spec: ScheduleSpec): Promise<void> {
  const { interval, timeZone, hourOffset, weekdayOffset } = spec;
  const lastEnd = tx
    .selectFrom('intervalLedger')
    .select((eb) => eb.fn.max('intervalEnd').as('end'))
    .where('exportId', '=', exportId);
  const values = { interval, timeZone, hourOffset, weekdayOffset };
  await tx
    .insertInto('exportSchedules')
    .values({ exportId, since: sql<Date>`greatest(clock_timestamp(), (${lastEnd}))`, ...values })
    .onConflict((conflict) => conflict.columns(['exportId', 'since']).doUpdateSet(values))
    .execute();
}

export async function beginPause(tx: Queries, exportId: string, { auto = false } = {}): Promise<void> {
  await tx
    .insertInto('exportPauses')
    .values({ exportId, pausedAt: sql<Date>`clock_timestamp()`, auto })
    .execute();
}

/** `filled`: the intervals that ended meanwhile are wanted. */
export async function endPause(tx: Queries, exportId: string, filled: boolean): Promise<void> {
  await tx
    .updateTable('exportPauses')
    .set({ resumedAt: sql<Date>`clock_timestamp()`, filled })
    .where('exportId', '=', exportId)
    .where('resumedAt', 'is', null)
    .execute();
}

export interface PlannedSchedule extends Pick<ScheduleSettings, 'jitterSeconds' | 'endAt'> {
  spec: ScheduleSpec;
  /** The first interval's end: nothing is started before. */
  firstEnd: Date | null;
  paused: boolean;
}

/** What Temporal has to know of when an export runs. */
export async function plannedSchedule(
  queries: Queries,
  of: ScheduleSettings & { id: string; paused: boolean },
): Promise<PlannedSchedule> {
  const { interval, timeZone, hourOffset, weekdayOffset, jitterSeconds, startAt, endAt, paused } = of;
  const firstEnd = startAt && firstEndFrom(await getTimeline(queries, of.id), startAt);
  return { spec: { interval, timeZone, hourOffset, weekdayOffset }, jitterSeconds, firstEnd, endAt, paused };
}

/** What the export owes its destination; of a deleted one, too. */
export async function getExpectation(
  queries: Queries,
  of: Pick<ScheduleSettings, 'startAt' | 'endAt'> & { id: string; createdAt: Date },
): Promise<Expectation> {
  const pauses = await queries
    .selectFrom('exportPauses')
    .select(['pausedAt as from', 'resumedAt as until'])
    .where('exportId', '=', of.id)
    .where('filled', '=', false)
    .orderBy('pausedAt')
    .execute();
  const { createdAt, startAt, endAt } = of;
  return { timeline: await getTimeline(queries, of.id), createdAt, startAt, endAt, pauses };
}

/** Empty when there is no such export. */
export async function getTimeline(queries: Queries, exportId: string): Promise<Timeline> {
  const rows = await queries
    .selectFrom('exportSchedules')
    .selectAll()
    .where('exportId', '=', exportId)
    .orderBy('since')
    .execute();
  return rows.map(({ since, interval, timeZone, hourOffset, weekdayOffset }) => ({
    since,
    spec: { interval, timeZone, hourOffset, weekdayOffset },
  }));
}
