import type { TableColumn, TablePlan } from '../table/columns.ts';
import type { EvolvingTable } from '../table/evolve.ts';
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

/** The export's table, as it is matched with the model, created and evolved. */
export function targetTable(scope: Scope): EvolvingTable {
  const { api, config, context, names } = scope;
  return {
    name: names.table,
    types: redshiftTypes(config),
    policy: config.schemaPolicy,
    describe: () => describeTable(api, config, context.signal),
    createSql: ({ add }) => `CREATE TABLE IF NOT EXISTS ${names.target} (${add.map(definition).join(', ')})`,
    // One column a statement, and there is no IF NOT EXISTS.
    addSql: (column) => `ALTER TABLE ${names.target} ADD COLUMN ${definition(column)}`,
    change: ({ sql, action }) => ignoringRace(api.run(sql, work(scope, action))),
  };
}

const definition = ({ name, type }: TablePlan['add'][number]): string => `${quote(name)} ${type}`;
