import { sql } from 'kysely';
import type { Database } from './database.ts';
import type { RunRecord } from './runs.ts';
import type { RunStatus } from './tables.ts';

/** One bar of a chart. */
export type RunPoint = Pick<
  RunRecord,
  'id' | 'status' | 'trigger' | 'intervalStart' | 'intervalEnd' | 'rows' | 'bytes' | 'startedAt' | 'finishedAt'
>;

const MAX_POINTS = 1_000;

/** Runs that began in the range, oldest first; of more than 1,000 the newest. */
export async function runPoints(
  db: Database,
  { teamId, exportId, from, to }: { teamId: number; exportId: string; from: Date; to: Date },
): Promise<RunPoint[]> {
  const newest = await db.kysely
    .selectFrom('exportRuns')
    .select(['id', 'status', 'trigger', 'intervalStart', 'intervalEnd', 'rows', 'bytes', 'startedAt', 'finishedAt'])
    .where('exportId', '=', exportId)
    .where('teamId', '=', teamId)
    .where('startedAt', '>=', from)
    .where('startedAt', '<', to)
    .orderBy('startedAt', 'desc')
    .limit(MAX_POINTS)
    .execute();
  return newest.reverse();
}

/** What completed runs have written, by UTC day of their end, `to` excluded. */
export async function exportedByDay(
  db: Database,
  { teamId, from, to }: { teamId: number; from: Date; to: Date },
): Promise<{ day: string; runs: number; rows: number; bytes: number }[]> {
  const { rows } = await sql<{ day: string; runs: number; rows: number; bytes: number }>`
    SELECT to_char(finished_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day, count(*)::integer AS runs,
      sum(rows)::bigint AS rows, sum(bytes)::bigint AS bytes
    FROM export_runs
    WHERE team_id = ${teamId} AND status = 'completed' AND finished_at >= ${from} AND finished_at < ${to}
    GROUP BY 1 ORDER BY 1`.execute(db.kysely);
  return rows;
}

export interface RunOfMoment {
  exportId: string;
  exportName: string;
  runId: string;
  status: RunStatus;
  intervalStart: Date;
  intervalEnd: Date;
}

/** The last run of each export for the interval that holds this time of ingestion. */
export async function runsOfMoment(db: Database, { teamId, at }: { teamId: number; at: Date }): Promise<RunOfMoment[]> {
  const { rows } = await sql<RunOfMoment>`
    SELECT DISTINCT ON (r.export_id) r.export_id AS "exportId", e.name AS "exportName", r.id AS "runId", r.status,
      r.interval_start AS "intervalStart", r.interval_end AS "intervalEnd"
    FROM export_runs r JOIN exports e ON e.id = r.export_id
    WHERE r.team_id = ${teamId} AND e.deleted_at IS NULL
      AND r.interval_start <= ${at} AND r.interval_end > ${at}
    ORDER BY r.export_id, r.started_at DESC LIMIT 1000`.execute(db.kysely);
  return rows;
}
