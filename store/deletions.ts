import { sql } from 'kysely';
import { backfillWorkflowId } from '../core/ids.ts';
import { cancelForDeletion, openBackfills } from './backfills.ts';
import type { Database } from './database.ts';
import { FORGOTTEN } from './delete-destination.ts';
import { WEBHOOK_KIND } from './destinations.ts';

/**
 * A deletion hides the record first, in one transaction; from then on nothing new starts. What it had running is ended
 * after that, by the request or, when that was cut off, by the clean-up: each step may be repeated.
 */

/** How Temporal is told. Each call is idempotent. */
export interface EndingPort {
  deleteExportSchedule(exportId: string): Promise<void>;
  /** Of a run, or of a backfill. */
  cancelExportRun(workflowId: string): Promise<void>;
  destinationChanged(change: { destinationId: string; teamId: number; name: string; change: 'deleted' }): Promise<void>;
}

/** Ends what a deleted export had running. False as long as a run is still ending. */
export async function settleExport(db: Database, port: EndingPort, exportId: string): Promise<boolean> {
  await port.deleteExportSchedule(exportId);
  for (const id of await openBackfills(db, exportId)) {
    await port.cancelExportRun(backfillWorkflowId(id));
    await cancelForDeletion(db, id);
  }
  for (const workflowId of await openRunWorkflows(db, exportId)) {
    await port.cancelExportRun(workflowId);
  }
  const { numUpdatedRows } = await db.kysely
    .updateTable('exports')
    .set({ deletionSettledAt: sql<Date>`now()` })
    .where('id', '=', exportId)
    .where('deletedAt', 'is not', null)
    .where(sql<boolean>`NOT EXISTS (SELECT FROM export_runs WHERE export_id = exports.id AND finished_at IS NULL)`)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/**
 * Ends a deleted webhook's workflow; forgets the secrets of another kind. False as long as a run writes there, and for one that
 * was restored meanwhile.
 */
export async function settleDestination(db: Database, port: EndingPort, id: string): Promise<boolean> {
  const row = await db.kysely.selectFrom('destinations').selectAll().where('id', '=', id).executeTakeFirst();
  if (row?.deletedAt === null) {
    return false;
  }
  if (row?.kind === WEBHOOK_KIND) {
    const { teamId, name } = row;
    await port.destinationChanged({ destinationId: id, teamId, name, change: 'deleted' });
  }
  const { numUpdatedRows } = await db.kysely
    .updateTable('destinations')
    .set({ deletionSettledAt: sql<Date>`now()` })
    .$if(row?.kind !== WEBHOOK_KIND, (query) => query.set(FORGOTTEN))
    .where('id', '=', id)
    .where('deletedAt', 'is not', null)
    .where(
      sql<boolean>`NOT EXISTS (SELECT FROM export_runs r JOIN exports e ON e.id = r.export_id
        WHERE e.destination_id = destinations.id AND r.finished_at IS NULL)`,
    )
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Exports first: their runs have to end before the destination forgets its secrets. */
export async function listUnsettled(
  db: Database,
  limit: number,
): Promise<{ exports: string[]; destinations: string[] }> {
  const of = async (table: 'exports' | 'destinations'): Promise<string[]> => {
    const rows = await db.kysely
      .selectFrom(table)
      .select('id')
      .where('deletedAt', 'is not', null)
      .where('deletionSettledAt', 'is', null)
      .orderBy('deletedAt')
      .limit(limit)
      .execute();
    return rows.map(({ id }) => id);
  };
  return { exports: await of('exports'), destinations: await of('destinations') };
}

async function openRunWorkflows(db: Database, exportId: string): Promise<string[]> {
  const rows = await db.kysely
    .selectFrom('exportRuns')
    .select('workflowId')
    .where('exportId', '=', exportId)
    .where('finishedAt', 'is', null)
    .execute();
  return rows.map(({ workflowId }) => workflowId);
}
