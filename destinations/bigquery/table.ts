import { randomUUID } from 'node:crypto';
import type { Preview } from '../../core/preview.ts';
import type { SessionContext } from '../contract.ts';
import { planColumns, type TableColumn, type TablePlan } from '../table/columns.ts';
import { columnMissing, mergeKeyMissing } from '../table/errors.ts';
import { previewTable } from '../table/preview.ts';
import type { BigQueryApi } from './api.ts';
import type { BigQueryConfig } from './config.ts';
import { datasetMissing, partitionColumnInvalid, tableUnsupported } from './errors.ts';
import { qualified, quoteName, runQuery } from './sql.ts';
import { typeRules } from './types.ts';

export interface Field {
  name: string;
  type: string;
  mode?: string;
  maxLength?: string;
  precision?: string;
  scale?: string;
  defaultValueExpression?: string;
}

export interface TableResource {
  type: string;
  schema?: { fields?: Field[] };
  description?: string;
  requirePartitionFilter?: boolean;
  timePartitioning?: { requirePartitionFilter?: boolean };
}

/** Looks the dataset up and keeps its location for the jobs. */
export async function findDataset(api: BigQueryApi, signal: AbortSignal): Promise<void> {
  const dataset = await api.find<{ location?: string }>(api.datasetPath, 'look up the dataset', signal);
  if (dataset === undefined) {
    throw datasetMissing(`${api.projectId}.${api.datasetId}`);
  }
  api.location = dataset.location;
}

export function findTable(api: BigQueryApi, table: string, signal: AbortSignal): Promise<TableResource | undefined> {
  return api.find<TableResource>(api.tablePath(table), `look up table ${table}`, signal);
}

/** False when it was there already. */
export function createTable(api: BigQueryApi, table: string, resource: object, signal: AbortSignal): Promise<boolean> {
  const { projectId, datasetId } = api;
  const tableReference = { projectId, datasetId, tableId: table };
  return api.create(`${api.datasetPath}/tables`, { tableReference, ...resource }, `create table ${table}`, signal);
}

/** Creates or evolves the table, as often and as concurrently as it is called, and says what to write into it. */
export async function prepareTable(
  api: BigQueryApi,
  config: BigQueryConfig,
  context: SessionContext,
  labels: Record<string, string>,
): Promise<TablePlan> {
  const { tableId, schemaPolicy, jsonType } = config;
  const found = (await findTable(api, tableId, context.signal)) ?? (await createFor(api, config, context));
  assertSuitable(tableId, found, context);
  const existing = (found.schema?.fields ?? []).map(columnOf);
  const plan = planColumns(
    context.columns,
    { name: tableId, existing, key: context.key },
    { types: typeRules(jsonType), policy: schemaPolicy },
  );
  assertVersioned(tableId, plan, context);
  if (plan.add.length > 0) {
    await addColumns(api, tableId, { add: plan.add, labels }, context.signal);
  }
  return plan;
}

/** As `prepareTable`, without creating or changing anything. */
export async function previewInterval(
  api: BigQueryApi,
  config: BigQueryConfig,
  context: SessionContext,
): Promise<Preview> {
  const { tableId, schemaPolicy, jsonType } = config;
  const found = await findTable(api, tableId, context.signal);
  return previewTable(context.columns, {
    ...{ name: tableId, existing: found && (found.schema?.fields ?? []).map(columnOf), key: context.key },
    ...{ types: typeRules(jsonType), policy: schemaPolicy },
    check: (plan) => {
      if (found !== undefined) {
        assertSuitable(tableId, found, context);
        assertVersioned(tableId, plan, context);
      }
    },
    statements: ({ add }) => [found === undefined ? createSql(api, config, context, add) : addSql(api, tableId, add)],
  });
}

/** What `createFor` asks for, as SQL. */
function createSql(
  api: BigQueryApi,
  config: BigQueryConfig,
  context: SessionContext,
  columns: TablePlan['add'],
): string {
  const field = partitionColumn(config, context);
  const isDate = context.columns.find(({ name }) => name === field)?.type.kind === 'date';
  const day = field && (isDate ? quoteName(field) : `TIMESTAMP_TRUNC(${quoteName(field)}, DAY)`);
  const list = columns.map(({ name, type }) => `${quoteName(name)} ${sqlType(type)}`).join(', ');
  return `CREATE TABLE ${qualified(api, config.tableId)} (${list})${day === undefined ? '' : ` PARTITION BY ${day}`}`;
}

async function createFor(api: BigQueryApi, config: BigQueryConfig, context: SessionContext): Promise<TableResource> {
  const { createType } = typeRules(config.jsonType);
  const fields = context.columns.map((column) => ({ name: column.name, type: createType(column), mode: 'NULLABLE' }));
  const field = partitionColumn(config, context);
  const layout = field === undefined ? {} : { timePartitioning: { type: 'DAY', field } };
  await createTable(api, config.tableId, { schema: { fields }, ...layout }, context.signal);
  const created = await findTable(api, config.tableId, context.signal);
  if (created === undefined) {
    throw tableUnsupported(config.tableId, 'it was dropped as soon as it was made');
  }
  return created;
}

/** Default: the time of arrival. An interval then lies in one partition, or in two; a job may touch 4,000. */
function partitionColumn({ partitionBy }: BigQueryConfig, { columns }: SessionContext): string | undefined {
  const timed = columns.filter(({ type }) => type.kind === 'timestamp' || type.kind === 'date');
  const column = timed.find(({ name }) => name === (partitionBy ?? 'inserted_at'))?.name;
  if (partitionBy !== undefined && column === undefined) {
    throw partitionColumnInvalid(partitionBy);
  }
  return column;
}

function assertSuitable(table: string, found: TableResource, { mode, key }: SessionContext): void {
  if (found.type !== 'TABLE') {
    throw tableUnsupported(table, `it is of type ${found.type}, not a table`);
  }
  const filtered = found.requirePartitionFilter === true || found.timePartitioning?.requirePartitionFilter === true;
  if (mode === 'merge' && filtered) {
    throw tableUnsupported(table, 'it requires a partition filter, and so cannot be merged into');
  }
  if (mode === 'merge' && key.length === 0) {
    throw mergeKeyMissing(table, key);
  }
}

/** Under policy `ask` the column may be left out, without which nothing can be merged. */
function assertVersioned(table: string, { missing }: TablePlan, { mode, versionColumn = '' }: SessionContext): void {
  if (mode === 'merge' && missing.includes(versionColumn)) {
    throw columnMissing(table, versionColumn, 'the version');
  }
}

/** A type with the limits that the column sets: `STRING(20)`, `NUMERIC(10,2)`, `ARRAY<STRING>`. */
function columnOf(field: Field): TableColumn {
  const { name, type, mode, maxLength, precision, scale = '0', defaultValueExpression } = field;
  const limit = maxLength ?? (precision === undefined ? undefined : `${precision},${scale}`);
  const limited = limit === undefined ? type : `${type}(${limit})`;
  return {
    name,
    type: mode === 'REPEATED' ? `ARRAY<${limited}>` : limited,
    nullable: mode !== 'REQUIRED',
    hasDefault: defaultValueExpression !== undefined,
  };
}

async function addColumns(
  api: BigQueryApi,
  table: string,
  { add, labels }: { add: TablePlan['add']; labels: Record<string, string> },
  signal: AbortSignal,
): Promise<void> {
  const sql = addSql(api, table, add);
  const job = { jobId: `sluice_alter_${randomUUID()}`, labels, action: `add columns to ${table}` };
  await runQuery(api, { sql }, job, signal);
}

function addSql(api: BigQueryApi, table: string, add: TablePlan['add']): string {
  const parts = add.map(({ name, type }) => `ADD COLUMN IF NOT EXISTS ${quoteName(name)} ${sqlType(type)}`);
  return `ALTER TABLE ${qualified(api, table)} ${parts.join(', ')}`;
}

function sqlType(type: string): string {
  return { INTEGER: 'INT64', FLOAT: 'FLOAT64', BOOLEAN: 'BOOL' }[type] ?? type;
}
