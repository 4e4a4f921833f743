import { errorCode } from '../../core/errors.ts';
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
import type { Row, SnowflakeClient } from './client.ts';
import { quote } from './identifiers.ts';
import { run, type Scope } from './scope.ts';
import { snowflakeTypes } from './types.ts';

/** Another attempt may create or change the table at the same moment; after it has, there is nothing left to do. */
const ROUNDS = 3;

/** Columns of a table; undefined when there is none of this name, or none that the role may see. */
export async function columnsOf(
  client: SnowflakeClient,
  table: string,
  signal: AbortSignal,
): Promise<TableColumn[] | undefined> {
  try {
    const found = await client.rows({ sql: `DESCRIBE TABLE ${table}`, action: 'read the table' }, signal);
    return found.filter((row) => row['kind'] === 'COLUMN').map(tableColumn);
  } catch (error) {
    if (isMissing(error)) {
      return undefined;
    }
    throw error;
  }
}

function tableColumn(row: Row): TableColumn {
  return {
    name: row['name'] ?? '',
    type: row['type'] ?? '',
    nullable: row['null?'] !== 'N',
    hasDefault: row['default'] !== null && row['default'] !== undefined,
  };
}

/** Matches the model with the table; creates the table or adds columns where the policy says so. Idempotent. */
export async function prepareTable(scope: Scope): Promise<TablePlan> {
  for (let round = 1; ; round += 1) {
    const existing = await columnsOf(scope.client, scope.names.target, scope.context.signal);
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
  const existing = await columnsOf(scope.client, scope.names.target, scope.context.signal);
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
    rules: { types: snowflakeTypes(config), policy: config.schemaPolicy },
  };
}

/** New columns get upper-case names, so that nobody has to quote them. */
const definition = ({ name, type }: { name: string; type: string }): string => `${quote(name.toUpperCase())} ${type}`;

function createSql({ names }: Scope, plan: TablePlan): string {
  return `CREATE TABLE IF NOT EXISTS ${names.target} (${plan.add.map(definition).join(', ')})`;
}

function addSql({ names }: Scope, column: TablePlan['add'][number]): string {
  return `ALTER TABLE ${names.target} ADD COLUMN IF NOT EXISTS ${definition(column)}`;
}

async function createTable(scope: Scope, plan: TablePlan): Promise<void> {
  await ignoringRace(run(scope, { sql: createSql(scope, plan), action: `create table ${scope.names.table}` }));
}

async function addColumns(scope: Scope, plan: TablePlan): Promise<void> {
  for (const column of plan.add) {
    const sql = addSql(scope, column);
    await ignoringRace(run(scope, { sql, action: `add column ${column.name} to table ${scope.names.table}` }));
  }
}

export function isMissing(error: unknown): boolean {
  return errorCode(error) === 'snowflake_table_changed';
}

/** Of two that create the same thing at once, one may fail although it said IF NOT EXISTS. */
export async function ignoringRace(creation: Promise<void>): Promise<void> {
  await creation.catch((error: unknown) => {
    if (errorCode(error) !== 'snowflake_table_exists') {
      throw error;
    }
  });
}
