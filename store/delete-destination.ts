import { sql } from 'kysely';
import { SluiceError } from '../core/errors.ts';
import type { Database, Queries } from './database.ts';
import { rememberDestination } from './destination-versions.ts';
import { announce, lockDestination, type DestinationKey } from './destinations.ts';
import { hideExport } from './exports.ts';
import type { Row } from './tables.ts';

export type HookRemoval = NonNullable<Row<'restHooks'>['removedReason']>;

interface Deletion extends DestinationKey {
  withExports?: boolean;
  /** Why a webhook ends that a program has subscribed. Default: somebody wants so. */
  hookEnds?: HookRemoval;
}

/**
 * Hides a destination, and with `withExports` also the exports that use it: all or nothing. A webhook keeps its cursor and
 * secrets until `forgetWebhooks`, so that it can be restored; the secrets of other kinds stay until `settleDestination`,
 * because runs that end have to clean up there. The subscription and the replays of a webhook end with it.
 * Throws `destination_not_found`, or `destination_in_use` while an export writes to it.
 */
export async function deleteDestination(
  db: Database,
  { withExports = false, hookEnds = 'unsubscribed', ...key }: Deletion,
): Promise<void> {
  await db.kysely.transaction().execute(async (tx) => {
    const row = await lockDestination(tx, key);
    const users = await usersOf(tx, key.id);
    if (users.length > 0 && !withExports) {
      throw inUse(users);
    }
    for (const { id } of users) {
      await hideExport(tx, { teamId: key.teamId, id });
    }
    const hidden = await tx
      .updateTable('destinations')
      .set({ deletedAt: sql<Date>`now()`, updatedAt: sql<Date>`now()`, version: row.version + 1 })
      .where('id', '=', key.id)
      .returningAll()
      .executeTakeFirstOrThrow();
    await endHook(tx, key.id, hookEnds);
    await endReplays(tx, key.id);
    await rememberDestination(tx, hidden);
    await announce(tx, hidden);
  });
}

/** False when the webhook is no hook, or the hook has ended before. */
export async function endHook(tx: Queries, destinationId: string, removedReason: HookRemoval): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('restHooks')
    .set({ removedAt: sql<Date>`now()`, removedReason })
    .where('destinationId', '=', destinationId)
    .where('removedAt', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** At once, so that they stay ended when the webhook is restored; their workflows see it with their next look. */
async function endReplays(tx: Queries, destinationId: string): Promise<void> {
  await tx
    .updateTable('replays')
    .set({ status: 'cancelled', endedAt: sql<Date>`now()` })
    .where('destinationId', '=', destinationId)
    .where('status', 'in', ['running', 'paused'])
    .execute();
}

/** What is left of secrets. */
export const FORGOTTEN = { secrets: Buffer.alloc(0), secretNames: [] as string[] };

export interface User {
  id: string;
  name: string;
}

/** Exports that a destination cannot be deleted without. */
export async function usersOf(tx: Queries, destinationId: string): Promise<User[]> {
  return (
    tx
      .selectFrom('exports')
      .select(['id', 'name'])
      .where('destinationId', '=', destinationId)
      .where('deletedAt', 'is', null)
      // One on demand that has ended needs it no more.
      .where((eb) =>
        eb.or([
          eb('onDemand', '=', false),
          sql<boolean>`NOT EXISTS (SELECT FROM export_runs WHERE export_id = exports.id AND finished_at IS NOT NULL)`,
        ]),
      )
      .orderBy('createdAt')
      .execute()
  );
}

const NAMED = 5;

function inUse(users: readonly User[]): SluiceError {
  const named = users.slice(0, NAMED).map(({ name, id }) => `"${name}" (${id})`);
  const others = users.length > NAMED ? [`${String(users.length - NAMED)} more`] : [];
  return new SluiceError({
    code: 'destination_in_use',
    message: `the destination is used by ${[...named, ...others].join(', ')}`,
    retryable: false,
    fault: 'customer',
    remedy: 'Delete these exports first, or repeat the request with ?with_exports=true.',
  });
}
