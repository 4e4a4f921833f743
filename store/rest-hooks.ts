import { sql } from 'kysely';
import { errorCode } from '../core/errors.ts';
import type { Database, Queries } from './database.ts';
import { deleteDestination, endHook, type HookRemoval } from './delete-destination.ts';
import { notFound } from './errors.ts';
import type { Row } from './tables.ts';
import type { PageCursor } from './values.ts';

export type HookRecord = Row<'restHooks'>;

/** Where a webhook sends to, and its event, are its settings: a change of them is one of the subscription. */
const TARGET_URL = sql<string>`coalesce(destinations.config ->> 'url', rest_hooks.target_url)`;
/** As it was subscribed where the webhook takes several by now, or all. */
const EVENT = sql<string>`CASE jsonb_array_length(destinations.config -> 'events')
  WHEN 1 THEN destinations.config -> 'events' ->> 0 ELSE rest_hooks.event END`;
const OWN_COLUMNS = ['createdBy', 'expiresAt', 'removedAt', 'removedReason'] as const;

/** `createdBy`: only those of this caller. */
export interface HookOwner {
  teamId: number;
  createdBy?: string;
}

/** Of each kind. */
export const HOOKS_PER_LOOK = 200;

/** In the transaction that makes its webhook: one without the other would deliver what nobody can end. */
export async function addHook(
  tx: Queries,
  hook: Pick<HookRecord, 'destinationId' | 'teamId' | 'event' | 'targetUrl' | 'createdBy' | 'expiresAt'>,
): Promise<void> {
  await tx.insertInto('restHooks').values(hook).execute();
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
  let query = hooksOf(db, owner)
    .orderBy('restHooks.createdAt', 'desc')
    .orderBy('destinationId', 'desc')
    .limit(page.limit);
  if (page.after) {
    const { at, id } = page.after;
    query = query.where(sql<boolean>`(rest_hooks.created_at, destination_id) < (${at}, ${id}::uuid)`);
  }
  return query.execute();
}

function hooksOf(db: Database, { teamId, createdBy }: HookOwner) {
  const query = db.kysely
    .selectFrom('restHooks')
    .innerJoin('destinations', 'destinations.id', 'restHooks.destinationId')
    .select(['destinationId', 'restHooks.teamId', 'restHooks.createdAt', ...OWN_COLUMNS])
    .select([TARGET_URL.as('targetUrl'), EVENT.as('event')])
    .where('restHooks.teamId', '=', teamId);
  return createdBy === undefined ? query : query.where('createdBy', '=', createdBy);
}

/**
 * Ends a hook and hides its webhook, so that nothing more is sent; the clean-up ends its workflow. False when the webhook is
 * no hook, or the hook has ended before.
 */
export async function removeHook(db: Database, destinationId: string, reason: HookRemoval): Promise<boolean> {
  const hook = await db.kysely
    .selectFrom('restHooks')
    .select('teamId')
    .where('destinationId', '=', destinationId)
    .where('removedAt', 'is', null)
    .executeTakeFirst();
  if (hook === undefined) {
    return false;
  }
  const isHidden = await hideWebhook(db, { teamId: hook.teamId, id: destinationId }, reason);
  return isHidden || endHook(db.kysely, destinationId, reason);
}

/** False for one that somebody has deleted already, which is as it should be. */
async function hideWebhook(db: Database, key: { teamId: number; id: string }, hookEnds: HookRemoval): Promise<boolean> {
  try {
    await deleteDestination(db, { ...key, hookEnds });
    return true;
  } catch (error) {
    if (errorCode(error) === 'destination_not_found') {
      return false;
    }
    throw error;
  }
}

/**
 * Ends hooks whose time is over, and those whose address has answered 410 to somebody who could not say so any more. Returns
 * how many; as many as `HOOKS_PER_LOOK` and there may be more.
 */
export async function removeEndedHooks(db: Database): Promise<number> {
  const open = db.kysely
    .selectFrom('restHooks')
    .select('restHooks.destinationId as id')
    .where('removedAt', 'is', null)
    .limit(HOOKS_PER_LOOK);
  const expired = await open
    .where('expiresAt', '<=', sql<Date>`now()`)
    .orderBy('expiresAt')
    .execute();
  const gone = await open
    .innerJoin('endpointStates', 'endpointStates.destinationId', 'restHooks.destinationId')
    .where('health', '=', 'gone')
    .execute();
  for (const { id } of expired) {
    await removeHook(db, id, 'expired');
  }
  for (const { id } of gone) {
    await removeHook(db, id, 'gone');
  }
  return Math.max(expired.length, gone.length);
}
