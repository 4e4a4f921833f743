import { sql } from 'kysely';
import type { Database } from './database.ts';
import { openRow, WEBHOOK_KIND } from './destinations.ts';
import type { SecretBox } from './secrets.ts';
import type { DestinationStatus, EndpointHealth, Row } from './tables.ts';

/** What a delivery shard needs to know of a webhook. */
export interface WebhookRuntime {
  id: string;
  teamId: number;
  name: string;
  /** With secrets. */
  config: Record<string, unknown>;
  version: number;
  createdAt: Date;
  health: EndpointHealth;
  resumeEpoch: number;
}

/** The webhooks of one shard that no user has paused, whatever their health. One query for all of them. */
export async function listActiveWebhooks(
  db: Database,
  box: SecretBox,
  share: { shard: number; shardCount: number },
): Promise<WebhookRuntime[]> {
  const rows = await db.kysely
    .selectFrom('destinations')
    .innerJoin('endpointStates', 'endpointStates.destinationId', 'destinations.id')
    .selectAll('destinations')
    .select(['endpointStates.health', 'endpointStates.resumeEpoch'])
    .where('kind', '=', WEBHOOK_KIND)
    .where('status', '=', 'active')
    .where('deletedAt', 'is', null)
    .where(sql<boolean>`shard_hash % ${share.shardCount}::bigint = ${share.shard}`)
    .orderBy('createdAt')
    .execute();
  return rows.map((row) => runtimeOf(box, row));
}

/** One webhook of any team, paused or not; undefined when it is deleted. */
export async function getWebhookRuntime(
  db: Database,
  box: SecretBox,
  id: string,
): Promise<(WebhookRuntime & { status: DestinationStatus }) | undefined> {
  const row = await db.kysely
    .selectFrom('destinations')
    .innerJoin('endpointStates', 'endpointStates.destinationId', 'destinations.id')
    .selectAll('destinations')
    .select(['endpointStates.health', 'endpointStates.resumeEpoch'])
    .where('id', '=', id)
    .where('kind', '=', WEBHOOK_KIND)
    .where('deletedAt', 'is', null)
    .executeTakeFirst();
  return row && { ...runtimeOf(box, row), status: row.status };
}

function runtimeOf(
  box: SecretBox,
  row: Row<'destinations'> & { health: EndpointHealth; resumeEpoch: number },
): WebhookRuntime {
  return {
    id: row.id,
    teamId: row.teamId,
    name: row.name,
    config: openRow(box, row),
    version: row.version,
    createdAt: row.createdAt,
    health: row.health,
    resumeEpoch: row.resumeEpoch,
  };
}
