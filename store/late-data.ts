import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Database } from './database.ts';
import type { Row } from './tables.ts';
import { json, type PageCursor } from './values.ts';

/** Rows of one interval that became visible after it had been committed. */
export type LateDataRecord = Row<'lateData'>;
export type NewLateData = Omit<LateDataRecord, 'id' | 'foundAt' | 'loadedByRunId' | 'loadedAt'>;

/** Once per repair; takes the place of what earlier looks have found in the interval and nobody has loaded. */
export async function recordLateData(db: Database, late: NewLateData): Promise<void> {
  const { buckets, ...plain } = late;
  await db.kysely
    .deleteFrom('lateData')
    .where('exportId', '=', late.exportId)
    .where('intervalEnd', '=', late.intervalEnd)
    .where('repairId', '!=', late.repairId)
    .where('loadedAt', 'is', null)
    .execute();
  await db.kysely
    .insertInto('lateData')
    .values({ id: randomUUID(), ...plain, buckets: json(buckets) })
    .onConflict((conflict) => conflict.column('repairId').doNothing())
    .execute();
}

/**
 * The rows of the repair are at the destination since this run; so are those that earlier looks found in the interval,
 * whose repair failed or was only tried.
 */
export async function markLateDataLoaded(
  db: Database,
  of: { exportId: string; intervalEnd: Date; runId: string },
): Promise<void> {
  await db.kysely
    .updateTable('lateData')
    .set({ loadedByRunId: of.runId, loadedAt: sql<Date>`now()` })
    .where('exportId', '=', of.exportId)
    .where('intervalEnd', '=', of.intervalEnd)
    .where('loadedAt', 'is', null)
    .execute();
}

/** From new to old by when they were found. */
export async function listLateData(
  db: Database,
  page: { teamId: number; exportId: string; limit: number; before?: PageCursor },
): Promise<LateDataRecord[]> {
  let query = db.kysely
    .selectFrom('lateData')
    .selectAll()
    .where('exportId', '=', page.exportId)
    .where('teamId', '=', page.teamId)
    .orderBy('foundAt', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit);
  if (page.before) {
    query = query.where(sql<boolean>`(found_at, id) < (${page.before.at}, ${page.before.id}::uuid)`);
  }
  return query.execute();
}
