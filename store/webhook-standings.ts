import { sql } from 'kysely';
import type { EndpointHealth } from '../core/endpoint-health.ts';
import type { Database } from './database.ts';
import { WEBHOOK_KIND } from './destinations.ts';

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
  /** When the oldest event was ingested that waits near the end of the event log; null: none does. */
  waitingMicros: number | null;
}

export interface WebhookStandingsQuery {
  teamId: number;
  limit: number;
  /** Only these. */
  ids?: readonly string[];
  /** Those first for which events will soon be lost, or whose endpoint is not healthy, unless a user has paused them. */
  urgentFirst?: boolean;
}

/** Newest first, at most `limit`. */
export async function webhookStandings(
  db: Database,
  { teamId, limit, ids, urgentFirst = false }: WebhookStandingsQuery,
): Promise<WebhookStanding[]> {
  const rows = webhooksOf(db, teamId)
    .leftJoin('webhookLogEnds', 'webhookLogEnds.destinationId', 'destinations.id')
    .select(['id', 'name', 'status', 'health', 'since', 'openRetries', 'positionMicros', 'waitingMicros'])
    .select(sql<string>`coalesce(config->>'kind', 'generic')`.as('kind'))
    .$if(ids !== undefined, (query) => query.where('id', 'in', [...(ids ?? [])]))
    .$if(urgentFirst, (query) =>
      query.orderBy(sql`status = 'active' AND health <> 'healthy' OR waiting_micros IS NOT NULL`, 'desc'),
    )
    .orderBy('createdAt', 'desc')
    .limit(limit);
  return rows.execute();
}

/** Webhooks of a team that are in one state: paused by a user, or the health of their endpoint. */
export interface WebhookGroup {
  state: EndpointHealth | 'paused';
  count: number;
  /** That of the farthest behind; null: no shard has begun with any. */
  positionMicros: number | null;
}

/** All of them, however many, in no order. */
export async function webhookGroups(db: Database, teamId: number): Promise<WebhookGroup[]> {
  return webhooksOf(db, teamId)
    .select(sql<WebhookGroup['state']>`CASE WHEN status = 'paused' THEN 'paused' ELSE health END`.as('state'))
    .select(sql<number>`count(*)`.as('count'))
    .select(({ fn }) => fn.min('positionMicros').as('positionMicros'))
    .groupBy('state')
    .execute();
}

function webhooksOf(db: Database, teamId: number) {
  return db.kysely
    .selectFrom('destinations')
    .innerJoin('endpointStates', 'endpointStates.destinationId', 'destinations.id')
    .leftJoin('destinationCursors', 'destinationCursors.destinationId', 'destinations.id')
    .where('teamId', '=', teamId)
    .where('destinations.kind', '=', WEBHOOK_KIND)
    .where('deletedAt', 'is', null);
}
