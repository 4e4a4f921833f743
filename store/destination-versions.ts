import { isDeepStrictEqual } from 'node:util';
import { sql } from 'kysely';
import type { Database, Queries } from './database.ts';
import type { DestinationSettings, Row } from './tables.ts';
import { json } from './values.ts';

/** One version of a destination or a webhook. */
export interface DestinationVersion {
  version: number;
  settings: DestinationSettings;
  /** Secrets that it set, replaced or removed; of the first version every one. */
  secretsChanged: string[];
  createdAt: Date;
  /** Settings of the version before; null for the first one that is known. */
  before: DestinationSettings | null;
  /** Who made it, as the audit log names them; null: Sluice itself, or nobody knows. */
  actorKind: 'user' | 'key' | null;
  actorName: string | null;
}

/** Part of the transaction that made the version. */
export async function rememberDestination(
  tx: Queries,
  row: Row<'destinations'>,
  secretsChanged: readonly string[] = [],
): Promise<void> {
  const { name, status, config, secretNames } = row;
  const settings = json({ name, status, config, secretNames, deleted: row.deletedAt !== null });
  await tx
    .insertInto('destinationVersions')
    .values({ destinationId: row.id, version: row.version, settings, secretsChanged: [...secretsChanged] })
    .execute();
}

/** Names of the secrets that two complete configs have differently. */
export function changedSecrets(
  before: { config: Record<string, unknown>; secretNames: readonly string[] },
  after: { values: Record<string, unknown>; secretFields: readonly string[] },
): string[] {
  const names = new Set([...before.secretNames, ...after.secretFields]);
  return [...names].filter((name) => !isDeepStrictEqual(before.config[name], after.values[name]));
}

/**
 * Newest first; `before`: only earlier versions. Who made one is the audit log's request of just after; that of a deletion,
 * and of a webhook that a program subscribed, names no version there.
 */
export async function listDestinationVersions(
  db: Database,
  page: { teamId: number; destinationId: string; limit: number; before?: number },
): Promise<DestinationVersion[]> {
  const { rows } = await sql<DestinationVersion>`
    SELECT v.version, v.settings, v.secrets_changed AS "secretsChanged", v.created_at AS "createdAt",
      p.settings AS before, a.actor_kind AS "actorKind", a.actor_name AS "actorName"
    FROM destination_versions v
    JOIN destinations d ON d.id = v.destination_id AND d.team_id = ${page.teamId}
    LEFT JOIN LATERAL (
      SELECT settings FROM destination_versions
      WHERE destination_id = v.destination_id AND version < v.version ORDER BY version DESC LIMIT 1) p ON true
    LEFT JOIN LATERAL (
      SELECT actor_kind, actor_name FROM audit_log
      WHERE team_id = ${page.teamId} AND resource IN ('destinations', 'webhooks', 'hooks')
        AND resource_id = v.destination_id::text AND at BETWEEN v.created_at AND v.created_at + interval '1 minute'
        AND (version = v.version
          OR version IS NULL AND method = 'DELETE' AND v.settings -> 'deleted' = 'true'
          OR version IS NULL AND method = 'POST' AND resource = 'hooks' AND v.version = 1)
      ORDER BY version NULLS LAST, at LIMIT 1) a ON true
    WHERE v.destination_id = ${page.destinationId} AND v.version < ${page.before ?? 2_147_483_647}
    ORDER BY v.version DESC LIMIT ${page.limit}`.execute(db.kysely);
  return rows;
}
