import { sql } from 'kysely';
import type { ExportRef } from '../core/export-ref.ts';
import type { Database } from './database.ts';
import type { LedgerKey } from './ledger.ts';
import type { Row } from './tables.ts';
import { FIRST_ID } from './values.ts';

/** A committed interval, with the settings and the counts of the run that committed it. */
export type CommittedInterval = Row<'intervalLedger'> & {
  committedRunId: string;
  committedGeneration: number;
  recordsFailed: number;
  /** Of the run that committed it. */
  configVersion: number;
  /** Somebody is exporting it again. */
  held: boolean;
};

/** In order of their end, after `after`. `times` restricts them to those that have been reconciled so often. */
export async function listCommitted(
  db: Database,
  of: { exportId: string; from: Date; to: Date; after?: Date; times?: number; limit: number },
): Promise<CommittedInterval[]> {
  let query = db.kysely
    .selectFrom('intervalLedger')
    .innerJoin('exportRuns', 'exportRuns.id', 'intervalLedger.committedRunId')
    .selectAll('intervalLedger')
    .select([
      'exportRuns.recordsFailed',
      'exportRuns.configVersion',
      sql<boolean>`holder_run_id IS NOT NULL AND lease_expires_at > clock_timestamp()`.as('held'),
    ])
    .where('intervalLedger.exportId', '=', of.exportId)
    .where('intervalLedger.intervalStart', '>=', of.from)
    .where('intervalLedger.intervalEnd', '<=', of.to)
    .where('committedAt', 'is not', null)
    .orderBy('intervalLedger.intervalEnd')
    .limit(of.limit);
  if (of.after) {
    query = query.where('intervalLedger.intervalEnd', '>', of.after);
  }
  if (of.times !== undefined) {
    query = query.where('reconciledTimes', '=', of.times);
  }
  return (await query.execute()) as CommittedInterval[];
}

/** A later commit makes the interval new to reconciliation. */
export async function markReconciled(db: Database, key: LedgerKey): Promise<void> {
  await db.kysely
    .updateTable('intervalLedger')
    .set((eb) => ({ reconciledAt: sql<Date>`now()`, reconciledTimes: eb('reconciledTimes', '+', 1) }))
    .where('exportId', '=', key.exportId)
    .where('intervalEnd', '=', key.intervalEnd)
    .execute();
}

/** A range of an export that is due. */
export interface DueReconciliation extends ExportRef {
  from: Date;
  to: Date;
  times: number;
}

/**
 * Exports with intervals that are due: for the first time when as much time as the interval is long (a day at most) has
 * passed since its commit, and once more `secondAfterMs` after its end. None that ended `forgottenAfterMs` ago. In order of
 * export and times, after `after`.
 */
export async function listDueReconciliations(
  db: Database,
  {
    secondAfterMs,
    forgottenAfterMs,
    after = { exportId: FIRST_ID, times: -1 },
    limit,
  }: { secondAfterMs: number; forgottenAfterMs: number; after?: { exportId: string; times: number }; limit: number },
): Promise<DueReconciliation[]> {
  const { rows } = await sql<DueReconciliation>`
    SELECT export_id, exports.team_id, exports.name, destination_id, kind AS destination_kind, exports.interval,
      reconciled_times AS times, min(interval_start) AS "from", max(interval_end) AS "to"
    FROM interval_ledger JOIN exports ON exports.id = export_id JOIN destinations ON destinations.id = destination_id
    WHERE committed_at IS NOT NULL AND exports.deleted_at IS NULL AND exports.model = 'events' AND NOT exports.paused
      AND interval_end > now() - ${forgottenAfterMs} * interval '1 millisecond'
      AND ((reconciled_times = 0 AND committed_at < now() - least(interval_end - interval_start, interval '1 day'))
        OR (reconciled_times = 1 AND interval_end < now() - ${secondAfterMs} * interval '1 millisecond'))
      AND (export_id, reconciled_times) > (${after.exportId}::uuid, ${after.times}::int)
    GROUP BY export_id, exports.team_id, exports.name, destination_id, kind, exports.interval, reconciled_times
    ORDER BY export_id, reconciled_times LIMIT ${limit}`.execute(db.kysely);
  return rows;
}
