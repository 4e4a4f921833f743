import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Database } from './database.ts';

const KEY_BYTES = 32;
const LAST_USED_RESOLUTION_MS = 60_000;

export interface ApiKeyOwner {
  id: string;
  teamId: number;
}

/** The key itself is returned here and never again: only its SHA-256 is stored, which is enough for 256 random bits. */
export async function createApiKey(
  db: Database,
  key: { teamId: number; name: string },
): Promise<{ id: string; key: string }> {
  const id = randomUUID();
  const secret = `sk_${randomBytes(KEY_BYTES).toString('base64url')}`;
  await db.kysely
    .insertInto('apiKeys')
    .values({ id, teamId: key.teamId, name: key.name, keyHash: hashOf(secret) })
    .execute();
  return { id, key: secret };
}

/** Looks up by digest, so the time taken tells nothing about a key. Revoked keys are not found. */
export async function findApiKey(db: Database, key: string): Promise<ApiKeyOwner | undefined> {
  const found = await db.kysely
    .selectFrom('apiKeys')
    .select(['id', 'teamId', 'lastUsedAt'])
    .where('keyHash', '=', hashOf(key))
    .where('revokedAt', 'is', null)
    .executeTakeFirst();
  if (!found) {
    return undefined;
  }
  if (Date.now() - (found.lastUsedAt?.getTime() ?? 0) > LAST_USED_RESOLUTION_MS) {
    await touch(db, found.id);
  }
  return { id: found.id, teamId: found.teamId };
}

/** False when the team has no such key, or it is revoked already. */
export async function revokeApiKey(db: Database, key: { teamId: number; id: string }): Promise<boolean> {
  const result = await db.kysely
    .updateTable('apiKeys')
    .set({ revokedAt: sql<Date>`now()` })
    .where('id', '=', key.id)
    .where('teamId', '=', key.teamId)
    .where('revokedAt', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

async function touch(db: Database, id: string): Promise<void> {
  await db.kysely
    .updateTable('apiKeys')
    .set({ lastUsedAt: sql<Date>`now()` })
    .where('id', '=', id)
    .execute();
}

function hashOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
