import type { TablePlan, PlannedColumn } from '../table/columns.ts';
import { generationTaken } from '../errors.ts';
import type { Connection } from './connection.ts';
import { generationOf } from './names.ts';
import type { Scope } from './scope.ts';
import { qualified, quote, sameIdentifier } from './sql.ts';
import { describeTable } from './table.ts';

/** A chunk that is staged; its row is written in the very transaction that copies its rows. */
export interface StagedChunk {
  index: number;
  rows: number;
  bytes: number;
  sha256: string;
}

/*
 * Both tables are UNLOGGED: staged rows are written once instead of twice to the log and to replicas. After a crash or
 * failover the server empties them, both at once; the commit compares them with the receipts and counts the rows.
 */

/** Creates the stage of this generation, with the types of the table, and answers the columns that it has. */
export async function prepareStage(connection: Connection, scope: Scope, plan: TablePlan): Promise<PlannedColumn[]> {
  const { names } = scope;
  const columns = plan.columns.map(({ target }) => `${quote(target.name)} ${target.type}`).join(', ');
  await connection.execute('create the stage', `CREATE UNLOGGED TABLE IF NOT EXISTS ${names.stage} (${columns})`);
  await connection.execute(
    'create the stage',
    `CREATE UNLOGGED TABLE IF NOT EXISTS ${names.chunks}
      (index integer PRIMARY KEY, run_id text NOT NULL, rows bigint NOT NULL, bytes bigint NOT NULL, sha256 text NOT NULL)`,
  );
  return (await stagedColumns(connection, scope, plan)) ?? [];
}

/** The planned columns that the stage has: it was made by the first attempt, and the table may have grown since. Undefined without a stage. */
export async function stagedColumns(
  connection: Connection,
  { config, names }: Scope,
  plan: TablePlan,
): Promise<PlannedColumn[] | undefined> {
  const found = await describeTable(connection, { schema: config.schema, name: names.stageName });
  return found && plan.columns.filter(({ target }) => found.some(({ name }) => sameIdentifier(name, target.name)));
}

/** False when another run has staged in this generation; true when nothing is staged. */
export async function stageIsOurs(connection: Connection, { config, context, names }: Scope): Promise<boolean> {
  const there = await describeTable(connection, { schema: config.schema, name: names.chunksName });
  const others =
    there &&
    (await connection.rows('read the stage', `SELECT FROM ${names.chunks} WHERE run_id <> $1 LIMIT 1`, [
      context.runId,
    ]));
  return others === undefined || others.length === 0;
}

/** In order of their index. Throws destination_generation_taken when another run has staged in this generation. */
export async function stagedChunks(connection: Connection, { names, context }: Scope): Promise<StagedChunk[]> {
  const found = await connection.rows<StagedChunk & { runId: string }>(
    'read the stage',
    `SELECT index, run_id AS "runId", rows::float8 AS rows, bytes::float8 AS bytes, sha256 FROM ${names.chunks} ORDER BY index`,
  );
  const other = found.find(({ runId }) => runId !== context.runId);
  if (other !== undefined) {
    throw generationTaken(context.generation, other.runId);
  }
  return found;
}

/** Writes a chunk's row; false when another attempt has written it first. Waits for one that is about to. */
export async function claimChunk(
  connection: Connection,
  { names, context }: Scope,
  chunk: StagedChunk,
): Promise<boolean> {
  const { index, rows, bytes, sha256 } = chunk;
  const { count } = await connection.execute(
    'note the chunk',
    `INSERT INTO ${names.chunks} (index, run_id, rows, bytes, sha256) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
    [index, context.runId, rows, bytes, sha256],
  );
  return count === 1;
}

/** Connections of attempts that are dead to the platform, but still hold a stage open. */
const END_ZOMBIES = `SELECT pg_catalog.pg_terminate_backend(s.pid) FROM pg_catalog.pg_stat_activity s
  WHERE s.application_name = $1 AND s.usename = current_user AND s.pid <> pg_catalog.pg_backend_pid() AND EXISTS (
    SELECT FROM pg_catalog.pg_locks l WHERE l.pid = s.pid AND l.granted AND l.relation = ANY ($2::text[]::regclass[]))`;
const TABLES_LIKE = `SELECT c.relname AS name FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = $1 AND c.relkind = 'r'
    AND (pg_catalog.starts_with(c.relname, $2) OR pg_catalog.starts_with(c.relname, $3))
  ORDER BY c.relname`;

/** Drops the stages of the chosen generations of the interval, and ends attempts that still write into them. */
export async function dropStages(
  connection: Connection,
  { config, names }: Scope,
  chosen: (generation: number) => boolean,
): Promise<void> {
  const action = 'drop the stage';
  const { schema } = config;
  const found = await connection.rows<{ name: string }>(action, TABLES_LIKE, [
    schema,
    names.stagePrefix,
    names.chunksPrefix,
  ]);
  const tables = found
    .filter(({ name }) => chosen(generationOf(names, name) ?? Infinity))
    .map(({ name }) => qualified({ schema, name }));
  if (tables.length > 0) {
    await connection.rows(action, END_ZOMBIES, [names.applicationName, tables]);
    await connection.execute(action, `DROP TABLE IF EXISTS ${tables.join(', ')}`);
  }
}
