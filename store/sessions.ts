import { sql } from 'kysely';
import type { Database, Queries } from './database.ts';
import { newToken, tokenHash } from './tokens.ts';
import type { User } from './users.ts';

/** A session ends so long after its last request, and at the latest so long after its start. */
export const SESSION_IDLE_DAYS = 7;
const SESSION_DAYS = 30;
const SEEN_RESOLUTION_MS = 60_000;

/** The token is returned here and never again. Also forgets sessions that have expired. */
export async function createSession(db: Database, userId: string): Promise<string> {
  const token = newToken();
  await db.kysely
    .deleteFrom('sessions')
    .where('expiresAt', '<', sql<Date>`now()`)
    .execute();
  await db.kysely
    .insertInto('sessions')
    .values({
      tokenHash: tokenHash(token),
      userId,
      expiresAt: sql<Date>`now() + make_interval(days => ${SESSION_IDLE_DAYS})`,
    })
    .execute();
  return token;
}

/** Undefined when it has ended. Prolongs it, once a minute at most. */
export async function findSession(db: Database, token: string): Promise<User | undefined> {
  const found = await db.kysely
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.userId')
    .selectAll('users')
    .select('sessions.lastSeenAt')
    .where('sessions.tokenHash', '=', tokenHash(token))
    .where('sessions.expiresAt', '>', sql<Date>`now()`)
    .executeTakeFirst();
  if (!found) {
    return undefined;
  }
  const { lastSeenAt, ...user } = found;
  if (Date.now() - lastSeenAt.getTime() > SEEN_RESOLUTION_MS) {
    // A database that takes no writes still lets its readers in.
    await prolong(db, token).catch(() => undefined);
  }
  return user;
}

async function prolong(db: Database, token: string): Promise<void> {
  await db.kysely
    .updateTable('sessions')
    .set({
      lastSeenAt: sql<Date>`now()`,
      expiresAt: sql<Date>`LEAST(now() + make_interval(days => ${SESSION_IDLE_DAYS}), created_at + make_interval(days => ${SESSION_DAYS}))`,
    })
    .where('tokenHash', '=', tokenHash(token))
    .execute();
}

export async function deleteSession(db: Database, token: string): Promise<void> {
  await db.kysely.deleteFrom('sessions').where('tokenHash', '=', tokenHash(token)).execute();
}

/** `keep`: the token of one that goes on. */
export async function deleteSessionsOf(queries: Queries, userId: string, keep?: string): Promise<void> {
  const query = queries.deleteFrom('sessions').where('userId', '=', userId);
  await (keep === undefined ? query : query.where('tokenHash', '<>', tokenHash(keep))).execute();
}
