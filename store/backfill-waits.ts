import { sql } from 'kysely';
import type { Database } from './database.ts';
import type { DueBackfill } from './open-backfills.ts';

/** Backfills that the quota has paused. */

/** The interval is to be tried again: nothing of it has been exported. */
export async function postponeInterval(
  db: Database,
  { backfillId, intervalEnd }: { backfillId: string; intervalEnd: Date },
): Promise<void> {
  await db.kysely
    .updateTable('backfillIntervals')
    .set({ status: 'pending', finishedAt: null })
    .where('backfillId', '=', backfillId)
    .where('intervalEnd', '=', intervalEnd)
    .where('status', '=', 'running')
    .execute();
}

/**
 * For a run that began at `since`. A quota that was set anew meanwhile ends the pause at once.
 * One that does not run stays as it is.
 */
export async function pauseBackfillUntil(
  db: Database,
  { id, reason, resumesAt, since }: { id: string; reason: string; resumesAt: Date; since: Date },
): Promise<void> {
  const soon = sql<Date>`CASE WHEN (SELECT export_rows_set_at FROM teams WHERE teams.id = backfills.team_id) > ${since}
    THEN date_trunc('milliseconds', now()) ELSE ${resumesAt}::timestamptz END`;
  await db.kysely
    .updateTable('backfills')
    .set({ status: 'paused', reason, throttle: null, runningSince: null, resumesAt: soon })
    .where('id', '=', id)
    .where('status', '=', 'running')
    .execute();
}

/** False: somebody has paused, resumed or ended it meanwhile. It stays due until `noteResumed`. */
export async function resumeBackfill(db: Database, { backfillId, resumesAt }: DueBackfill): Promise<boolean> {
  const result = await db.kysely
    .updateTable('backfills')
    .set({ status: 'running', reason: null, runningSince: sql<Date>`now()` })
    .where('id', '=', backfillId)
    .where('resumesAt', '=', resumesAt)
    .where('status', 'in', ['paused', 'running'])
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** Its workflow has been told. One that has met the quota again since waits for its new time. */
export async function noteResumed(db: Database, { backfillId, resumesAt }: DueBackfill): Promise<void> {
  await db.kysely
    .updateTable('backfills')
    .set({ resumesAt: null })
    .where('id', '=', backfillId)
    .where('resumesAt', '=', resumesAt)
    .execute();
}
