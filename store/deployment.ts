import { sql } from 'kysely';
import type { Database } from './database.ts';
import { WEBHOOK_KIND } from './destinations.ts';

/** What the webhooks of all teams are like: how many of each health, and their open retries. */
export interface WebhookTotals {
  /** A user's pause counts as the health `paused_user`. */
  webhooks: { health: string; count: number }[];
  pendingRetries: number;
  /** Those that may have parked deliveries. */
  ids: string[];
}

export async function webhookTotals(db: Database): Promise<WebhookTotals> {
  const { rows } = await sql<{ health: string; count: number; retries: number; ids: string[] }>`
    SELECT CASE WHEN status = 'paused' THEN 'paused_user' ELSE health END AS health, count(*)::integer AS count,
      sum(open_retries)::integer AS retries, array_agg(id::text) AS ids
    FROM destinations JOIN endpoint_states ON destination_id = id
    WHERE kind = ${WEBHOOK_KIND} AND deleted_at IS NULL
    GROUP BY 1 ORDER BY 1`.execute(db.kysely);
  return {
    webhooks: rows.map(({ health, count }) => ({ health, count })),
    pendingRetries: rows.reduce((total, { retries }) => total + retries, 0),
    ids: rows.flatMap(({ ids }) => ids),
  };
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
