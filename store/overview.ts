import { sql } from 'kysely';
import type { Database } from './database.ts';
import { WEBHOOK_KIND } from './destinations.ts';
import type { RowAnomaly } from '../core/row-anomalies.ts';
import type { EndpointHealth, PauseReason } from './tables.ts';

/** Of each; a team with more is shown its newest ones. */
const MAX_SHOWN = 1_000;

export interface WebhookStanding {
  id: string;
  name: string;
  kind: string;
  status: 'active' | 'paused';
  health: EndpointHealth;
  since: Date;
  openRetries: number;
  /** Everything ingested before is settled or waits for a retry; null: no shard has begun with it. */
  positionMicros: number | null;
}

/** Newest first. */
export async function webhookStandings(db: Database, teamId: number): Promise<WebhookStanding[]> {
  return db.kysely
    .selectFrom('destinations')
    .innerJoin('endpointStates', 'endpointStates.destinationId', 'destinations.id')
    .leftJoin('destinationCursors', 'destinationCursors.destinationId', 'destinations.id')
    .select(['id', 'name', 'status', 'health', 'since', 'openRetries', 'positionMicros'])
    .select(sql<string>`coalesce(config->>'kind', 'generic')`.as('kind'))
    .where('teamId', '=', teamId)
    .where('destinations.kind', '=', WEBHOOK_KIND)
    .where('deletedAt', 'is', null)
    .orderBy('createdAt', 'desc')
    .limit(MAX_SHOWN)
    .execute();
}

export interface ExportStanding {
  id: string;
  name: string;
  kind: string;
  destinationId: string;
  destinationName: string;
  paused: boolean;
  pausedBy: 'user' | 'auto' | null;
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

/** Newest first; runs count from `since` on. */
export async function exportStandings(
  db: Database,
  { teamId, since }: { teamId: number; since: Date },
): Promise<ExportStanding[]> {
  const { rows } = await sql<ExportStanding>`
    SELECT e.id, e.name, d.kind, d.id AS "destinationId", d.name AS "destinationName", e.paused,
      e.paused_by AS "pausedBy", e.pause_reason AS "pauseReason", w.watermark,
      coalesce(r.finished, 0)::integer AS finished, coalesce(r.completed, 0)::integer AS completed,
      coalesce(r.rows, 0)::bigint AS rows, last.status AS "lastStatus", last.error_code AS "lastErrorCode",
      last.error_message AS "lastErrorMessage", last.remedy AS "lastRemedy",
      (SELECT to_jsonb(a) FROM row_anomalies a WHERE a.run_id = last.id) AS unusual
    FROM exports e JOIN destinations d ON d.id = e.destination_id
    LEFT JOIN export_watermarks w ON w.export_id = e.id
    LEFT JOIN LATERAL (
      SELECT count(*) AS finished, count(*) FILTER (WHERE status = 'completed') AS completed, sum(rows) AS rows
      FROM export_runs WHERE export_id = e.id AND finished_at >= ${since}) r ON true
    LEFT JOIN LATERAL (
      SELECT id, status, error_code, error_message, remedy FROM export_runs
      WHERE export_id = e.id AND finished_at IS NOT NULL ORDER BY finished_at DESC LIMIT 1) last ON true
    WHERE e.team_id = ${teamId} AND e.deleted_at IS NULL AND NOT e.on_demand
    ORDER BY e.created_at DESC LIMIT ${MAX_SHOWN}`.execute(db.kysely);
  return rows;
}
