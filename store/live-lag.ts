import { sql } from 'kysely';
import type { Database } from './database.ts';

interface TimeSpan {
  from: Date;
  to: Date;
}

/**
 * How long a scheduled run takes from when it could begin (its interval has settled, and the Schedule has started it) to
 * its end: the median over exports of their medians. An open run counts with what it has taken so far, once that is more.
 */
export async function liveRunLag(
  db: Database,
  { now, usual, settleMs }: { now: TimeSpan; usual: TimeSpan; settleMs: number },
): Promise<{ nowMs: number | undefined; usualMs: number | undefined }> {
  const { rows } = await sql<{ nowMs: number | null; usualMs: number | null }>`
    WITH lags AS (
      SELECT export_id, finished_at, started_at,
        extract(epoch FROM coalesce(finished_at, clock_timestamp())
          - greatest(started_at, interval_end + make_interval(secs => ${settleMs / 1_000}::float8))) * 1000 AS lag
      FROM export_runs
      WHERE trigger = 'schedule' AND started_at >= ${usual.from}
        AND (status IN ('running', 'starting', 'completed'))
    ), usual AS (
      SELECT export_id, percentile_cont(0.5) WITHIN GROUP (ORDER BY lag) AS lag FROM lags
      WHERE finished_at >= ${usual.from} AND finished_at < ${usual.to} GROUP BY export_id
    ), present AS (
      SELECT lags.export_id, percentile_cont(0.5) WITHIN GROUP (ORDER BY lags.lag) AS lag
      FROM lags LEFT JOIN usual USING (export_id)
      WHERE (finished_at >= ${now.from} OR finished_at IS NULL AND lags.lag > coalesce(usual.lag, 0))
      GROUP BY lags.export_id
    )
    SELECT (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY lag) FROM present)::float8 AS "nowMs",
      (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY lag) FROM usual)::float8 AS "usualMs"`.execute(db.kysely);
  return { nowMs: rows[0]?.nowMs ?? undefined, usualMs: rows[0]?.usualMs ?? undefined };
}
