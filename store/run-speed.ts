import { sql } from 'kysely';
import { DEFAULT_SPEED, type RunSpeed } from '../core/backfill-estimate.ts';
import type { Database } from './database.ts';

/** Older runs say little of today's data and machines. */
const RUNS = 50;

/** How fast the latest completed runs of an export were, without what they waited for their source to settle. */
export async function runSpeed(db: Database, exportId: string): Promise<RunSpeed> {
  const { rows } = await sql<{ runs: number; rows: number; loading: number; total: number }>`
    SELECT count(*) AS runs, coalesce(sum(rows), 0)::float8 AS rows,
      coalesce(sum((timings->>'load')::float8), 0) / 1000 AS loading,
      coalesce(sum(extract(epoch FROM finished_at - started_at)), 0)::float8
        - coalesce(sum((timings->>'settle')::float8), 0) / 1000 AS total
    FROM (SELECT * FROM export_runs WHERE export_id = ${exportId}::uuid AND status = 'completed' AND rows > 0
      ORDER BY started_at DESC LIMIT ${RUNS}::integer) AS latest`.execute(db.kysely);
  const [found] = rows;
  if (found === undefined || found.runs === 0) {
    return DEFAULT_SPEED;
  }
  const { runs, rows: exported, loading, total } = found;
  return {
    runs,
    rowsPerSecond: loading > 0 ? exported / loading : DEFAULT_SPEED.rowsPerSecond,
    secondsPerRun: Math.max(0, total - loading) / runs,
  };
}
