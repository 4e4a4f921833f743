import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { startTestDatabase } from '../../../support/postgres.ts';
import type { TypeDomain } from '../sql/plan.ts';
import { quoteIdentifier } from '../sql/tokens.ts';

/** The PostgreSQL database that is the cluster. */
export interface Database {
  url: string;
  /** As superuser, outside of every emulated statement. */
  admin: pg.Pool;
  ensureTypes(types: readonly TypeDomain[]): Promise<void>;
  stop(): Promise<void>;
}

export async function startDatabase(users: readonly string[]): Promise<Database> {
  const server = await startTestDatabase();
  const admin = new pg.Pool({ connectionString: server.url, max: 5 });
  // Reported by the query that was using it.
  admin.on('error', () => undefined);
  const stop = async (): Promise<void> => {
    await admin.end();
    await server.stop();
  };
  try {
    await admin.query(await readFile(new URL('catalog.sql', import.meta.url), 'utf8'));
    for (const user of users) {
      await createRole(admin, user);
    }
  } catch (error: unknown) {
    await stop();
    throw error;
  }
  const known = new Set<string>();
  return {
    url: server.url,
    admin,
    ensureTypes: async (types) => {
      for (const type of types.filter(({ name }) => !known.has(name))) {
        await createDomain(admin, type);
        known.add(type.name);
      }
    },
    stop,
  };
}

/** Roles are of the server, which may be shared: another emulator may be making the same one. */
async function createRole(admin: pg.Pool, user: string): Promise<void> {
  await admin.query(`
    DO $$ BEGIN CREATE ROLE ${quoteIdentifier(user)};
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
    DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO ${quoteIdentifier(user)}', current_database()); END $$`);
}

/** Several statements may want the same type at once. */
async function createDomain(admin: pg.Pool, { name, base, check }: TypeDomain): Promise<void> {
  await admin.query(`
    DO $$ BEGIN CREATE DOMAIN redshift.${name} AS ${base} CHECK (${check});
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$`);
}
