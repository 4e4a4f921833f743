import { sql } from 'kysely';
import { WEEKS_BACK, type PastRows, type RowAnomaly } from '../core/row-anomalies.ts';
import type { Database } from './database.ts';
import type { Row } from './tables.ts';

export type RowAnomalyRecord = Row<'rowAnomalies'>;

/** Within so much of the same time a week before: half an hour, and for days what a change of the clock moves them by. */
const MIN_WINDOW_SECONDS = 30 * 60;
const MAX_WINDOW_SECONDS = 2 * 60 * 60;

/**
 * Rows of committed intervals around the same time of past weeks: as long as this one, and exported with the same model, query and
 * filter.
 */
export async function pastRows(
  db: Database,
  of: { exportId: string; intervalStart: Date; intervalEnd: Date; configVersion: number },
): Promise<PastRows[]> {
  const seconds = (of.intervalEnd.getTime() - of.intervalStart.getTime()) / 1_000;
  const window = Math.min(Math.max(seconds / 2, MIN_WINDOW_SECONDS), MAX_WINDOW_SECONDS);
  const { rows } = await sql<PastRows>`
    SELECT weeks AS "weeksAgo", past.rows AS rows
    FROM generate_series(1, ${WEEKS_BACK}::integer) AS weeks
    CROSS JOIN LATERAL (SELECT ${of.intervalEnd}::timestamptz - make_interval(weeks => weeks) AS at) AS same
    JOIN interval_ledger past ON past.export_id = ${of.exportId}::uuid AND past.committed_at IS NOT NULL
      AND past.interval_end BETWEEN same.at - make_interval(secs => ${window}) AND same.at + make_interval(secs => ${window})
      AND extract(epoch FROM past.interval_end - past.interval_start) BETWEEN ${seconds * 0.9} AND ${seconds * 1.1}
    JOIN export_runs run ON run.id = past.committed_run_id
    JOIN export_versions was ON was.export_id = past.export_id AND was.version = run.config_version
    JOIN export_versions now ON now.export_id = past.export_id AND now.version = ${of.configVersion}::integer
    WHERE past.rows IS NOT NULL AND was.settings -> 'filter' = now.settings -> 'filter'
      AND was.settings -> 'model' = now.settings -> 'model'
      AND coalesce(was.settings -> 'query', 'null') = coalesce(now.settings -> 'query', 'null')`.execute(db.kysely);
  return rows;
}

/** What was found of an interval; undefined: it is usual, also when an earlier run of it was not. */
export async function noteRowAnomaly(
  db: Database,
  of: { exportId: string; teamId: number; intervalEnd: Date; runId: string; rows: number },
  found: RowAnomaly | undefined,
): Promise<void> {
  const { exportId, intervalEnd } = of;
  if (found === undefined) {
    const known = db.kysely.deleteFrom('rowAnomalies').where('exportId', '=', exportId);
    await known.where('intervalEnd', '=', intervalEnd).execute();
    return;
  }
  const values = { ...of, ...found };
  await db.kysely
    .insertInto('rowAnomalies')
    .values(values)
    .onConflict((conflict) => conflict.columns(['exportId', 'intervalEnd']).doUpdateSet(values))
    .execute();
}

/** From new to old by interval. */
export async function listRowAnomalies(
  db: Database,
  page: { teamId: number; exportId: string; limit: number; before?: Date },
): Promise<RowAnomalyRecord[]> {
  let query = db.kysely
    .selectFrom('rowAnomalies')
    .selectAll()
    .where('exportId', '=', page.exportId)
    .where('teamId', '=', page.teamId)
    .orderBy('intervalEnd', 'desc')
    .limit(page.limit);
  query = page.before === undefined ? query : query.where('intervalEnd', '<', page.before);
  return query.execute();
}
