import { sql } from 'kysely';
import type { Database, Queries } from './database.ts';
import { changeExport, exportRecordOf, pauseColumns, type ExportRecord } from './exports.ts';
import { beginPause } from './schedules.ts';
import type { PauseReason, RunStatus } from './tables.ts';

export interface HopelessRun {
  exportId: string;
  runId: string;
  about: PauseReason['about'];
  /** Runs in a row that must have failed alike; 0: never. */
  threshold: number;
}

/** A run that ended so says nothing about whether the export works. */
const NO_WITNESS: RunStatus[] = ['skipped', 'cancelled', 'over_quota'];

/**
 * Pauses an export whose latest runs all failed for good, by the customer's fault and with one code. Only runs of the
 * export's present version count: an edit or a resume is a new try. Idempotent: the paused export is answered again to a
 * retried call for the same run; undefined when there is nothing to pause.
 */
export async function pauseHopelessExport(db: Database, run: HopelessRun): Promise<ExportRecord | undefined> {
  return db.kysely.transaction().execute(async (tx) => {
    const row = await tx
      .selectFrom('exports')
      .selectAll()
      .where('id', '=', run.exportId)
      .where('deletedAt', 'is', null)
      .forUpdate()
      .executeTakeFirst();
    if (row === undefined || row.paused) {
      return row?.pauseReason?.runId === run.runId ? exportRecordOf(row) : undefined;
    }
    const reason = await sharedReason(tx, run, row.version);
    if (reason === undefined) {
      return undefined;
    }
    await beginPause(tx, row.id, { auto: true });
    return changeExport(tx, row, pauseColumns({ by: 'auto', reason }));
  });
}

async function sharedReason(tx: Queries, run: HopelessRun, version: number): Promise<PauseReason | undefined> {
  const last = await tx
    .selectFrom('exportRuns')
    .selectAll()
    .where('exportId', '=', run.exportId)
    .where('configVersion', '=', version)
    .where('finishedAt', 'is not', null)
    .where('status', 'not in', NO_WITNESS)
    .orderBy(sql`(id = ${run.runId}::uuid)`, 'desc')
    .orderBy('finishedAt', 'desc')
    .limit(run.threshold)
    .execute();
  const [first] = last;
  const alike = last.every(
    ({ status, errorFault, errorCode }) =>
      status === 'failed' && errorFault === 'customer' && errorCode === first?.errorCode,
  );
  if (first === undefined || first.errorCode === null || last.length < run.threshold || !alike) {
    return undefined;
  }
  return {
    code: first.errorCode,
    message: first.errorMessage ?? '',
    remedy: first.remedy,
    failures: last.length,
    ...{ runId: run.runId, about: run.about, at: new Date().toISOString() },
  };
}

/** The team's exports that wait for this destination to work again. */
export async function exportsPausedBecauseOf(
  db: Database,
  key: { teamId: number; destinationId: string },
): Promise<ExportRecord[]> {
  const rows = await db.kysely
    .selectFrom('exports')
    .selectAll()
    .where('teamId', '=', key.teamId)
    .where('destinationId', '=', key.destinationId)
    .where('pausedBy', '=', 'auto')
    .where(sql<boolean>`pause_reason->>'about' = 'destination'`)
    .where('deletedAt', 'is', null)
    .orderBy('createdAt')
    .execute();
  return rows.map(exportRecordOf);
}
