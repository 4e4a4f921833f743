import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { sql } from 'kysely';
import type { Database } from './database.ts';
import type { Row } from './tables.ts';
import { json, type PageCursor } from './values.ts';

export type AuditEntry = Row<'auditLog'>;

export type NewAuditEntry = Omit<AuditEntry, 'id' | 'at'>;

export async function writeAudit(db: Database, entry: NewAuditEntry): Promise<void> {
  await db.kysely
    .insertInto('auditLog')
    .values({ ...entry, id: randomUUID(), changes: json(entry.changes) })
    .execute();
}

/** Anybody can make such entries: a team gets so many in an hour, and no more. */
export const ANONYMOUS_PER_HOUR = 100;

/** Of somebody who has not shown who it is. False: not written, because there are enough. */
export async function writeAnonymousAudit(db: Database, entry: Omit<NewAuditEntry, 'actorKind'>): Promise<boolean> {
  const recent = await db.kysely
    .selectFrom('auditLog')
    .select('id')
    .where('teamId', '=', entry.teamId)
    .where('actorKind', '=', 'anonymous')
    .where('at', '>', sql<Date>`now() - interval '1 hour'`)
    .limit(ANONYMOUS_PER_HOUR)
    .execute();
  if (recent.length >= ANONYMOUS_PER_HOUR) {
    return false;
  }
  await writeAudit(db, { ...entry, actorKind: 'anonymous' });
  return true;
}

export type OperatorChange = Pick<NewAuditEntry, 'action' | 'resource' | 'resourceId' | 'changes'> & {
  /** `sluice users invite` */
  command: string;
};

/** What an operator does to a team by a command on the server is in its log, too. */
export async function writeOperatorAudit(
  db: Database,
  teamId: number,
  { command, ...change }: OperatorChange,
): Promise<void> {
  await writeAudit(db, {
    ...{ teamId, actorKind: 'operator', actorId: null, actorName: 'operator', version: null },
    ...{ method: 'CLI', route: command, requestId: randomUUID(), address: hostname() },
    ...change,
  });
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
