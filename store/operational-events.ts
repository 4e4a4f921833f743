import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { OperationalEvent, OperationalEventType } from '../core/operational-events.ts';
import type { Queries } from './database.ts';
import { DESTINATIONS_CHANNEL, MESSAGE_PREFIX } from './listen.ts';
import { MAX_WAITING, MESSAGE_KEPT_DAYS } from './messages.ts';

/**
 * Sends the event as a message to each of the team's webhooks for operations that wants its type. Within a transaction
 * it is told exactly when that commits. Idempotent by key. A webhook for which as many messages wait as may is told nothing: an
 * endpoint that is away for weeks must not fill the database.
 */
export async function tellOperations<Type extends OperationalEventType>(
  tx: Queries,
  event: OperationalEvent<Type>,
): Promise<void> {
  const payload = JSON.stringify(event.payload);
  const hash = createHash('sha256')
    .update(JSON.stringify([event.type, payload]))
    .digest();
  await sql`
    WITH wanted AS (
      SELECT id FROM destinations
      WHERE team_id = ${event.teamId} AND kind = 'webhook' AND deleted_at IS NULL AND config ->> 'source' = 'operations'
        AND (config -> 'operationalEvents' IS NULL OR config -> 'operationalEvents' @> to_jsonb(${event.type}::text))
        AND NOT EXISTS (SELECT FROM destinations about
          WHERE about.id = ${event.aboutWebhook ?? null}::uuid AND about.config ->> 'source' = 'operations')
        AND NOT EXISTS (SELECT FROM webhook_messages waiting
          WHERE waiting.destination_id = destinations.id AND handed_over_at IS NULL
          ORDER BY waiting.created_at, waiting.id OFFSET ${MAX_WAITING - 1} LIMIT 1)
    ), sent AS (
      INSERT INTO webhook_messages
        (id, team_id, destination_id, event_type, payload, idempotency_key, content_hash, expires_at)
      SELECT gen_random_uuid(), ${event.teamId}, id, ${event.type}, ${payload}, ${`sluice:${event.key}`}, ${hash}::bytea,
        now() + make_interval(days => ${MESSAGE_KEPT_DAYS})
      FROM wanted ON CONFLICT (destination_id, idempotency_key) DO NOTHING RETURNING destination_id
    )
    SELECT pg_notify(${DESTINATIONS_CHANNEL}, ${MESSAGE_PREFIX} || destination_id) FROM sent`.execute(tx);
}
