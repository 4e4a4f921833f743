import type { Preview } from '../../core/preview.ts';
import {
  planColumns,
  type SchemaPolicy,
  type TableColumn,
  type TablePlan,
  type TableToMatch,
  type TypeRules,
  neededColumns,
} from '../table/columns.ts';
import { previewTable } from '../table/preview.ts';
import type { RedshiftConfig } from './config.ts';
import type { DataApi, Row } from './data-api.ts';
import { ignoringRace } from './ledger.ts';
import { work, type Scope } from './scope.ts';
import { fold, quote } from './sql.ts';
import { redshiftTypes } from './types.ts';

const DESCRIBE = `SELECT column_name, data_type, character_maximum_length, numeric_precision, numeric_scale, is_nullable,
    column_default FROM svv_columns
  WHERE table_schema = CAST(:schema_name AS VARCHAR(127)) AND table_name = CAST(:table_name AS VARCHAR(127))
  ORDER BY ordinal_position`;

/** Another attempt may create or change the table at the same moment; after it has, there is nothing left to do. */
const ROUNDS = 3;

/** Columns of a table or view; undefined when there is none of this name. */
export async function describeTable(
  api: DataApi,
  { schema, table }: Pick<RedshiftConfig, 'schema' | 'table'>,
  signal: AbortSignal,
): Promise<TableColumn[] | undefined> {
  const parameters = { schema_name: fold(schema), table_name: fold(table) };
  const found = await api.rows(DESCRIBE, { action: 'read the table', signal, parameters });
  return found.length === 0 ? undefined : found.map(tableColumn);
}

function tableColumn(row: Row): TableColumn {
  return {
    name: String(row['column_name']),
    type: typeOf(row),
    nullable: row['is_nullable'] !== 'NO',
    hasDefault: row['column_default'] !== null,
  };
}

function typeOf(row: Row): string {
  const name = String(row['data_type']);
  if (name === 'numeric') {
    return `numeric(${String(row['numeric_precision'])},${String(row['numeric_scale'])})`;
  }
  const bytes = row['character_maximum_length'];
  return bytes === null || bytes === undefined ? name : `${name}(${String(bytes)})`;
}

/** Matches the model with the table; creates the table or adds columns where the policy says so. Idempotent. */
export async function prepareTable(scope: Scope): Promise<TablePlan> {
  for (let round = 1; ; round += 1) {
    const existing = await describeTable(scope.api, scope.config, scope.context.signal);
    const { table, rules } = matching(scope, existing);
    const plan = planColumns(scope.context.columns, table, rules);
    if ((existing !== undefined && plan.add.length === 0) || round === ROUNDS) {
      return plan;
    }
    await (existing === undefined ? createTable(scope, plan) : addColumns(scope, plan));
  }
}

/** As `prepareTable`, without creating or changing anything. */
export async function previewInterval(scope: Scope): Promise<Preview> {
  const existing = await describeTable(scope.api, scope.config, scope.context.signal);
  const { table, rules } = matching(scope, existing);
  const statements = (plan: TablePlan): string[] =>
    existing === undefined ? [createSql(scope, plan)] : plan.add.map((column) => addSql(scope, column));
  return previewTable(scope.context.columns, { ...table, ...rules, statements });
}

function matching(
  { config, context, names }: Scope,
  existing: readonly TableColumn[] | undefined,
): { table: TableToMatch; rules: { types: TypeRules; policy: SchemaPolicy } } {
  return {
    table: { name: names.table, existing, key: neededColumns(context) },
    rules: { types: redshiftTypes(config), policy: config.schemaPolicy },
  };
}

function createSql({ names }: Scope, plan: TablePlan): string {
  const columns = plan.add.map(({ name, type }) => `${quote(name)} ${type}`).join(', ');
  return `CREATE TABLE IF NOT EXISTS ${names.target} (${columns})`;
}

function addSql({ names }: Scope, { name, type }: TablePlan['add'][number]): string {
  return `ALTER TABLE ${names.target} ADD COLUMN ${quote(name)} ${type}`;
}

async function createTable(scope: Scope, plan: TablePlan): Promise<void> {
  await ignoringRace(scope.api.run(createSql(scope, plan), work(scope, 'create the table')));
}

/** One column a statement, and there is no IF NOT EXISTS. */
async function addColumns(scope: Scope, plan: TablePlan): Promise<void> {
  for (const column of plan.add) {
    await ignoringRace(scope.api.run(addSql(scope, column), work(scope, 'add a column to the table')));
  }
}
