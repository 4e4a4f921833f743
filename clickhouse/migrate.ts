import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { SluiceError } from '../core/errors.ts';
import type { ClickHouse } from './client.ts';
import { assertCluster, assertReplication } from './cluster.ts';
import { onCluster } from './replicated-ddl.ts';

const FOLDER = new URL('./migrations/', import.meta.url);

interface Migration {
  name: string;
  sql: string;
  checksum: string;
}

/**
 * Creates the database and applies what has not been applied yet, in order of the file names. Idempotent, also against
 * another process doing the same: every statement says IF NOT EXISTS, since ClickHouse has no transaction around DDL.
 * A file that was changed after it had been applied is refused. On a cluster the statements are rewritten
 * (`replicated-ddl.ts`), never the files.
 */
export async function migrateClickHouse(ch: ClickHouse): Promise<{ applied: string[] }> {
  await assertCluster(ch);
  await assertReplication(ch);
  await ch.createDatabase();
  await runDdl(ch, CREATE_MIGRATIONS);
  const known = await appliedChecksums(ch);
  const applied: string[] = [];
  for (const migration of await readMigrations()) {
    const checksum = known.get(migration.name);
    if (checksum === undefined) {
      await apply(ch, migration);
      applied.push(migration.name);
    } else if (checksum !== migration.checksum) {
      throw changedFile(migration.name);
    }
  }
  return { applied };
}

/** What of this release is not applied, or was with other contents; nothing is changed. Needs no database of ours. */
export async function eventSchemaState(ch: ClickHouse): Promise<{ pending: string[]; changed: string[] }> {
  const known = (await hasMigrations(ch)) ? await appliedChecksums(ch) : new Map<string, string>();
  const own = await readMigrations();
  return {
    pending: own.flatMap(({ name }) => (known.has(name) ? [] : [name])),
    changed: own.flatMap(({ name, checksum }) => ((known.get(name) ?? checksum) === checksum ? [] : [name])),
  };
}

async function hasMigrations(ch: ClickHouse): Promise<boolean> {
  const rows = await ch.outside((outside) =>
    outside.rows<{ name: string }>({
      sql: "SELECT name FROM system.tables WHERE database = {database:String} AND name = 'schema_migrations'",
      params: { database: ch.database },
    }),
  );
  return rows.length > 0;
}

const CREATE_MIGRATIONS = `CREATE TABLE IF NOT EXISTS schema_migrations (
  name String, checksum String, applied_at DateTime64(3, 'UTC') DEFAULT now64(3)
) ENGINE = MergeTree ORDER BY name`;

async function appliedChecksums(ch: ClickHouse): Promise<Map<string, string>> {
  const rows = await ch.rows<{ name: string; checksum: string }>({
    sql: 'SELECT name, checksum FROM schema_migrations',
  });
  return new Map(rows.map((row) => [row.name, row.checksum]));
}

async function readMigrations(): Promise<Migration[]> {
  const names = (await readdir(FOLDER)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(new URL(name, FOLDER), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

async function apply(ch: ClickHouse, { name, sql, checksum }: Migration): Promise<void> {
  for (const statement of splitStatements(sql)) {
    await runDdl(ch, statement);
  }
  await ch.insert('schema_migrations', ['name', 'checksum'], [{ name, checksum }]);
}

async function runDdl(ch: ClickHouse, statement: string): Promise<void> {
  await ch.command({ sql: ch.cluster === undefined ? statement : onCluster(statement, ch.cluster) });
}

/** Makes the table of first arrivals and the view that feeds it where somebody has dropped them. They are empty then. */
export async function restoreFirstSeenTable(ch: ClickHouse): Promise<void> {
  for (const { sql } of await readMigrations()) {
    for (const statement of splitStatements(sql).filter((text) => FIRST_SEEN.test(text))) {
      await runDdl(ch, statement);
    }
  }
}

const FIRST_SEEN = /^CREATE (?:TABLE|MATERIALIZED VIEW) IF NOT EXISTS event_first_seen/;

/** Statements end with a semicolon at the end of a line; comments are whole lines that start with two dashes. */
export function splitStatements(sql: string): string[] {
  const code = sql.replace(/^\s*--.*$/gm, '');
  return code.split(/;\s*$/m).flatMap((statement) => (statement.trim() === '' ? [] : [statement.trim()]));
}

function changedFile(name: string): SluiceError {
  return new SluiceError({
    code: 'clickhouse_migration_changed',
    message: `clickhouse/migrations/${name} differs from what was applied to this database`,
    retryable: false,
    fault: 'platform',
    remedy: 'Restore the file and put the change into a new migration.',
  });
}
