import { sql } from 'kysely';
import type { Queries } from './database.ts';
import { DESTINATIONS_CHANNEL, MESSAGE_PREFIX } from './listen.ts';

/** Takes effect when the transaction commits, and not at all when it rolls back. */
export async function notifyDestination(tx: Queries, destinationId: string): Promise<void> {
  await sql`SELECT pg_notify(${DESTINATIONS_CHANNEL}, ${destinationId})`.execute(tx);
}

/** A message waits for this webhook. */
export async function notifyMessage(tx: Queries, destinationId: string): Promise<void> {
  await sql`SELECT pg_notify(${DESTINATIONS_CHANNEL}, ${MESSAGE_PREFIX + destinationId})`.execute(tx);
}
