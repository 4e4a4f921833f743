import type { DuckDBConnection } from '@duckdb/node-api';
import { newTable, printQualified, type Table, type TableColumn } from '../catalog.ts';
import { findTable, needTable, needWarehouse, resolveName, type Context } from '../context.ts';
import { objectExists, unsupported } from '../errors.ts';
import { describeType, fromReader, status, type StatementResult } from '../results.ts';
import { scopeOf } from '../scope.ts';
import type { Cursor } from '../sql/cursor.ts';
import { quoteName } from '../sql/names.ts';
import { rewrite } from '../sql/rewrite.ts';
import { columnSql, readColumns } from './columns.ts';
import { dropTable } from './drop.ts';

interface Options {
  replace: boolean;
  kind: Table['kind'];
  ifNotExists: boolean;
}

const created = (what: string, name: string) => status(`${what} ${name} successfully created.`);
const alreadyThere = (name: string) => status(`${name} already exists, statement succeeded.`);

export async function create(context: Context, cursor: Cursor): Promise<StatementResult> {
  const replace = cursor.accept('OR', 'REPLACE');
  const temporary = cursor.accept('TEMPORARY') || cursor.accept('TEMP') || cursor.accept('VOLATILE');
  const kind = temporary ? 'TEMPORARY' : cursor.accept('TRANSIENT') ? 'TRANSIENT' : 'TABLE';
  const what = cursor.identifier();
  const ifNotExists = cursor.accept('IF', 'NOT', 'EXISTS');
  const options: Options = { replace, kind, ifNotExists };
  switch (what) {
    case 'TABLE':
      return await createTable(context, cursor, options);
    case 'STAGE':
      return await createStage(context, cursor, options);
    case 'SCHEMA':
      return createSchema(context, cursor.qualifiedName(), options);
    case 'DATABASE':
      return createDatabase(context, cursor.identifier(), options);
    default:
      throw unsupported(`CREATE ${what}`);
  }
}

async function createTable(context: Context, cursor: Cursor, options: Options): Promise<StatementResult> {
  const name = resolveName(context, cursor.qualifiedName(), 'CREATE TABLE');
  const existing = findTable(context, name);
  if (existing !== undefined && options.ifNotExists) {
    return alreadyThere(name[2]);
  }
  context.account.assertAllowed('CREATE TABLE', 'schema', name.slice(0, 2));
  if (existing !== undefined && !options.replace) {
    throw objectExists(printQualified(name));
  }
  const define = definition(context, cursor);
  if (existing !== undefined) {
    await dropTable(context, existing);
  }
  const [database, schema, named] = name;
  const table = newTable({ database, schema, name: named, kind: options.kind, columns: define.columns ?? [] });
  await context.session.connection.run(`CREATE TABLE ${quoteName(table.physical)} ${define.sql}`);
  table.columns = define.columns ?? (await columnsOf(context.session.connection, table));
  register(context, table);
  return created('Table', named);
}

interface Definition {
  /** What follows the table's name. */
  sql: string;
  /** Undefined for CREATE TABLE AS: DuckDB knows. */
  columns: TableColumn[] | undefined;
}

function definition(context: Context, cursor: Cursor): Definition {
  if (cursor.accept('LIKE')) {
    const { columns } = needTable(context, cursor.qualifiedName(), 'SELECT');
    return { sql: `(${columns.map(columnSql).join(', ')})`, columns: [...columns] };
  }
  const columns = cursor.sees('(') ? readColumns(context, cursor.group()) : undefined;
  cursor.until('AS');
  if (columns !== undefined) {
    cursor.end();
    return { sql: `(${columns.map(columnSql).join(', ')})`, columns };
  }
  cursor.expect('AS');
  needWarehouse(context);
  return { sql: `AS ${rewrite(cursor.until(), scopeOf(context))}`, columns: undefined };
}

function register({ catalog, session }: Context, table: Table): void {
  if (table.kind === 'TEMPORARY') {
    session.temporaryTables.set(JSON.stringify([table.database, table.schema, table.name]), table);
  } else {
    catalog.addTable(table);
  }
}

async function columnsOf(connection: DuckDBConnection, table: Table): Promise<TableColumn[]> {
  const reader = await connection.runAndReadAll(`SELECT * FROM ${quoteName(table.physical)} LIMIT 0`);
  const names = fromReader(reader).columns.map(({ name }) => name);
  return reader.columnTypes().map((type, index) => ({
    name: names[index] as string,
    type: describeType(type),
    nullable: true,
    default: undefined,
  }));
}

async function createStage(context: Context, cursor: Cursor, options: Options): Promise<StatementResult> {
  const name = resolveName(context, cursor.qualifiedName(), 'CREATE STAGE');
  if (name[2] === 'SYSTEM$BIND') {
    // The SDK then sends the values of a bulk insert within the statement.
    throw unsupported('staged bindings');
  }
  context.catalog.assertSchema(name[0], name[1]);
  context.account.assertAllowed('CREATE STAGE', 'schema', name.slice(0, 2));
  const existing = context.catalog.stage(name);
  if (existing !== undefined && !options.replace) {
    if (options.ifNotExists) {
      return alreadyThere(name[2]);
    }
    throw objectExists(printQualified(name));
  }
  if (existing !== undefined) {
    await context.storage.removeStage(existing.stageId);
  }
  context.catalog.addStage(name, options.kind === 'TEMPORARY');
  return created('Stage area', name[2]);
}

function createSchema(context: Context, parts: string[], { ifNotExists }: Options): StatementResult {
  const { catalog, session, account } = context;
  const [schema, database] = [parts.at(-1) as string, parts.at(-2) ?? session.database ?? ''];
  if (ifNotExists && catalog.hasSchema(database, schema)) {
    return alreadyThere(schema);
  }
  account.assertAllowed('CREATE SCHEMA', 'database', [database]);
  catalog.createSchema(database, schema);
  session.database = database;
  session.schema = schema;
  return created('Schema', schema);
}

function createDatabase({ catalog, session }: Context, name: string, { ifNotExists }: Options): StatementResult {
  if (ifNotExists && catalog.hasDatabase(name)) {
    return alreadyThere(name);
  }
  catalog.createDatabase(name);
  session.database = name;
  session.schema = 'PUBLIC';
  return created('Database', name);
}
