import { sql, type RawBuilder } from 'kysely';
import type { RowAnomaly } from '../core/row-anomalies.ts';
import type { Database } from './database.ts';
import type { PauseReason } from './tables.ts';

export type ExportHealth = 'healthy' | 'degraded' | 'failing' | 'paused' | 'paused_auto' | 'idle';

export interface ExportStanding {
  id: string;
  name: string;
  kind: string;
  interval: string;
  destinationId: string;
  destinationName: string;
  health: ExportHealth;
  pauseReason: PauseReason | null;
  /** As it was moved last. */
  watermark: Date | null;
  /** Runs that ended since then, and those of them that completed. */
  finished: number;
  completed: number;
  rows: number;
  /** Of the run that ended last. */
  lastStatus: string | null;
  lastErrorCode: string | null;
  lastErrorMessage: string | null;
  lastRemedy: string | null;
  /** Of the same run, when its rows are unusual. */
  unusual: (RowAnomaly & { rows: number }) | null;
}

export interface StandingsQuery {
  teamId: number;
  /** Runs count from then on. */
  since: Date;
  /** Only these exports. Absent: all. */
  ids?: readonly string[];
}

/** How long before that a run counts when none has ended since: an export by day or week is well for two of its intervals. */
const LONG_INTERVAL = sql`CASE e.interval WHEN 'week' THEN interval '13 days' WHEN 'day' THEN interval '1 day' ELSE interval '0' END`;

/**
 * How the exports of a team do, in no order. `idle`: no run has ended; `failing`: the last one has failed. Runs since then
 * are read once, from an index by team and time; older ones only of exports that have none.
 */
export function standingsOf({ teamId, since, ids }: StandingsQuery): RawBuilder<ExportStanding & { createdAt: Date }> {
  const named = (column: RawBuilder<string>): RawBuilder<boolean> =>
    ids === undefined ? sql`true` : sql`${column} = ANY(${[...ids]}::uuid[])`;
  return sql<ExportStanding & { createdAt: Date }>`
    WITH r AS (
      SELECT export_id, count(*) AS finished, count(*) FILTER (WHERE status = 'completed') AS completed, sum(rows) AS rows,
        (array_agg(id ORDER BY finished_at DESC))[1] AS last_id
      FROM export_runs WHERE team_id = ${teamId} AND finished_at >= ${since} AND ${named(sql`export_id`)}
      GROUP BY export_id)
    SELECT e.id, e.created_at AS "createdAt", e.name, e.interval, d.kind, d.id AS "destinationId", d.name AS "destinationName",
      e.pause_reason AS "pauseReason", w.watermark,
      CASE WHEN e.paused THEN CASE WHEN e.paused_by = 'auto' THEN 'paused_auto' ELSE 'paused' END
        WHEN last.error_code IS NOT NULL AND last.status <> 'completed' THEN 'failing'
        WHEN r.finished IS NULL THEN CASE
          WHEN last.status = 'completed' AND last.finished_at >= ${since}::timestamptz - (${LONG_INTERVAL}) THEN 'healthy'
          ELSE 'idle' END
        WHEN r.completed = r.finished THEN 'healthy' ELSE 'degraded' END AS health,
      coalesce(r.finished, 0)::integer AS finished, coalesce(r.completed, 0)::integer AS completed,
      coalesce(r.rows, 0)::bigint AS rows, last.status AS "lastStatus", last.error_code AS "lastErrorCode",
      last.error_message AS "lastErrorMessage", last.remedy AS "lastRemedy",
      (SELECT to_jsonb(a) FROM row_anomalies a WHERE a.run_id = last.id) AS unusual
    FROM exports e JOIN destinations d ON d.id = e.destination_id
    LEFT JOIN export_watermarks w ON w.export_id = e.id
    LEFT JOIN r ON r.export_id = e.id
    LEFT JOIN LATERAL (
      SELECT id, status, finished_at, error_code, error_message, remedy FROM export_runs WHERE id = coalesce(r.last_id, (
        SELECT id FROM export_runs WHERE export_id = e.id AND finished_at IS NOT NULL ORDER BY finished_at DESC LIMIT 1))
      LIMIT 1) last ON true
    WHERE e.team_id = ${teamId} AND e.deleted_at IS NULL AND NOT e.on_demand AND ${named(sql`e.id`)}`;
}

/** Newest first, at most `limit`. */
export async function exportStandings(
  db: Database,
  { limit, ...query }: StandingsQuery & { limit: number },
): Promise<ExportStanding[]> {
  const { rows } = await sql<ExportStanding>`
    SELECT * FROM (${standingsOf(query)}) s ORDER BY "createdAt" DESC LIMIT ${limit}`.execute(db.kysely);
  return rows;
}

/** Exports of a team that have one health. */
export interface ExportGroup {
  state: ExportHealth;
  count: number;
  /** Of runs that count. */
  rows: number;
  /** That of the farthest behind; null: none has any. */
  watermark: Date | null;
  /** That somebody has to look at. */
  urgent: number;
}

/** The groups of all exports, in no order, and the standings of at most `limit`: the urgent ones first, then the newest. */
export async function exportOverview(
  db: Database,
  { limit, ...query }: StandingsQuery & { limit: number },
): Promise<{ groups: ExportGroup[]; standings: ExportStanding[] }> {
  const { rows } = await sql<{ groups: Stored<ExportGroup>[]; standings: Stored<ExportStanding>[] }>`
    WITH s AS MATERIALIZED (
      SELECT *, health IN ('degraded', 'failing', 'paused_auto') OR unusual IS NOT NULL AS urgent
      FROM (${standingsOf(query)}) found)
    SELECT
      (SELECT coalesce(jsonb_agg(g), '[]') FROM (
        SELECT health AS state, count(*) AS count, sum(rows) AS rows, min(watermark) AS watermark,
          count(*) FILTER (WHERE urgent) AS urgent
        FROM s GROUP BY health) g) AS groups,
      (SELECT coalesce(jsonb_agg(shown ORDER BY urgent DESC, "createdAt" DESC), '[]') FROM (
        SELECT * FROM s ORDER BY urgent DESC, "createdAt" DESC LIMIT ${limit}) shown) AS standings`.execute(db.kysely);
  const [found = { groups: [], standings: [] }] = rows;
  return { groups: found.groups.map(withDate), standings: found.standings.map(withDate) };
}

/** JSON has no dates. */
type Stored<Row extends { watermark: Date | null }> = Omit<Row, 'watermark'> & { watermark: string | null };

function withDate<Row extends { watermark: string | null }>(
  row: Row,
): Omit<Row, 'watermark'> & { watermark: Date | null } {
  return { ...row, watermark: row.watermark === null ? null : new Date(row.watermark) };
}

/** One run, as a list shows it. */
export interface RecentRun {
  exportId: string;
  id: string;
  status: string;
  rows: number;
  startedAt: Date;
  finishedAt: Date | null;
  errorCode: string | null;
  errorMessage: string | null;
  remedy: string | null;
}

/** The newest runs of each of these exports, newest first. */
export async function recentRuns(
  db: Database,
  { teamId, ids, limit }: { teamId: number; ids: readonly string[]; limit: number },
): Promise<RecentRun[]> {
  const { rows } = await sql<RecentRun>`
    SELECT r.export_id AS "exportId", r.id, r.status, r.rows, r.started_at AS "startedAt",
      r.finished_at AS "finishedAt", r.error_code AS "errorCode", r.error_message AS "errorMessage", r.remedy
    FROM exports e CROSS JOIN LATERAL (
      SELECT * FROM export_runs WHERE export_id = e.id ORDER BY started_at DESC, id DESC LIMIT ${limit}) r
    WHERE e.team_id = ${teamId} AND e.id = ANY(${[...ids]}::uuid[])
    ORDER BY r.started_at DESC, r.id DESC`.execute(db.kysely);
  return rows;
}
