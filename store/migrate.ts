import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { sql } from 'kysely';
import { SluiceError } from '../core/errors.ts';
import type { Database, Queries } from './database.ts';

const FOLDER = new URL('./migrations/', import.meta.url);
/** Any number that no other user of the database takes as an advisory lock: "sluice" in ASCII. */
const LOCK_KEY = 0x736c75696365;

interface Migration {
  name: string;
  text: string;
  checksum: string;
}

/**
 * Brings the schema up to date in one transaction: all pending migrations are applied, or none. Several processes may
 * call it at once; they take turns. An applied migration whose file has changed since is refused.
 */
export async function migrateDatabase(db: Database): Promise<{ applied: string[] }> {
  const migrations = await readMigrations();
  return db.kysely.transaction().execute(async (tx) => {
    await sql`SET LOCAL statement_timeout = 0`.execute(tx);
    await sql`SELECT pg_advisory_xact_lock(${LOCK_KEY})`.execute(tx);
    const known = await appliedMigrations(tx);
    const applied: string[] = [];
    for (const migration of migrations) {
      if (await applyMigration(tx, migration, known)) {
        applied.push(migration.name);
      }
    }
    return { applied };
  });
}

/** How the schema differs from what this release brings; nothing is changed. */
export interface MigrationState {
  /** Not applied yet. */
  pending: string[];
  /** Applied with other contents. */
  changed: string[];
  /** Applied by a newer release. */
  unknown: string[];
}

export async function migrationState(db: Database): Promise<MigrationState> {
  const { rows: tables } = await sql<{
    there: boolean;
  }>`SELECT to_regclass('schema_migrations') IS NOT NULL AS there`.execute(db.kysely);
  const { rows } = tables[0]?.there
    ? await sql<{ name: string; checksum: string }>`SELECT name, checksum FROM schema_migrations`.execute(db.kysely)
    : { rows: [] };
  return compareMigrations(await readMigrations(), rows);
}

type Applied = readonly { name: string; checksum: string }[];

function compareMigrations(own: Applied, applied: Applied): MigrationState {
  const checksums = new Map(applied.map(({ name, checksum }) => [name, checksum]));
  const names = own.map(({ name }) => name);
  return {
    pending: names.filter((name) => !checksums.has(name)),
    changed: own.flatMap(({ name, checksum }) => ((checksums.get(name) ?? checksum) === checksum ? [] : [name])),
    unknown: [...checksums.keys()].filter((name) => !names.includes(name)),
  };
}

async function readMigrations(): Promise<Migration[]> {
  const names = (await readdir(FOLDER)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(new URL(name, FOLDER), 'utf8');
      return { name, text, checksum: createHash('sha256').update(text).digest('hex') };
    }),
  );
}

async function appliedMigrations(tx: Queries): Promise<Map<string, string>> {
  await sql`CREATE TABLE IF NOT EXISTS schema_migrations (
    name text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz(3) NOT NULL DEFAULT now())`.execute(tx);
  const { rows } = await sql<{ name: string; checksum: string }>`SELECT name, checksum FROM schema_migrations`.execute(
    tx,
  );
  return new Map(rows.map((row) => [row.name, row.checksum]));
}

async function applyMigration(tx: Queries, migration: Migration, known: Map<string, string>): Promise<boolean> {
  const checksum = known.get(migration.name);
  if (checksum === migration.checksum) {
    return false;
  }
  if (checksum !== undefined) {
    throw new SluiceError({
      code: 'store_migration_changed',
      message: `migration ${migration.name} was applied with other contents than it has now`,
      retryable: false,
      fault: 'platform',
      remedy: 'Restore the file and put the change into a new migration.',
    });
  }
  await sql.raw(migration.text).execute(tx);
  await sql`INSERT INTO schema_migrations (name, checksum) VALUES (${migration.name}, ${migration.checksum})`.execute(
    tx,
  );
  return true;
}
