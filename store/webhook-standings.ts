import { sql } from 'kysely';
import type { Database } from './database.ts';
import { WEBHOOK_KIND } from './destinations.ts';
import type { EndpointHealth } from './delivery-tables.ts';

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

/** Newest first, at most `limit`. `ids`: only these. */
export async function webhookStandings(
  db: Database,
  { teamId, limit, ids }: { teamId: number; limit: number; ids?: readonly string[] },
): Promise<WebhookStanding[]> {
  const rows = db.kysely
    .selectFrom('destinations')
    .innerJoin('endpointStates', 'endpointStates.destinationId', 'destinations.id')
    .leftJoin('destinationCursors', 'destinationCursors.destinationId', 'destinations.id')
    .select(['id', 'name', 'status', 'health', 'since', 'openRetries', 'positionMicros'])
    .select(sql<string>`coalesce(config->>'kind', 'generic')`.as('kind'))
    .where('teamId', '=', teamId)
    .where('destinations.kind', '=', WEBHOOK_KIND)
    .where('deletedAt', 'is', null)
    .orderBy('createdAt', 'desc')
    .limit(limit);
  return (ids === undefined ? rows : rows.where('id', 'in', [...ids])).execute();
}
