import { sql } from 'kysely';
import type { Database } from './database.ts';

/** An interval of an export that has had a run. */
export interface RunInterval {
  intervalStart: Date;
  intervalEnd: Date;
  /** It is exported. */
  committed: boolean;
  /** A run of it has not ended. */
  open: boolean;
  /** Version of the settings of the run that exported it, or of its latest run. */
  configVersion: number;
}

/** The intervals that lie within the range as a whole, oldest first. Not only scheduled: whatever was ever started. */
export async function listRunIntervals(
  db: Database,
  query: { exportId: string; from: Date; to: Date; limit: number },
): Promise<RunInterval[]> {
  const { rows } = await sql<RunInterval>`
    SELECT l.interval_start AS "intervalStart", l.interval_end AS "intervalEnd",
      l.committed_at IS NOT NULL AS committed,
      EXISTS (SELECT 1 FROM export_runs r WHERE r.export_id = l.export_id AND r.interval_end = l.interval_end
        AND r.finished_at IS NULL) AS open,
      run.config_version AS "configVersion"
    FROM interval_ledger l
    CROSS JOIN LATERAL (
      SELECT config_version FROM export_runs r WHERE r.export_id = l.export_id AND r.interval_end = l.interval_end
      ORDER BY r.id = l.committed_run_id DESC NULLS LAST, r.started_at DESC LIMIT 1
    ) run
    WHERE l.export_id = ${query.exportId} AND l.interval_start >= ${query.from} AND l.interval_end <= ${query.to}
    ORDER BY l.interval_end LIMIT ${query.limit}`.execute(db.kysely);
  return rows;
}

/** How one interval stands; one that no run ever held is neither committed nor open. */
export async function intervalState(
  db: Database,
  key: { exportId: string; intervalEnd: Date },
): Promise<Pick<RunInterval, 'committed' | 'open'>> {
  const { rows } = await sql<Pick<RunInterval, 'committed' | 'open'>>`
    SELECT
      EXISTS (SELECT 1 FROM interval_ledger WHERE export_id = ${key.exportId} AND interval_end = ${key.intervalEnd}
        AND committed_at IS NOT NULL) AS committed,
      EXISTS (SELECT 1 FROM export_runs WHERE export_id = ${key.exportId} AND interval_end = ${key.intervalEnd}
        AND finished_at IS NULL) AS open`.execute(db.kysely);
  return rows[0] ?? { committed: false, open: false };
}
