import { sql } from 'kysely';
import type { EndpointHealth } from '../core/endpoint-health.ts';
import type { Database } from './database.ts';
import { recordOf, WEBHOOK_KIND, type DestinationRecord } from './destinations.ts';
import { listed, type ListQuery } from './list-query.ts';
import type { DestinationStatus } from './tables.ts';

export interface WebhookListQuery extends ListQuery {
  status?: DestinationStatus;
  /** As its settings name it. */
  kind?: string;
  health?: EndpointHealth;
}

/** The webhooks of a team that the query takes; searched in name and address. */
export async function listWebhooks(db: Database, query: WebhookListQuery): Promise<DestinationRecord[]> {
  const { status, kind, health } = query;
  const webhooks = db.kysely.selectFrom('destinations').selectAll().where('kind', '=', WEBHOOK_KIND);
  let rows = listed(webhooks, query, [sql`name`, sql`config->>'url'`]);
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
