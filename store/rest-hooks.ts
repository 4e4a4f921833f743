import { sql } from 'kysely';
import type { Database } from './database.ts';
import { deleteDestination } from './delete-destination.ts';
import { notFound } from './errors.ts';
import type { Row } from './tables.ts';
import type { PageCursor } from './values.ts';

export type HookRecord = Row<'restHooks'>;
export type HookRemoval = NonNullable<HookRecord['removedReason']>;

/** `createdBy`: only those of this caller. */
export interface HookOwner {
  teamId: number;
  createdBy?: string;
}

const EXPIRED_PER_LOOK = 200;

export async function addHook(
  db: Database,
  hook: Pick<HookRecord, 'destinationId' | 'teamId' | 'event' | 'targetUrl' | 'createdBy' | 'expiresAt'>,
): Promise<HookRecord> {
  return db.kysely.insertInto('restHooks').values(hook).returningAll().executeTakeFirstOrThrow();
}

/** Throws `hook_not_found`, for another owner's too. */
export async function getHook(db: Database, owner: HookOwner, id: string): Promise<HookRecord> {
  const row = await hooksOf(db, owner).where('destinationId', '=', id).executeTakeFirst();
  if (row === undefined) {
    throw notFound('hook', id);
  }
  return row;
}

/** From new to old, removed ones too. */
export async function listHooks(
  db: Database,
  owner: HookOwner,
  page: { limit: number; after?: PageCursor },
): Promise<HookRecord[]> {
  let query = hooksOf(db, owner).orderBy('createdAt', 'desc').orderBy('destinationId', 'desc').limit(page.limit);
  if (page.after) {
    query = query.where(sql<boolean>`(created_at, destination_id) < (${page.after.at}, ${page.after.id}::uuid)`);
  }
  return query.execute();
}

function hooksOf(db: Database, { teamId, createdBy }: HookOwner) {
  const query = db.kysely.selectFrom('restHooks').selectAll().where('teamId', '=', teamId);
  return createdBy === undefined ? query : query.where('createdBy', '=', createdBy);
}

/**
 * Notes why a hook ends and hides its webhook, so that nothing more is sent; the clean-up ends its workflow. False when
 * the webhook is no hook, or the hook has ended before.
 */
export async function removeHook(db: Database, destinationId: string, reason: HookRemoval): Promise<boolean> {
  const removed = await db.kysely
    .updateTable('restHooks')
    .set({ removedAt: sql<Date>`now()`, removedReason: reason })
    .where('destinationId', '=', destinationId)
    .where('removedAt', 'is', null)
    .returning('teamId')
    .executeTakeFirst();
  if (removed === undefined) {
    return false;
  }
  await hideWebhook(db, { teamId: removed.teamId, id: destinationId });
  return true;
}

/** One that a user has deleted already is as it should be. */
async function hideWebhook(db: Database, key: { teamId: number; id: string }): Promise<void> {
  const shown = await db.kysely
    .selectFrom('destinations')
    .select('id')
    .where('id', '=', key.id)
    .where('deletedAt', 'is', null)
    .executeTakeFirst();
  if (shown !== undefined) {
    await deleteDestination(db, key);
  }
}

/** Ends hooks whose time is over, and those that were cut off between the note and the webhook. Returns how many. */
export async function removeExpiredHooks(db: Database): Promise<number> {
  const due = await db.kysely
    .selectFrom('restHooks')
    .select('destinationId')
    .where('removedAt', 'is', null)
    .where('expiresAt', '<=', sql<Date>`now()`)
    .orderBy('expiresAt')
    .limit(EXPIRED_PER_LOOK)
    .execute();
  for (const { destinationId } of due) {
    await removeHook(db, destinationId, 'expired');
  }
  const halfRemoved = await db.kysely
    .selectFrom('restHooks')
    .innerJoin('destinations', 'destinations.id', 'restHooks.destinationId')
    .select(['restHooks.destinationId as id', 'restHooks.teamId'])
    .where('restHooks.removedAt', 'is not', null)
    .where('destinations.deletedAt', 'is', null)
    .limit(EXPIRED_PER_LOOK)
    .execute();
  for (const key of halfRemoved) {
    await hideWebhook(db, key);
  }
  return due.length;
}
