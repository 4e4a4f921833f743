import { sql } from 'kysely';
import { decideMasks, type KeyedEvent } from '../core/masking.ts';
import type { Micros } from '../core/time.ts';
import type { Database, Queries } from './database.ts';

export interface MaskRequest {
  destinationId: string;
  windowMicros: Micros;
  /** Keys as hex of their hash. */
  events: readonly KeyedEvent[];
}

/** Of the first four bytes of "mask" in ASCII: with a hash of the webhook a lock that only claims take. */
const LOCK_SPACE = 0x6d61736b;
/** A claim that was just made may stand for an attempt that is not in the log yet. */
const KEPT = sql`interval '1 hour'`;

/**
 * Claims the windows of the events, as `decideMasks` says, and answers the masked ones with the event that masks each. A claim
 * belongs to its event for good: asked again the answer is the same. Who else asks for the webhook waits meanwhile, so the
 * claims that are read are all there are.
 */
export async function claimMasks(
  db: Database,
  { destinationId, windowMicros, events }: MaskRequest,
): Promise<Map<string, string>> {
  if (events.length === 0) {
    return new Map();
  }
  return db.kysely.transaction().execute(async (tx) => {
    await sql`SELECT pg_advisory_xact_lock(${LOCK_SPACE}, hashtext(${destinationId}))`.execute(tx);
    const claims = await claimsAround(tx, { destinationId, windowMicros, events });
    const { granted, maskedBy } = decideMasks(windowMicros, claims, events);
    await insertClaims(tx, { destinationId, windowMicros, events: granted });
    return maskedBy;
  });
}

async function claimsAround(tx: Queries, { destinationId, windowMicros, events }: MaskRequest): Promise<KeyedEvent[]> {
  const times = events.map(({ atMicros }) => atMicros);
  const { rows } = await sql<KeyedEvent>`
    SELECT encode(key_hash, 'hex') AS key, event_uuid AS uuid, at_micros FROM mask_claims
    WHERE destination_id = ${destinationId} AND key_hash = ANY(${hashesOf(events)}::bytea[])
      AND at_micros BETWEEN ${Math.min(...times) - windowMicros} AND ${Math.max(...times) + windowMicros}`.execute(tx);
  return rows;
}

async function insertClaims(tx: Queries, { destinationId, windowMicros, events }: MaskRequest): Promise<void> {
  if (events.length === 0) {
    return;
  }
  await sql`
    INSERT INTO mask_claims (destination_id, key_hash, at_micros, event_uuid, until_micros)
    SELECT ${destinationId}::uuid, key_hash, at_micros, event_uuid, at_micros + ${windowMicros}::bigint
    FROM unnest(
      ${hashesOf(events)}::bytea[],
      ${events.map(({ atMicros }) => atMicros)}::bigint[],
      ${events.map(({ uuid }) => uuid)}::uuid[]
    ) AS granted (key_hash, at_micros, event_uuid)`.execute(tx);
}

function hashesOf(events: readonly KeyedEvent[]): Buffer[] {
  return events.map(({ key }) => Buffer.from(key, 'hex'));
}

/**
 * Removes claims that no event can meet any more: delivery and audit are a window beyond them, and no replay goes back. At most
 * so many; returns how many.
 */
export async function purgeMaskClaims(db: Database, limit: number): Promise<number> {
  const { numAffectedRows } = await sql`
    DELETE FROM mask_claims WHERE ctid = ANY(ARRAY(
      SELECT c.ctid FROM destination_cursors AS k
      JOIN delivery_audits AS a ON a.destination_id = k.destination_id
      JOIN mask_claims AS c ON c.destination_id = k.destination_id
        AND c.until_micros < least(k.position_micros, a.audited_micros)
      WHERE c.claimed_at < now() - ${KEPT} AND NOT EXISTS (
        SELECT FROM replays AS r WHERE r.destination_id = c.destination_id AND r.status IN ('running', 'paused'))
      LIMIT ${limit}))`.execute(db.kysely);
  return Number(numAffectedRows ?? 0);
}

/** The webhook is gone for good. */
export async function forgetMaskClaims(tx: Queries, destinationId: string): Promise<void> {
  await sql`DELETE FROM mask_claims WHERE destination_id = ${destinationId}`.execute(tx);
}
