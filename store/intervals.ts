import { sql } from 'kysely';
import { expectedIntervals } from '../core/expected-intervals.ts';
import { intervalEndingAt } from '../core/schedule-spec.ts';
import type { Database, Queries } from './database.ts';
import { getExpectation, getTimeline } from './schedules.ts';
import { firstOf } from './values.ts';

/** Rows of one INSERT: a day of minutes. */
const BATCH = 1_440;

/**
 * Makes the ledger row of an interval, once; its bounds never change. False when they are not those of the row that is
 * there, or, where there is none, not an interval of the export's time line. An edit of the schedule waits for this and this for it,
 * so a run that was given its bounds before an edit cannot overlap with what came after it.
 */
export async function openInterval(
  db: Database,
  interval: { exportId: string; intervalStart: Date; intervalEnd: Date },
): Promise<boolean> {
  const { exportId, intervalStart, intervalEnd } = interval;
  return db.kysely.transaction().execute(async (tx) => {
    await tx.selectFrom('exports').select('id').where('id', '=', exportId).forKeyShare().execute();
    const known = await tx
      .selectFrom('intervalLedger')
      .select('intervalStart')
      .where('exportId', '=', exportId)
      .where('intervalEnd', '=', intervalEnd)
      .executeTakeFirst();
    const start = known?.intervalStart ?? intervalEndingAt(await getTimeline(tx, exportId), intervalEnd)?.start;
    if (start?.getTime() !== intervalStart.getTime()) {
      return false;
    }
    if (known === undefined) {
      await insertRows(tx, [{ exportId, intervalStart, intervalEnd }]);
    }
    return true;
  });
}

/**
 * Makes the ledger rows of every expected interval that ended more than `settleMs` ago, by the database's clock, up to a
 * bounded number; true when there are more. So the ledger tells what is missing, whether or not anything ever ran.
 */
export async function openExpectedIntervals(
  db: Database,
  { exportId, settleMs }: { exportId: string; settleMs: number },
): Promise<boolean> {
  return db.kysely.transaction().execute(async (tx) => {
    const row = await tx
      .selectFrom('exports')
      .select(['id', 'createdAt', 'startAt', 'endAt', 'ledgerUntil', 'jitterSeconds'])
      .select(sql<Date>`clock_timestamp()`.as('now'))
      .where('id', '=', exportId)
      .where('paused', '=', false)
      .where('deletedAt', 'is', null)
      .forNoKeyUpdate()
      .executeTakeFirst();
    if (row === undefined) {
      return false;
    }
    const until = new Date(row.now.getTime() - settleMs - row.jitterSeconds * 1_000);
    const after = row.ledgerUntil ?? row.createdAt;
    const found = firstOf(expectedIntervals(await getExpectation(tx, row), after, until), BATCH);
    await insertRows(
      tx,
      found.map(({ start, end }) => ({ exportId, intervalStart: start, intervalEnd: end })),
    );
    const more = found.length === BATCH;
    const reached = more ? found.at(-1)?.end : until;
    if (reached !== undefined && reached > after) {
      await tx.updateTable('exports').set({ ledgerUntil: reached }).where('id', '=', exportId).execute();
    }
    return more;
  });
}

async function insertRows(
  tx: Queries,
  rows: { exportId: string; intervalStart: Date; intervalEnd: Date }[],
): Promise<void> {
  if (rows.length > 0) {
    await tx
      .insertInto('intervalLedger')
      .values(rows)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}
