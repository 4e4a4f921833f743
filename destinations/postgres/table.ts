import type { Preview } from '../../core/preview.ts';
import {
  planColumns,
  type PlannedColumn,
  type SchemaPolicy,
  type TableColumn,
  type TablePlan,
  type TableToMatch,
  type TypeRules,
  neededColumns,
} from '../table/columns.ts';
import { mergeKeyMissing } from '../table/errors.ts';
import { previewTable } from '../table/preview.ts';
import type { Connection } from './connection.ts';
import type { PostgresConfig } from './config.ts';
import { schemaMissing } from './errors.ts';
import type { Scope } from './scope.ts';
import { quote, quoteList } from './sql.ts';
import { POSTGRES_TYPES } from './types.ts';

/** A column that only the server fills is shown with that in its type, which nothing fits. */
const DESCRIBE = `SELECT a.attname AS name,
    pg_catalog.format_type(a.atttypid, a.atttypmod)
      || CASE WHEN a.attgenerated <> '' OR a.attidentity = 'a' THEN ' GENERATED ALWAYS' ELSE '' END AS type,
    NOT a.attnotnull AS nullable, a.atthasdef OR a.attidentity <> '' AS "hasDefault"
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('r', 'p', 'v', 'f') ORDER BY a.attnum`;

/** Sets of columns that ON CONFLICT can name. */
const UNIQUE_KEYS = `SELECT pg_catalog.array_agg(a.attname::text) AS columns
  FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey[0:i.indnkeyatts - 1])
  WHERE n.nspname = $1 AND c.relname = $2 AND i.indisunique AND i.indisvalid AND i.indimmediate
    AND i.indpred IS NULL AND i.indexprs IS NULL GROUP BY i.indexrelid`;

/** Columns of a table or view; undefined when there is none of this name. */
export async function describeTable(
  connection: Connection,
  { schema, name }: { schema: string; name: string },
): Promise<TableColumn[] | undefined> {
  const found = await connection.rows<TableColumn & { name: string | null }>('read the table', DESCRIBE, [
    schema,
    name,
  ]);
  // A table without columns is one row of NULLs.
  return found.length === 0 ? undefined : found.filter((column) => (column.name as string | null) !== null);
}

/** Matches the model with the table; creates the table or adds columns where the policy says so. Idempotent. */
export async function prepareTable(connection: Connection, scope: Scope): Promise<TablePlan> {
  const { config, context } = scope;
  const existing = await describeTable(connection, { schema: config.schema, name: config.table });
  const plan = planColumns(context.columns, tableOf(scope, existing), rulesOf(scope));
  if (existing === undefined) {
    await connection.execute('create the table', createSql(scope, plan));
  } else if (plan.add.length > 0) {
    await connection.execute('add columns to the table', addSql(scope, plan));
  }
  if (context.mode === 'merge' && existing !== undefined) {
    await assertMergeable(connection, scope, plan);
  }
  return plan;
}

/** As `prepareTable`, without creating or changing anything. */
export async function previewInterval(connection: Connection, scope: Scope): Promise<Preview> {
  const { config, context } = scope;
  await assertSchema(connection, config);
  const existing = await describeTable(connection, { schema: config.schema, name: config.table });
  const isNew = existing === undefined;
  return previewTable(context.columns, {
    ...tableOf(scope, existing),
    ...rulesOf(scope),
    check: (plan) => (context.mode === 'merge' && !isNew ? assertMergeable(connection, scope, plan) : undefined),
    statements: (plan) => [isNew ? createSql(scope, plan) : addSql(scope, plan)],
  });
}

function tableOf({ context, names }: Scope, existing: readonly TableColumn[] | undefined): TableToMatch {
  return { name: names.table, existing, key: neededColumns(context) };
}

function rulesOf({ config }: Scope): { types: TypeRules; policy: SchemaPolicy } {
  return { types: POSTGRES_TYPES, policy: config.schemaPolicy };
}

function createSql({ names, context }: Scope, plan: TablePlan): string {
  const columns = plan.add.map(({ name, type }) => `${quote(name)} ${type}`);
  // Appending needs no key, and two exports may fill one table.
  const key = context.mode === 'merge' ? [`PRIMARY KEY (${quoteList(context.key)})`] : [];
  return `CREATE TABLE ${names.target} (${[...columns, ...key].join(', ')})`;
}

function addSql({ names }: Scope, plan: TablePlan): string {
  const added = plan.add.map(({ name, type }) => `ADD COLUMN IF NOT EXISTS ${quote(name)} ${type}`);
  return `ALTER TABLE ${names.target} ${added.join(', ')}`;
}

async function assertMergeable(
  connection: Connection,
  { config, context, names }: Scope,
  plan: TablePlan,
): Promise<void> {
  const key = targetNames(plan.columns, context.key);
  const found = await connection.rows<{ columns: string[] }>('read the indexes of the table', UNIQUE_KEYS, [
    config.schema,
    config.table,
  ]);
  const same = ({ columns }: { columns: string[] }): boolean =>
    columns.length === key.length && key.every((name) => columns.includes(name));
  if (!found.some(same)) {
    throw mergeKeyMissing(names.table, key);
  }
}

/** What the table calls columns of the model. */
export function targetNames(columns: readonly PlannedColumn[], sources: readonly string[]): string[] {
  return sources.flatMap((source) => columns.find((column) => column.source === source)?.target.name ?? []);
}

/** The server itself would say it of whatever is created first. */
export async function assertSchema(connection: Connection, { schema }: PostgresConfig): Promise<void> {
  const found = await connection.rows(
    'look for the schema',
    'SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = $1',
    [schema],
  );
  if (found.length === 0) {
    throw schemaMissing(schema);
  }
}
