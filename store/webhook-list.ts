import { sql } from 'kysely';
import type { Database } from './database.ts';
import { recordOf, WEBHOOK_KIND, type DestinationRecord } from './destinations.ts';
import { beyond, holds, orderingOf, type ListQuery } from './list-query.ts';
import type { DestinationStatus, EndpointHealth } from './tables.ts';

export interface WebhookListQuery extends ListQuery {
  status?: DestinationStatus;
  /** As its settings name it. */
  kind?: string;
  health?: EndpointHealth;
}

/** The webhooks of a team that the query takes; searched in name and address. */
export async function listWebhooks(db: Database, query: WebhookListQuery): Promise<DestinationRecord[]> {
  const { sort, after, search, status, kind, health } = query;
  const { by, direction } = orderingOf(sort);
  let rows = db.kysely
    .selectFrom('destinations')
    .selectAll()
    .where('teamId', '=', query.teamId)
    .where('kind', '=', WEBHOOK_KIND)
    .where('deletedAt', 'is', null)
    .orderBy(by, direction)
    .orderBy('id', direction)
    .limit(query.limit);
  if (after) {
    rows = rows.where(beyond(sort, after));
  }
  if (search !== undefined) {
    rows = rows.where((eb) => eb.or([holds(sql`name`, search), holds(sql`config->>'url'`, search)]));
  }
  if (status !== undefined) {
    rows = rows.where('status', '=', status);
  }
  if (kind !== undefined) {
    rows = rows.where(sql<boolean>`coalesce(config->>'kind', 'generic') = ${kind}`);
  }
  if (health !== undefined) {
    rows = rows.where(sql<boolean>`id IN (SELECT destination_id FROM endpoint_states WHERE health = ${health})`);
  }
  return (await rows.execute()).map(recordOf);
}
