import type { Preview } from '../../core/preview.ts';
import type { SessionContext } from '../contract.ts';
import { mergeKeyMissing } from '../table/errors.ts';
import { planColumns, type SchemaPolicy, type TableColumn, type TablePlan } from '../table/columns.ts';
import { previewTable } from '../table/preview.ts';
import type { ClickHouseClient } from './client.ts';
import { tableUnsupported } from './errors.ts';
import { quoteName } from './names.ts';
import { clickhouseTypes } from './types.ts';

/** A table of the server. `partitionKey` and `sortingKey` are expressions as the server prints them. */
export interface TableInfo {
  engine: string;
  engineFull: string;
  partitionKey: string;
  sortingKey: string;
  primaryKey: string;
  comment: string;
  views: string[];
}

export interface TablePlace {
  client: ClickHouseClient;
  database: string;
  signal: AbortSignal;
}

export function qualified({ database }: TablePlace, table: string): string {
  return `${quoteName(database)}.${quoteName(table)}`;
}

export async function findTable(
  { client, database, signal }: TablePlace,
  table: string,
): Promise<TableInfo | undefined> {
  const [found] = await client.rows<TableInfo>({
    sql: `SELECT engine, engine_full AS engineFull, partition_key AS partitionKey, sorting_key AS sortingKey,
      primary_key AS primaryKey, comment, dependencies_table AS views
      FROM system.tables WHERE database = {database:String} AND name = {table:String}`,
    params: { database, table },
    signal,
  });
  return found;
}

interface ColumnInfo extends TableColumn {
  isInPartitionKey: boolean;
}

async function columnsOf({ client, database, signal }: TablePlace, table: string): Promise<ColumnInfo[]> {
  const found = await client.rows<{ name: string; type: string; kind: string; partition: number }>({
    sql: `SELECT name, type, default_kind AS kind, is_in_partition_key AS partition FROM system.columns
      WHERE database = {database:String} AND table = {table:String} ORDER BY position`,
    params: { database, table },
    signal,
  });
  return found.map(({ name, type, kind, partition }) => ({
    name,
    // A computed column takes no value: this type fits none.
    type: kind === 'MATERIALIZED' || kind === 'ALIAS' ? `${type} ${kind}` : type,
    nullable: type.includes('Nullable('),
    // Every type has a default value of its own.
    hasDefault: true,
    isInPartitionKey: partition === 1,
  }));
}

/** Creates or evolves the table, as often and as concurrently as it is called, and says what to write into it. */
export async function prepareTable(
  place: TablePlace,
  { table, schemaPolicy }: { table: string; schemaPolicy: SchemaPolicy },
  context: SessionContext,
): Promise<TablePlan> {
  let info = await findTable(place, table);
  if (info === undefined) {
    await place.client.run({ sql: createSql(place, table, context), signal: place.signal });
    info = await findTable(place, table);
  }
  const existing = await columnsOf(place, table);
  assertSuitable(table, info, existing, context);
  const plan = planColumns(
    context.columns,
    { name: table, existing, key: context.key },
    { types: clickhouseTypes, policy: schemaPolicy },
  );
  for (const column of plan.add) {
    await place.client.run({ sql: addSql(place, table, column), signal: place.signal });
  }
  return plan;
}

/** As `prepareTable`, without creating or changing anything. */
export async function previewInterval(
  place: TablePlace,
  { table, schemaPolicy }: { table: string; schemaPolicy: SchemaPolicy },
  context: SessionContext,
): Promise<Preview> {
  const info = await findTable(place, table);
  const existing = info === undefined ? undefined : await columnsOf(place, table);
  return previewTable(context.columns, {
    ...{ name: table, existing, key: context.key, types: clickhouseTypes, policy: schemaPolicy },
    check: () => {
      if (existing !== undefined) {
        assertSuitable(table, info, existing, context);
      }
    },
    statements: (plan) =>
      existing === undefined
        ? [createSql(place, table, context)]
        : plan.add.map((column) => addSql(place, table, column)),
  });
}

function addSql(place: TablePlace, table: string, { name, type }: TablePlan['add'][number]): string {
  return `ALTER TABLE ${qualified(place, table)} ADD COLUMN IF NOT EXISTS ${quoteName(name)} ${type}`;
}

function createSql(place: TablePlace, table: string, context: SessionContext): string {
  const columns = context.columns.map((column) => `${quoteName(column.name)} ${clickhouseTypes.createType(column)}`);
  const { key, mode, versionColumn } = context;
  const version = versionColumn === undefined ? '' : quoteName(versionColumn);
  return `CREATE TABLE IF NOT EXISTS ${qualified(place, table)} (${columns.join(', ')})
    ENGINE = ${mode === 'merge' ? `ReplacingMergeTree(${version})` : 'MergeTree'}
    ${mode === 'append' ? partitionClause(context) : ''}
    ORDER BY (${key.map(quoteName).join(', ')})`;
}

/** By ingestion time: then an interval lies in one partition, or in two at the turn of a month. */
function partitionClause({ columns }: SessionContext): string {
  const arrival = columns.find(
    ({ name, type, nullable }) => name === 'inserted_at' && type.kind === 'timestamp' && !nullable,
  );
  return arrival === undefined ? '' : `PARTITION BY toYYYYMM(${quoteName(arrival.name)})`;
}

const ENGINE = /^(Shared)?(Replacing|Summing|Aggregating|Collapsing|VersionedCollapsing|Graphite)?MergeTree$/;

function assertSuitable(
  table: string,
  info: TableInfo | undefined,
  columns: readonly ColumnInfo[],
  context: SessionContext,
): void {
  if (info === undefined) {
    throw tableUnsupported(table, 'it is gone');
  }
  assertMovable(table, info);
  if (context.mode === 'merge') {
    assertMergeable(table, info, columns, context);
  }
}

/** Throws when parts cannot be moved into the table, or would pass by somebody who waits for inserts. */
export function assertMovable(table: string, { engine, views }: TableInfo): void {
  if (!ENGINE.test(engine)) {
    throw tableUnsupported(
      table,
      `its engine is ${engine}; parts can be moved into unreplicated or shared MergeTree tables only`,
    );
  }
  if (views.length > 0) {
    throw tableUnsupported(
      table,
      `the materialized views ${views.join(', ')} read its inserts, and would not see moved parts`,
    );
  }
}

/** Rows of one key must meet: in a ReplacingMergeTree of the version, sorted by the key, in one partition. */
function assertMergeable(
  table: string,
  { engineFull, sortingKey }: TableInfo,
  columns: readonly ColumnInfo[],
  { key, versionColumn }: SessionContext,
): void {
  const version = /^(?:Shared)?ReplacingMergeTree\((?:.*,\s*)?`?([^,`()]+)`?\)/.exec(engineFull)?.[1];
  const sorted = sortingKey
    .replace(/^\((.*)\)$/, '$1')
    .split(', ')
    .map((name) => name.replaceAll('`', ''));
  const sameKey = sorted.length === key.length && key.every((name) => sorted.includes(name));
  const apart = columns.some(({ name, isInPartitionKey }) => isInPartitionKey && !key.includes(name));
  if (version !== versionColumn || !sameKey || apart) {
    throw mergeKeyMissing(table, key);
  }
}
