import { sql } from 'kysely';
import type { Database } from './database.ts';
import type { ExportSettings } from './tables.ts';

export interface ExportVersion {
  version: number;
  settings: ExportSettings;
  createdAt: Date;
  /** Settings before; null for the first version. */
  before: ExportSettings | null;
  /** Who made it, as the audit log names them; null: Sluice itself, or before there was an audit log. */
  actorKind: 'user' | 'key' | null;
  actorName: string | null;
}

/** Newest first; `before`: only earlier versions. */
export async function listExportVersions(
  db: Database,
  page: { teamId: number; exportId: string; limit: number; before?: number },
): Promise<ExportVersion[]> {
  const { rows } = await sql<ExportVersion>`
    SELECT v.version, v.settings, v.created_at AS "createdAt", p.settings AS before,
      a.actor_kind AS "actorKind", a.actor_name AS "actorName"
    FROM export_versions v
    JOIN exports e ON e.id = v.export_id AND e.team_id = ${page.teamId}
    LEFT JOIN export_versions p ON p.export_id = v.export_id AND p.version = v.version - 1
    LEFT JOIN LATERAL (
      SELECT actor_kind, actor_name FROM audit_log
      WHERE team_id = ${page.teamId} AND resource = 'exports' AND resource_id = v.export_id::text
        AND version = v.version ORDER BY at LIMIT 1) a ON true
    WHERE v.export_id = ${page.exportId} AND v.version < ${page.before ?? 2_147_483_647}
    ORDER BY v.version DESC LIMIT ${page.limit}`.execute(db.kysely);
  return rows;
}
