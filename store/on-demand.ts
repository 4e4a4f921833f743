import { sql } from 'kysely';
import type { ExportRef } from '../core/export-ref.ts';
import type { IntervalBounds } from '../core/intervals.ts';
import type { Database } from './database.ts';
import { DOWNLOAD_KIND, newRow, type DestinationRecord } from './destinations.ts';
import { exportRecordOf, type ExportRecord } from './exports.ts';
import type { RunRecord } from './runs.ts';
import type { SecretBox } from './secrets.ts';
import type { Row } from './tables.ts';
import { FIRST_ID, olderThan, type OpenPage, type PageCursor } from './values.ts';

/** An export of one range, once, with what has become of it. */
export interface OnDemandRecord extends Omit<Row<'onDemandExports'>, 'exportId'> {
  export: ExportRecord;
  /** Undefined: its workflow has not begun yet. */
  run: RunRecord | undefined;
  progress: LoadProgress | undefined;
}

/** Of the plan that is being loaded. */
export interface LoadProgress {
  chunksDone: number;
  chunks: number;
  rowsDone: number;
  rows: number;
}

export async function getOnDemand(
  db: Database,
  key: { teamId: number; id: string },
): Promise<OnDemandRecord | undefined> {
  return (await find(db, { teamId: key.teamId, id: key.id, limit: 1 }))[0];
}

/** From new to old. */
export async function listOnDemand(
  db: Database,
  page: { teamId: number; limit: number; after?: PageCursor },
): Promise<OnDemandRecord[]> {
  return find(db, page);
}

async function find(
  db: Database,
  page: { teamId: number; id?: string; limit: number; after?: PageCursor },
): Promise<OnDemandRecord[]> {
  let query = db.kysely
    .selectFrom('exports')
    .innerJoin('onDemandExports', 'onDemandExports.exportId', 'exports.id')
    .selectAll()
    .where('teamId', '=', page.teamId)
    .where('deletedAt', 'is', null)
    .orderBy('createdAt', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit);
  if (page.id !== undefined) {
    query = query.where('id', '=', page.id);
  }
  if (page.after) {
    query = query.where(sql<boolean>`(created_at, id) < (${page.after.at}, ${page.after.id}::uuid)`);
  }
  const rows = await query.execute();
  const runs = await latestRuns(
    db,
    rows.map(({ id }) => id),
  );
  const progress = await progressOf(db, [...runs.values()]);
  return rows.map((row) => {
    const run = runs.get(row.id);
    const { rangeStart, rangeEnd, download, cancelledAt, filesRemovedAt } = row;
    const about = { rangeStart, rangeEnd, download, cancelledAt, filesRemovedAt };
    return { ...about, export: exportRecordOf(row), run, progress: run && progress.get(run.id) };
  });
}

async function latestRuns(db: Database, exportIds: readonly string[]): Promise<Map<string, RunRecord>> {
  const rows = await db.kysely
    .selectFrom('exportRuns')
    .distinctOn('exportId')
    .selectAll()
    .where('exportId', '=', sql<string>`ANY(${exportIds}::uuid[])`)
    .orderBy('exportId')
    .orderBy('startedAt', 'desc')
    .execute();
  return new Map(rows.map((run) => [run.exportId, run]));
}

async function progressOf(db: Database, runs: readonly RunRecord[]): Promise<Map<string, LoadProgress>> {
  const { rows } = await sql<LoadProgress & { runId: string }>`
    SELECT run.id AS run_id, plan.chunk_count AS chunks, plan.rows, count(chunk.receipt)::integer AS chunks_done,
      coalesce(sum((chunk.receipt ->> 'rows')::bigint), 0)::bigint AS rows_done
    FROM export_runs run
    JOIN run_plans plan ON plan.run_id = run.id AND plan.generation = run.generation
    LEFT JOIN run_chunks chunk ON chunk.run_id = run.id AND chunk.generation = run.generation
    WHERE run.id = ANY(${runs.map(({ id }) => id)}::uuid[])
    GROUP BY run.id, plan.chunk_count, plan.rows`.execute(db.kysely);
  return new Map(rows.map(({ runId, ...progress }) => [runId, progress]));
}

/** A run that had not begun when it was cancelled leaves no other trace. */
export async function noteCancelled(db: Database, exportId: string): Promise<void> {
  await db.kysely
    .updateTable('onDemandExports')
    .set({ cancelledAt: sql<Date>`now()` })
    .where('exportId', '=', exportId)
    .where('cancelledAt', 'is', null)
    .execute();
}

/** One whose run has not ended, as its workflow is told of it. */
export interface OpenOnDemand extends ExportRef, IntervalBounds {}

/**
 * In order of their ids, after `after`: those whose run has not begun, has not ended, or was given up a moment ago because
 * its workflow was gone. What is committed is left to the sweeper, which completes its run.
 */
export async function listOpenOnDemand(db: Database, page: OpenPage): Promise<OpenOnDemand[]> {
  const { rows } = await sql<OpenOnDemand>`
    SELECT e.id AS export_id, e.team_id, e.name, e.interval, e.destination_id, d.kind AS destination_kind,
      o.range_start AS start, o.range_end AS end
    FROM on_demand_exports o JOIN exports e ON e.id = o.export_id JOIN destinations d ON d.id = e.destination_id
    LEFT JOIN LATERAL (
      SELECT * FROM export_runs r WHERE r.export_id = e.id ORDER BY r.started_at DESC LIMIT 1) run ON true
    WHERE o.cancelled_at IS NULL AND e.deleted_at IS NULL AND e.created_at <= ${olderThan(page.minAgeMs)}
      AND e.id > ${page.after ?? FIRST_ID}::uuid
      AND (run.finished_at IS NULL OR (run.error_code = 'run_abandoned' AND run.finished_at > now() - interval '1 hour'))
      AND NOT EXISTS (SELECT FROM interval_ledger l WHERE l.export_id = e.id AND l.committed_at IS NOT NULL)
    ORDER BY e.id LIMIT ${page.limit}`.execute(db.kysely);
  return rows;
}

/** Where the team's downloads are kept; made at the first one. */
export async function downloadDestination(db: Database, box: SecretBox, teamId: number): Promise<DestinationRecord> {
  await db.kysely
    .insertInto('destinations')
    .values(newRow(box, { teamId, kind: DOWNLOAD_KIND, name: 'Downloads', config: {}, secretFields: [] }))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const row = await db.kysely
    .selectFrom('destinations')
    .select(['id', 'kind', 'name', 'status', 'version', 'createdAt', 'updatedAt'])
    .where('teamId', '=', teamId)
    .where('kind', '=', DOWNLOAD_KIND)
    .executeTakeFirstOrThrow();
  return { ...row, teamId, config: {} };
}

/** Downloads whose files have no use any more: expired, or their export is deleted, and no run writes them. */
export async function listFilesToRemove(
  db: Database,
  { ttlMs, limit }: { ttlMs: number; limit: number },
): Promise<string[]> {
  const { rows } = await sql<{ exportId: string }>`
    SELECT o.export_id FROM on_demand_exports o JOIN exports e ON e.id = o.export_id
    WHERE o.download AND o.files_removed_at IS NULL
      AND NOT EXISTS (SELECT FROM export_runs r WHERE r.export_id = e.id AND r.finished_at IS NULL)
      AND (e.deletion_settled_at IS NOT NULL OR EXISTS (SELECT FROM export_runs r WHERE r.export_id = e.id
        AND r.finished_at < clock_timestamp() - ${ttlMs} * interval '1 millisecond'))
    ORDER BY e.created_at LIMIT ${limit}`.execute(db.kysely);
  return rows.map(({ exportId }) => exportId);
}

export async function noteFilesRemoved(db: Database, exportId: string): Promise<void> {
  await db.kysely
    .updateTable('onDemandExports')
    .set({ filesRemovedAt: sql<Date>`now()` })
    .where('exportId', '=', exportId)
    .execute();
}
