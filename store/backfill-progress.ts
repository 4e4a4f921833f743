import { sql } from 'kysely';
import { secondsLeft } from '../core/backfill-estimate.ts';
import type { BackfillRecord } from './backfills.ts';
import type { Database } from './database.ts';

export interface BackfillProgress {
  /** Of the whole range. */
  intervals: number;
  completed: number;
  /** Exported before, or without events before the export existed: nothing is to be done. */
  skipped: number;
  empty: number;
  failed: number;
  cancelled: number;
  running: number;
  pending: number;
  rows: number;
  bytes: number;
  /** Of intervals that are open; unknown ones count as none. */
  rowsLeft: number;
  /** At the pace of the last minutes; null while nobody can tell. */
  secondsLeft: number | null;
}

/** The time left is told from what was done in the last minutes, so that a pause or a throttle counts soon. */
const PACE_MINUTES = 10;

interface Counted extends Omit<BackfillProgress, 'secondsLeft'> {
  lately: number;
  rowsLately: number;
  seconds: number | null;
}

export async function backfillProgress(db: Database, { id }: Pick<BackfillRecord, 'id'>): Promise<BackfillProgress> {
  const { rows } = await sql<Counted>`
    SELECT count(one.interval_end) AS intervals,
      count(*) FILTER (WHERE one.status = 'completed') AS completed,
      count(*) FILTER (WHERE one.status = 'skipped') AS skipped,
      count(*) FILTER (WHERE one.status = 'empty') AS empty,
      count(*) FILTER (WHERE one.status = 'failed') AS failed,
      count(*) FILTER (WHERE one.status = 'cancelled') AS cancelled,
      count(*) FILTER (WHERE one.status = 'running') AS running,
      count(*) FILTER (WHERE one.status = 'pending') AS pending,
      coalesce(sum(one.rows), 0)::bigint AS rows,
      coalesce(sum(one.bytes), 0)::bigint AS bytes,
      coalesce(sum(one.expected_rows) FILTER (WHERE one.status IN ('running', 'pending')), 0)::bigint AS "rowsLeft",
      count(*) FILTER (WHERE one.status = 'completed' AND one.finished_at > paced.since) AS lately,
      coalesce(sum(one.rows) FILTER (WHERE one.finished_at > paced.since), 0)::bigint AS "rowsLately",
      extract(epoch FROM clock_timestamp() - max(paced.since))::float8 AS seconds
    FROM (SELECT id, greatest(running_since, clock_timestamp() - make_interval(mins => ${PACE_MINUTES}::integer)) AS since
      FROM backfills WHERE id = ${id}::uuid AND running_since IS NOT NULL
      UNION ALL SELECT id, NULL FROM backfills WHERE id = ${id}::uuid AND running_since IS NULL) AS paced
    LEFT JOIN backfill_intervals AS one ON one.backfill_id = paced.id`.execute(db.kysely);
  const [counted] = rows;
  if (counted === undefined) {
    throw new Error('an aggregate without a row');
  }
  const { lately, rowsLately, seconds, ...progress } = counted;
  const left = { intervals: progress.running + progress.pending, rows: progress.rowsLeft };
  const told = seconds === null ? undefined : secondsLeft({ intervals: lately, rows: rowsLately }, left, seconds);
  return { ...progress, secondsLeft: told ?? null };
}
