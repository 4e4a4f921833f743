import type { Table } from '../catalog.ts';
import { printQualified } from '../catalog.ts';
import { findTable, needTable, resolveName, type Context } from '../context.ts';
import { objectMissing, unsupported } from '../errors.ts';
import { status, type StatementResult } from '../results.ts';
import type { Cursor } from '../sql/cursor.ts';
import { quoteName } from '../sql/names.ts';

const dropped = (name: string) => status(`${name} successfully dropped.`);
const notThere = () => status('Drop statement executed successfully (object does not exist).');

/** Drops a table with its table stage. */
export async function dropTable({ catalog, session, storage }: Context, table: Table): Promise<void> {
  const key = JSON.stringify([table.database, table.schema, table.name]);
  if (!session.temporaryTables.delete(key)) {
    catalog.dropTable(table);
  }
  await storage.removeStage(table.stageId);
  await session.connection.run(`DROP TABLE IF EXISTS ${quoteName(table.physical)}`);
}

export async function drop(context: Context, cursor: Cursor): Promise<StatementResult> {
  const what = cursor.identifier();
  const ifExists = cursor.accept('IF', 'EXISTS');
  const parts = cursor.qualifiedName();
  switch (what) {
    case 'TABLE':
      return await dropNamedTable(context, parts, ifExists);
    case 'STAGE':
      return await dropStage(context, parts, ifExists);
    case 'SCHEMA':
      return await dropSchema(context, parts, ifExists);
    default:
      throw unsupported(`DROP ${what}`);
  }
}

async function dropNamedTable(context: Context, parts: string[], ifExists: boolean): Promise<StatementResult> {
  const name = resolveName(context, parts, 'DROP TABLE');
  const table = findTable(context, name);
  if (table === undefined) {
    if (ifExists) {
      return notThere();
    }
    throw objectMissing('Table', printQualified(name));
  }
  context.account.assertAllowed('OWNERSHIP', 'table', name);
  await dropTable(context, table);
  return dropped(table.name);
}

async function dropStage(context: Context, parts: string[], ifExists: boolean): Promise<StatementResult> {
  const name = resolveName(context, parts, 'DROP STAGE');
  const stage = context.catalog.stage(name);
  if (stage === undefined) {
    if (ifExists) {
      return notThere();
    }
    throw objectMissing('Stage', printQualified(name));
  }
  context.catalog.dropStage(name);
  await context.storage.removeStage(stage.stageId);
  return dropped(stage.name);
}

async function dropSchema(context: Context, parts: string[], ifExists: boolean): Promise<StatementResult> {
  const { catalog, session } = context;
  const [schema, database] = [parts.at(-1) as string, parts.at(-2) ?? session.database ?? ''];
  if (ifExists && !catalog.hasSchema(database, schema)) {
    return notThere();
  }
  for (const table of catalog.dropSchema(database, schema)) {
    await dropTable(context, table);
  }
  return dropped(schema);
}

/** Empties a table; Snowflake also forgets which files were loaded into it. */
export async function truncate(context: Context, cursor: Cursor): Promise<StatementResult> {
  cursor.accept('TABLE');
  const ifExists = cursor.accept('IF', 'EXISTS');
  const parts = cursor.qualifiedName();
  if (ifExists && findTable(context, resolveName(context, parts, 'TRUNCATE')) === undefined) {
    return notThere();
  }
  const table = needTable(context, parts, 'TRUNCATE');
  await context.session.connection.run(`DELETE FROM ${quoteName(table.physical)}`);
  table.loaded.clear();
  return status('Statement executed successfully.');
}
