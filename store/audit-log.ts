import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Database } from './database.ts';
import type { Row } from './tables.ts';
import { json, type PageCursor } from './values.ts';

export type AuditEntry = Row<'auditLog'>;

export async function writeAudit(db: Database, entry: Omit<AuditEntry, 'id' | 'at'>): Promise<void> {
  await db.kysely
    .insertInto('auditLog')
    .values({ ...entry, id: randomUUID(), changes: json(entry.changes) })
    .execute();
}

/** Newest first. */
export async function listAudit(
  db: Database,
  page: { teamId: number; limit: number; after?: PageCursor; resource?: string; resourceId?: string; actorId?: string },
): Promise<AuditEntry[]> {
  let query = db.kysely
    .selectFrom('auditLog')
    .selectAll()
    .where('teamId', '=', page.teamId)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit);
  const { after, resource, resourceId, actorId } = page;
  query = after ? query.where(sql<boolean>`(at, id) < (${after.at}, ${after.id}::uuid)`) : query;
  query = resource === undefined ? query : query.where('resource', '=', resource);
  query = resourceId === undefined ? query : query.where('resourceId', '=', resourceId);
  return (actorId === undefined ? query : query.where('actorId', '=', actorId)).execute();
}
