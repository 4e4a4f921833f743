import { sql } from 'kysely';
import { SluiceError } from '../core/errors.ts';
import { LOG_KEPT_MS } from '../core/log-reach.ts';
import type { Database, Queries } from './database.ts';
import { FORGOTTEN } from './delete-destination.ts';
import { rememberDestination } from './destination-versions.ts';
import { announce, recordOf, WEBHOOK_KIND, type DestinationKey, type DestinationRecord } from './destinations.ts';
import { notFound } from './errors.ts';
import { forgetMaskClaims } from './mask-claims.ts';

/** As long as the event log reaches: what was not delivered by then is gone anyway. */
const KEPT = sql`interval '1 millisecond' * ${LOG_KEPT_MS}::float8`;
/** Of a subscription that ends by itself; null of everything else. */
const EXPIRES_AT = sql<Date | null>`(SELECT expires_at FROM rest_hooks WHERE destination_id = destinations.id)`;
const RESTORABLE = sql<boolean>`octet_length(secrets) > 0 AND deleted_at > now() - ${KEPT}
  AND coalesce(${EXPIRES_AT} > now(), true)`;

/** Undefined when the webhook is not deleted, or cannot be restored any more. */
export async function restorableUntil(db: Database, id: string): Promise<Date | undefined> {
  const row = await db.kysely
    .selectFrom('destinations')
    .select(sql<Date>`least(deleted_at + ${KEPT}, ${EXPIRES_AT})`.as('until'))
    .where('id', '=', id)
    .where('kind', '=', WEBHOOK_KIND)
    .where(RESTORABLE)
    .executeTakeFirst();
  return row?.until;
}

/** Whether its backlog is sent sometime: it is not deleted, or may be restored. */
export async function keepsBacklog(db: Database, id: string): Promise<boolean> {
  const row = await db.kysely
    .selectFrom('destinations')
    .select('id')
    .where('id', '=', id)
    .where(sql<boolean>`(deleted_at IS NULL OR (${RESTORABLE}))`)
    .executeTakeFirst();
  return row !== undefined;
}

/**
 * Takes a deletion back: settings, secrets, status, cursor and subscription are as they were. One that is not deleted stays as it is.
 * Throws `destination_not_found`, or `webhook_not_restorable` when its secrets and its cursor are gone, or its
 * subscription has expired.
 */
export async function restoreWebhook(db: Database, key: DestinationKey): Promise<DestinationRecord> {
  return db.kysely.transaction().execute(async (tx) => {
    const row = await tx
      .selectFrom('destinations')
      .selectAll()
      .select(RESTORABLE.as('restorable'))
      .where('id', '=', key.id)
      .where('teamId', '=', key.teamId)
      .where('kind', '=', WEBHOOK_KIND)
      .forUpdate()
      .executeTakeFirst();
    if (row === undefined) {
      throw notFound('destination', key.id);
    }
    if (row.deletedAt !== null && !row.restorable) {
      throw notRestorable(key.id);
    }
    return row.deletedAt === null ? recordOf(row) : show(tx, row);
  });
}

async function show(tx: Queries, { id, version }: { id: string; version: number }): Promise<DestinationRecord> {
  const restored = await tx
    .updateTable('destinations')
    .set({ deletedAt: null, deletionSettledAt: null, updatedAt: sql<Date>`now()`, version: version + 1 })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  await tx
    .updateTable('restHooks')
    .set({ removedAt: null, removedReason: null })
    .where('destinationId', '=', id)
    .execute();
  await rememberDestination(tx, restored);
  await announce(tx, restored);
  return recordOf(restored);
}

/** Ends what could still be restored of one deleted webhook, or of those whose time is over. Returns how many. */
export async function forgetWebhooks(db: Database, which: { id: string } | { limit: number }): Promise<number> {
  return db.kysely.transaction().execute(async (tx) => {
    const rows = await tx
      .selectFrom('destinations')
      .select('id')
      .where('kind', '=', WEBHOOK_KIND)
      .where('deletedAt', 'is not', null)
      .where(sql<boolean>`octet_length(secrets) > 0`)
      .where(({ eb }) => ('id' in which ? eb('id', '=', which.id) : sql<boolean>`NOT (${RESTORABLE})`))
      .$if('limit' in which, (query) => query.limit('limit' in which ? which.limit : 1))
      .forUpdate()
      .execute();
    for (const { id } of rows) {
      await tx.updateTable('destinations').set(FORGOTTEN).where('id', '=', id).execute();
      await tx.deleteFrom('destinationCursors').where('destinationId', '=', id).execute();
      await tx.deleteFrom('deliveryAudits').where('destinationId', '=', id).execute();
      await tx.deleteFrom('webhookLogEnds').where('destinationId', '=', id).execute();
      await forgetMaskClaims(tx, id);
    }
    return rows.length;
  });
}

function notRestorable(id: string): SluiceError {
  return new SluiceError({
    code: 'webhook_not_restorable',
    message: `the webhook ${id} was deleted for good`,
    retryable: false,
    fault: 'customer',
    remedy: 'Create it again. A replay sends what the event log still has.',
  });
}
