import { sql } from 'kysely';
import type { Database } from './database.ts';
import { WEBHOOK_KIND } from './destinations.ts';

/** Of the named webhooks those that no user has paused, and that have not changed lately. */
export async function resumedAmong(
  db: Database,
  ids: readonly string[],
  { agoMs }: { agoMs: number },
): Promise<{ destinationId: string; teamId: number; name: string }[]> {
  return db.kysely
    .selectFrom('destinations')
    .select(['id as destinationId', 'teamId', 'name'])
    .where('id', '=', sql<string>`ANY(${ids}::uuid[])`)
    .where('kind', '=', WEBHOOK_KIND)
    .where('status', '=', 'active')
    .where('deletedAt', 'is', null)
    .where('updatedAt', '<', sql<Date>`now() - interval '1 millisecond' * ${agoMs}::float8`)
    .execute();
}
