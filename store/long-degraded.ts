import { sql } from 'kysely';
import { REMINDER_MS } from '../core/notices.ts';
import { longDegradedNews } from '../core/webhook-news.ts';
import type { Database, Queries } from './database.ts';
import { tellPeople } from './endpoint-transitions.ts';
import type { NoticeSend } from './notices.ts';

/** What fails for a moment is retried and nobody's news; this is as long as an endpoint may refuse everything with 429. */
const LONG_MS = 30 * 60_000;
/** For one look; the next one takes the others. */
const PAGE = 100;

/**
 * Tells people of webhooks of which some requests have failed for long, once while it lasts and again each day. One that is
 * degraded and well again by turns is never so for long. Answers the notices to be sent.
 */
export async function noticesOfLongDegraded(db: Database, now = new Date()): Promise<NoticeSend[]> {
  const before = new Date(now.getTime() - LONG_MS);
  const ids = await untold(db, before, new Date(now.getTime() - REMINDER_MS));
  const sends: NoticeSend[] = [];
  for (const id of ids) {
    sends.push(...(await db.kysely.transaction().execute((tx) => tell(tx, id, before))));
  }
  return sends;
}

async function untold(db: Database, before: Date, toldBefore: Date): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    SELECT s.destination_id AS id FROM endpoint_states s JOIN destinations d ON d.id = s.destination_id
    WHERE s.health = 'degraded' AND s.since < ${before} AND s.evidence ->> 'throttledSince' IS NULL
      AND d.status = 'active' AND d.deleted_at IS NULL
      AND NOT EXISTS (SELECT FROM notice_states t WHERE t.subject = 'webhook/' || s.destination_id
        AND t.topic = 'health' AND t.state = 'degraded' AND t.open AND t.notified_at > ${toldBefore})
    ORDER BY s.since LIMIT ${PAGE}`.execute(db.kysely);
  return rows.map(({ id }) => id);
}

/** Under the lock of its state: one that is well again meanwhile must not be told of as degraded afterwards. */
async function tell(tx: Queries, destinationId: string, before: Date): Promise<NoticeSend[]> {
  const state = await tx
    .selectFrom('endpointStates')
    .select('evidence')
    .where('destinationId', '=', destinationId)
    .where('health', '=', 'degraded')
    .where('since', '<', before)
    .forUpdate()
    .executeTakeFirst();
  if (state === undefined) {
    return [];
  }
  const { evidence } = state;
  return tellPeople(tx, { destinationId, to: 'degraded', evidence }, (name) => longDegradedNews(name, evidence));
}
