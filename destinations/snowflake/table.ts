import { errorCode } from '../../core/errors.ts';
import type { TableColumn, TablePlan } from '../table/columns.ts';
import type { EvolvingTable } from '../table/evolve.ts';
import type { Row, SnowflakeClient } from './client.ts';
import { quote } from './identifiers.ts';
import { run, type Scope } from './scope.ts';
import { snowflakeTypes } from './types.ts';

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

/** The export's table, as it is matched with the model, created and evolved. */
export function targetTable(scope: Scope): EvolvingTable {
  const { client, config, context, names } = scope;
  return {
    name: names.table,
    types: snowflakeTypes(config),
    policy: config.schemaPolicy,
    describe: () => columnsOf(client, names.target, context.signal),
    createSql: ({ add }) => `CREATE TABLE IF NOT EXISTS ${names.target} (${add.map(definition).join(', ')})`,
    addSql: (column) => `ALTER TABLE ${names.target} ADD COLUMN IF NOT EXISTS ${definition(column)}`,
    change: (statement) => ignoringRace(run(scope, statement)),
  };
}

/** New columns get upper-case names, so that nobody has to quote them. */
const definition = ({ name, type }: TablePlan['add'][number]): string => `${quote(name.toUpperCase())} ${type}`;

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
