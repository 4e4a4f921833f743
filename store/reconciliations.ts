import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { ExportRef } from '../core/export-ref.ts';
import type { Database } from './database.ts';
import { notFound } from './errors.ts';
import type { ReconciliationStatus, ReconciliationTrigger } from './reconcile-tables.ts';
import type { Row } from './tables.ts';
import { FIRST_ID, olderThan, storableText, type OpenPage, type PageCursor } from './values.ts';

export type ReconciliationRecord = Row<'reconciliations'>;

/** What the repairs of a reconciliation come to. */
export interface RepairTotals {
  differing: number;
  repaired: number;
  /** Found, and not repaired. */
  open: number;
  rowsLate: number;
  rowsLost: number;
  rowsSurplus: number;
  rowsUnknown: number;
  rowsGoneFromSource: number;
}

export type ReconciliationView = ReconciliationRecord & RepairTotals;

export interface NewReconciliation {
  exportId: string;
  teamId: number;
  rangeStart: Date;
  rangeEnd: Date;
  dryRun: boolean;
  repairCopies?: boolean;
  trigger: ReconciliationTrigger;
  workflowId: string;
  workflowRunId: string;
}

/** The reconciliation of one workflow execution: a retried call gets the same. Throws export_not_found. */
export async function createReconciliation(db: Database, input: NewReconciliation): Promise<ReconciliationRecord> {
  const owner = await db.kysely
    .selectFrom('exports')
    .select('id')
    .where('id', '=', input.exportId)
    .where('teamId', '=', input.teamId)
    .where('deletedAt', 'is', null)
    .executeTakeFirst();
  if (!owner) {
    throw notFound('export', input.exportId);
  }
  return (
    db.kysely
      .insertInto('reconciliations')
      .values({ id: randomUUID(), ...input })
      // Set to itself, so that the row that is there is answered.
      .onConflict((conflict) =>
        conflict.columns(['workflowId', 'workflowRunId']).doUpdateSet({ workflowId: input.workflowId }),
      )
      .returningAll()
      .executeTakeFirstOrThrow()
  );
}

export async function getReconciliation(db: Database, id: string): Promise<ReconciliationRecord | undefined> {
  return db.kysely.selectFrom('reconciliations').selectAll().where('id', '=', id).executeTakeFirst();
}

/** Intervals that a page has compared. Not idempotent: a repeated page is counted again. */
export async function countCompared(
  db: Database,
  id: string,
  { compared, skipped }: { compared: number; skipped: number },
): Promise<void> {
  await db.kysely
    .updateTable('reconciliations')
    .set((eb) => ({
      intervals: eb('intervals', '+', compared),
      intervalsSkipped: eb('intervalsSkipped', '+', skipped),
    }))
    .where('id', '=', id)
    .execute();
}

/** A clean look of the Schedule leaves no record: there is one for each export every few minutes. */
export async function closeReconciliation(
  db: Database,
  ending: { id: string; status: ReconciliationStatus; errorCode?: string; errorMessage?: string },
): Promise<void> {
  await db.kysely
    .updateTable('reconciliations')
    .set({
      status: ending.status,
      errorCode: ending.errorCode ?? null,
      errorMessage: ending.errorMessage === undefined ? null : storableText(ending.errorMessage),
      finishedAt: sql<Date>`now()`,
    })
    .where('id', '=', ending.id)
    .where('finishedAt', 'is', null)
    .execute();
  if (ending.status === 'completed') {
    await db.kysely
      .deleteFrom('reconciliations')
      .where('id', '=', ending.id)
      .where('trigger', '=', 'schedule')
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('intervalRepairs')
              .select('id')
              .whereRef('intervalRepairs.reconciliationId', '=', 'reconciliations.id'),
          ),
        ),
      )
      .execute();
  }
}

/** A reconciliation that has not ended, as its workflow is told of it. */
export interface OpenReconciliation extends ExportRef {
  reconciliationId: string;
  workflowId: string;
  from: Date;
  to: Date;
  dryRun: boolean;
  repairCopies: boolean;
  trigger: ReconciliationTrigger;
}

/** In order of their ids, after `after`. */
export async function listOpenReconciliations(db: Database, page: OpenPage): Promise<OpenReconciliation[]> {
  return db.kysely
    .selectFrom('reconciliations')
    .innerJoin('exports', 'exports.id', 'reconciliations.exportId')
    .innerJoin('destinations', 'destinations.id', 'exports.destinationId')
    .select(['reconciliations.id as reconciliationId', 'reconciliations.workflowId', 'reconciliations.exportId'])
    .select(['reconciliations.teamId', 'rangeStart as from', 'rangeEnd as to', 'dryRun', 'repairCopies', 'trigger'])
    .select(['exports.name', 'exports.destinationId', 'destinations.kind as destinationKind', 'exports.interval'])
    .where('reconciliations.finishedAt', 'is', null)
    .where('reconciliations.startedAt', '<=', olderThan(page.minAgeMs))
    .where('exports.deletedAt', 'is', null)
    .where('reconciliations.id', '>', page.after ?? FIRST_ID)
    .orderBy('reconciliations.id')
    .limit(page.limit)
    .execute();
}

/** All of its range is going to be compared again; what it has found stays. */
export async function forgetCompared(db: Database, id: string): Promise<void> {
  await db.kysely
    .updateTable('reconciliations')
    .set({ intervals: 0, intervalsSkipped: 0 })
    .where('id', '=', id)
    .where('finishedAt', 'is', null)
    .execute();
}

/** From new to old. */
export async function listReconciliations(
  db: Database,
  page: { teamId: number; exportId: string; id?: string; limit: number; before?: PageCursor },
): Promise<ReconciliationView[]> {
  let query = db.kysely
    .selectFrom('reconciliations')
    .leftJoin('intervalRepairs', 'intervalRepairs.reconciliationId', 'reconciliations.id')
    .selectAll('reconciliations')
    .select(({ fn }) => [
      fn.count<number>('intervalRepairs.id').as('differing'),
      sql<number>`count(*) FILTER (WHERE interval_repairs.status = 'repaired')`.as('repaired'),
      sql<number>`count(*) FILTER (WHERE interval_repairs.status <> 'repaired')`.as('open'),
      sumOf('rows_late').as('rowsLate'),
      sumOf('rows_lost').as('rowsLost'),
      sumOf('rows_surplus').as('rowsSurplus'),
      sumOf('rows_unknown').as('rowsUnknown'),
      sumOf('rows_gone_from_source').as('rowsGoneFromSource'),
    ])
    .where('reconciliations.exportId', '=', page.exportId)
    .where('reconciliations.teamId', '=', page.teamId)
    .groupBy('reconciliations.id')
    .orderBy('reconciliations.startedAt', 'desc')
    .orderBy('reconciliations.id', 'desc')
    .limit(page.limit);
  if (page.id !== undefined) {
    query = query.where('reconciliations.id', '=', page.id);
  }
  if (page.before) {
    query = query.where(
      sql<boolean>`(reconciliations.started_at, reconciliations.id) < (${page.before.at}, ${page.before.id}::uuid)`,
    );
  }
  return query.execute();
}

function sumOf(column: string) {
  return sql<number>`coalesce(sum(interval_repairs.${sql.ref(column)}), 0)::bigint`;
}
