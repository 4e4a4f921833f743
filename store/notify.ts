import { sql } from 'kysely';
import type { Database, Queries } from './database.ts';
import { ALL_TEAMS, DESTINATIONS_CHANNEL, EVENTS_CHANNEL, MESSAGE_PREFIX } from './listen.ts';

/** Takes effect when the transaction commits, and not at all when it rolls back. */
export async function notifyDestination(tx: Queries, destinationId: string): Promise<void> {
  await sql`SELECT pg_notify(${DESTINATIONS_CHANNEL}, ${destinationId})`.execute(tx);
}

/** A message waits for this webhook. */
export async function notifyMessage(tx: Queries, destinationId: string): Promise<void> {
  await sql`SELECT pg_notify(${DESTINATIONS_CHANNEL}, ${MESSAGE_PREFIX + destinationId})`.execute(tx);
}

/** Postgres refuses payloads of 8,000 bytes and more. */
const MAX_PAYLOAD_CHARS = 7_900;

/** Events of these teams can be read. */
export async function notifyEvents(db: Database, teamIds: Iterable<number>): Promise<void> {
  const named = [...teamIds].join(',');
  const payload = named.length > MAX_PAYLOAD_CHARS ? ALL_TEAMS : named;
  await sql`SELECT pg_notify(${EVENTS_CHANNEL}, ${payload})`.execute(db.kysely);
}
