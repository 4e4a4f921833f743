import { sql, type RawBuilder } from 'kysely';
import type { EndpointHealth } from '../core/endpoint-health.ts';
import type { Database } from './database.ts';
import { openRow, WEBHOOK_KIND } from './destinations.ts';
import type { SecretBox } from './secrets.ts';
import type { DestinationStatus, Row } from './tables.ts';

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

const STATE = ['endpointStates.health', 'endpointStates.resumeEpoch'] as const;

export interface Share {
  shard: number;
  shardCount: number;
}

/** Hears of a webhook whose secrets cannot be opened. It is left out, and the others do not suffer from it. */
export type OnUnreadable = (destinationId: string, error: unknown) => void;

/** The webhooks of one shard that no user has paused, whatever their health. One query for all of them. */
export async function listActiveWebhooks(
  db: Database,
  box: SecretBox,
  share: Share,
  onUnreadable: OnUnreadable,
): Promise<WebhookRuntime[]> {
  const rows = await activeWebhooks(db, share).selectAll('destinations').select(STATE).orderBy('createdAt').execute();
  return readable(box, rows, onUnreadable);
}

/** The same webhooks without their settings, which have not changed when the version has not. */
export function listActiveVersions(
  db: Database,
  share: Share,
): Promise<Pick<WebhookRuntime, 'id' | 'version' | 'health'>[]> {
  return activeWebhooks(db, share).select(['id', 'version', 'endpointStates.health']).orderBy('createdAt').execute();
}

/** Another one whenever `listActiveVersions` would answer something else: one row, however many webhooks there are. */
export async function digestOfVersions(db: Database, share: Share): Promise<string> {
  const { digest } = await activeWebhooks(db, share)
    .select(
      sql<string>`count(*) || '/' || coalesce(sum(hashtextextended(id::text || version || health, 0)), 0)`.as('digest'),
    )
    .executeTakeFirstOrThrow();
  return digest;
}

/** Of the active webhooks of a shard, those that are thought to have open retries. */
export async function listRetrying(db: Database, share: Share): Promise<string[]> {
  const rows = await activeWebhooks(db, share).select('id').where('endpointStates.openRetries', '>', 0).execute();
  return rows.map(({ id }) => id);
}

/** Those of the named webhooks that are not deleted, paused or not. */
export async function readWebhooks(
  db: Database,
  box: SecretBox,
  ids: readonly string[],
  onUnreadable: OnUnreadable,
): Promise<WebhookRuntime[]> {
  if (ids.length === 0) {
    return [];
  }
  const rows = await joinedStates(db)
    .selectAll('destinations')
    .select(STATE)
    .where('id', '=', sql<string>`ANY(${ids}::uuid[])`)
    .execute();
  return readable(box, rows, onUnreadable);
}

/** One webhook of any team, paused or not; undefined when it is deleted. */
export async function getWebhookRuntime(
  db: Database,
  box: SecretBox,
  id: string,
): Promise<(WebhookRuntime & { status: DestinationStatus }) | undefined> {
  const row = await joinedStates(db).selectAll('destinations').select(STATE).where('id', '=', id).executeTakeFirst();
  return row && { ...runtimeOf(box, row), status: row.status };
}

/** The condition on `destinations` that a webhook is one of the shard's. */
export function ofShard({ shard, shardCount }: Share): RawBuilder<boolean> {
  return sql<boolean>`destinations.shard_hash % ${shardCount}::bigint = ${shard}`;
}

/** The return types of these two are the query builder's. */
function activeWebhooks(db: Database, share: Share) {
  return joinedStates(db).where('status', '=', 'active').where(ofShard(share));
}

function joinedStates(db: Database) {
  return db.kysely
    .selectFrom('destinations')
    .innerJoin('endpointStates', 'endpointStates.destinationId', 'destinations.id')
    .where('kind', '=', WEBHOOK_KIND)
    .where('deletedAt', 'is', null);
}

type WebhookRow = Row<'destinations'> & { health: EndpointHealth; resumeEpoch: number };

function readable(box: SecretBox, rows: readonly WebhookRow[], onUnreadable: OnUnreadable): WebhookRuntime[] {
  return rows.flatMap((row) => {
    try {
      return [runtimeOf(box, row)];
    } catch (error) {
      onUnreadable(row.id, error);
      return [];
    }
  });
}

function runtimeOf(box: SecretBox, row: WebhookRow): WebhookRuntime {
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
