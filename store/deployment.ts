import { sql } from 'kysely';
import type { Database } from './database.ts';
import { WEBHOOK_KIND } from './destinations.ts';

/** The webhooks of all teams that are of one kind and one health. */
export interface WebhookTotal {
  kind: string;
  /** A user's pause counts as the health `paused_user`. */
  health: string;
  count: number;
  /** Open ones. */
  retries: number;
  /** They may have parked deliveries. */
  ids: string[];
}

export async function webhookTotals(db: Database): Promise<WebhookTotal[]> {
  const { rows } = await sql<WebhookTotal>`
    SELECT coalesce(config->>'kind', 'generic') AS kind,
      CASE WHEN status = 'paused' THEN 'paused_user' ELSE health END AS health, count(*)::integer AS count,
      sum(open_retries)::integer AS retries, array_agg(id::text) AS ids
    FROM destinations JOIN endpoint_states ON destination_id = id
    WHERE kind = ${WEBHOOK_KIND} AND deleted_at IS NULL
    GROUP BY 1, 2 ORDER BY 1, 2`.execute(db.kysely);
  return rows;
}

/** The kind of destination that an export writes to, deleted or not. */
export async function destinationKindOf(db: Database, exportId: string): Promise<string | undefined> {
  const row = await db.kysely
    .selectFrom('exports')
    .innerJoin('destinations', 'destinations.id', 'exports.destinationId')
    .select('kind')
    .where('exports.id', '=', exportId)
    .executeTakeFirst();
  return row?.kind;
}
