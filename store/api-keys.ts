import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Role, Scope } from '../core/access.ts';
import type { Database } from './database.ts';
import { editConflict, notFound } from './errors.ts';
import { newToken, tokenHash } from './tokens.ts';
import type { Row } from './tables.ts';
import type { PageCursor } from './values.ts';

const LAST_USED_RESOLUTION_MS = 60_000;
/** `sk_` and six characters: enough to recognize a key, and 220 bits short of it. */
const PREFIX_LENGTH = 9;

export interface ApiKeyOwner {
  id: string;
  teamId: number;
  name: string;
  role: Role;
  scopes: Scope[];
}

export type ApiKeyRecord = Omit<Row<'apiKeys'>, 'keyHash' | 'revokedAt'>;

export interface NewApiKey {
  teamId: number;
  name: string;
  /** Absent: everything that its team may do. */
  role?: Role;
  scopes?: readonly Scope[];
  expiresAt?: Date;
  /** Absent: the operator. */
  createdBy?: string;
}

export interface ApiKeyRef {
  teamId: number;
  id: string;
}

const COLUMNS = [
  ...(['id', 'teamId', 'name', 'role', 'scopes', 'prefix'] as const),
  ...(['createdAt', 'createdBy', 'expiresAt', 'lastUsedAt', 'version'] as const),
] as const;

/** The key itself is returned here and never again: only its SHA-256 is stored, which is enough for 256 random bits. */
export async function createApiKey(db: Database, key: NewApiKey): Promise<ApiKeyRecord & { key: string }> {
  const secret = `sk_${newToken()}`;
  const record = await db.kysely
    .insertInto('apiKeys')
    .values({
      id: randomUUID(),
      teamId: key.teamId,
      name: key.name,
      keyHash: tokenHash(secret),
      prefix: secret.slice(0, PREFIX_LENGTH),
      role: key.role ?? 'owner',
      scopes: [...(key.scopes ?? (['admin'] as const))],
      expiresAt: key.expiresAt ?? null,
      createdBy: key.createdBy ?? null,
    })
    .returning(COLUMNS)
    .executeTakeFirstOrThrow();
  return { ...record, key: secret };
}

/** Looks up by digest, so the time taken tells nothing about a key. Revoked and expired keys are not found. */
export async function findApiKey(db: Database, key: string): Promise<ApiKeyOwner | undefined> {
  const found = await db.kysely
    .selectFrom('apiKeys')
    .select(['id', 'teamId', 'name', 'role', 'scopes', 'lastUsedAt'])
    .where('keyHash', '=', tokenHash(key))
    .where('revokedAt', 'is', null)
    .where((eb) => eb.or([eb('expiresAt', 'is', null), eb('expiresAt', '>', sql<Date>`now()`)]))
    .executeTakeFirst();
  if (!found) {
    return undefined;
  }
  const { lastUsedAt, ...owner } = found;
  if (Date.now() - (lastUsedAt?.getTime() ?? 0) > LAST_USED_RESOLUTION_MS) {
    // A database that takes no writes still lets its readers in.
    await touch(db, found.id).catch(() => undefined);
  }
  return owner;
}

/** Those not revoked, newest first. */
export async function listApiKeys(
  db: Database,
  page: { teamId: number; limit: number; after?: PageCursor },
): Promise<ApiKeyRecord[]> {
  let query = db.kysely
    .selectFrom('apiKeys')
    .select(COLUMNS)
    .where('teamId', '=', page.teamId)
    .where('revokedAt', 'is', null)
    .orderBy('createdAt', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit);
  if (page.after) {
    query = query.where(sql<boolean>`(created_at, id) < (${page.after.at}, ${page.after.id}::uuid)`);
  }
  return query.execute();
}

/** Throws `api_key_not_found`. */
export async function getApiKey(db: Database, { teamId, id }: ApiKeyRef): Promise<ApiKeyRecord> {
  const record = await db.kysely
    .selectFrom('apiKeys')
    .select(COLUMNS)
    .where('id', '=', id)
    .where('teamId', '=', teamId)
    .where('revokedAt', 'is', null)
    .executeTakeFirst();
  if (!record) {
    throw notFound('API key', id);
  }
  return record;
}

export interface ApiKeyPatch {
  name?: string;
  scopes?: Scope[];
  expiresAt?: Date | null;
}

/** Throws `api_key_not_found`, or `edit_conflict` unless the key still has this version. */
export async function updateApiKey(
  db: Database,
  { teamId, id, expectedVersion, patch }: ApiKeyRef & { expectedVersion: number; patch: ApiKeyPatch },
): Promise<ApiKeyRecord> {
  const record = await db.kysely
    .updateTable('apiKeys')
    .set({ ...patch, version: expectedVersion + 1 })
    .where('id', '=', id)
    .where('teamId', '=', teamId)
    .where('revokedAt', 'is', null)
    .where('version', '=', expectedVersion)
    .returning(COLUMNS)
    .executeTakeFirst();
  if (!record) {
    await getApiKey(db, { teamId, id });
    throw editConflict('API key', id);
  }
  return record;
}

/** False when the team has no such key, or it is revoked already. */
export async function revokeApiKey(db: Database, key: ApiKeyRef): Promise<boolean> {
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
