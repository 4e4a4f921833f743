import type { Table } from '../catalog.ts';
import { printQualified } from '../catalog.ts';
import { needTable, type Context } from '../context.ts';
import { objectMissing, unsupported } from '../errors.ts';
import { listing, type StatementResult } from '../results.ts';
import type { Cursor } from '../sql/cursor.ts';
import { printType, type SnowflakeType } from '../sql/types.ts';

interface Filter {
  like: RegExp | undefined;
  startsWith: string | undefined;
  /** Parts of the name after IN. */
  scope: string[] | undefined;
}

/** SHOW's LIKE ignores case; `\\_` is an underscore itself. */
function likePattern(text: string): RegExp {
  const source = text.replace(/\\([%_])|%|_|[.*+?^${}()|[\]\\]/g, (match, escaped: string | undefined) => {
    if (escaped !== undefined) {
      return escaped;
    }
    return match === '%' ? '.*' : match === '_' ? '.' : `\\${match}`;
  });
  return new RegExp(`^${source}$`, 'is');
}

function readFilter(cursor: Cursor): Filter {
  const filter: Filter = { like: undefined, startsWith: undefined, scope: undefined };
  if (cursor.accept('LIKE')) {
    filter.like = likePattern(cursor.next().value);
  }
  if (cursor.accept('IN') && !cursor.accept('ACCOUNT')) {
    ['TABLE', 'SCHEMA', 'DATABASE'].some((word) => cursor.accept(word));
    filter.scope = cursor.ended || cursor.sees('STARTS') ? undefined : cursor.qualifiedName();
  }
  if (cursor.accept('STARTS', 'WITH')) {
    filter.startsWith = cursor.next().value;
  }
  return filter;
}

const named = ({ like, startsWith }: Filter, name: string) =>
  (like?.test(name) ?? true) && name.startsWith(startsWith ?? '');

/** Tables and stages are shown for the schema that was named, or the session's. */
function inScope({ session }: Context, { scope }: Filter, found: { database: string; schema: string }): boolean {
  const [first, second] = scope ?? [];
  if (second !== undefined) {
    return found.database === first && found.schema === second;
  }
  if (first !== undefined) {
    return found.database === first || (found.database === session.database && found.schema === first);
  }
  return session.database === undefined || (found.database === session.database && found.schema === session.schema);
}

function tables(context: Context, filter: Filter): StatementResult {
  const found = [...context.catalog.allTables(), ...context.session.temporaryTables.values()].filter(
    (table) => inScope(context, filter, table) && named(filter, table.name),
  );
  return listing(
    ['created_on', 'name', 'database_name', 'schema_name', 'kind', 'comment'],
    found.map((table) => [table.createdAt.toISOString(), table.name, table.database, table.schema, table.kind, '']),
  );
}

function stages(context: Context, filter: Filter): StatementResult {
  const found = context.catalog
    .allStages()
    .filter((stage) => inScope(context, filter, stage) && named(filter, stage.name));
  return listing(
    ['created_on', 'name', 'database_name', 'schema_name', 'url', 'type'],
    found.map((stage) => [
      stage.createdAt.toISOString(),
      stage.name,
      stage.database,
      stage.schema,
      '',
      stage.temporary ? 'INTERNAL TEMPORARY' : 'INTERNAL',
    ]),
  );
}

function warehouses({ account }: Context, filter: Filter): StatementResult {
  const found = account
    .allWarehouses()
    .filter(({ name }) => named(filter, name) && account.warehouse(name) !== undefined);
  return listing(
    ['name', 'state', 'type', 'size', 'auto_suspend', 'auto_resume'],
    found.map(({ name, state, autoResume }) => [name, state, 'STANDARD', 'X-Small', '60', String(autoResume)]),
  );
}

function schemas({ catalog, session }: Context, filter: Filter): StatementResult {
  const database = filter.scope?.at(-1) ?? session.database;
  if (database === undefined || !catalog.hasDatabase(database)) {
    throw objectMissing('Database', printQualified([database ?? '']));
  }
  const found = [...catalog.schemasOf(database)].filter((schema) => named(filter, schema));
  return listing(
    ['name', 'database_name'],
    found.map((schema) => [schema, database]),
  );
}

function databases({ catalog }: Context, filter: Filter): StatementResult {
  const found = catalog.databases().filter((name) => named(filter, name));
  return listing(
    ['name'],
    found.map((name) => [name]),
  );
}

function parameters({ session }: Context, filter: Filter): StatementResult {
  const found = [...session.parameters].filter(([name]) => named(filter, name));
  return listing(
    ['key', 'value', 'default', 'level', 'description'],
    found.map(([name, value]) => [name, String(value), '', '', '']),
  );
}

function typeJson({ family, precision, scale }: SnowflakeType, nullable: boolean): string {
  const sizes = family === 'FIXED' ? { precision, scale } : family === 'TEXT' ? { length: precision } : {};
  return JSON.stringify({ type: family, ...sizes, nullable });
}

function columns(context: Context, filter: Filter): StatementResult {
  const table = needTable(context, filter.scope ?? [], 'SELECT');
  const found = table.columns.filter(({ name }) => named(filter, name));
  return listing(
    ['table_name', 'schema_name', 'column_name', 'data_type', 'null?', 'default', 'kind', 'database_name'],
    found.map(({ name, type, nullable, default: fallback }) => [
      table.name,
      table.schema,
      name,
      typeJson(type, nullable),
      nullable ? 'true' : 'NOT_NULL',
      fallback ?? '',
      'COLUMN',
      table.database,
    ]),
  );
}

const SHOWN: Record<string, (context: Context, filter: Filter) => StatementResult> = {
  TABLES: tables,
  STAGES: stages,
  WAREHOUSES: warehouses,
  SCHEMAS: schemas,
  DATABASES: databases,
  COLUMNS: columns,
  PARAMETERS: parameters,
};

export async function show(context: Context, cursor: Cursor): Promise<StatementResult> {
  cursor.accept('TERSE');
  const what = cursor.identifier();
  const shown = SHOWN[what];
  if (shown === undefined) {
    throw unsupported(`SHOW ${what}`);
  }
  return shown(context, readFilter(cursor));
}

function describeTable(table: Table): StatementResult {
  return listing(
    ['name', 'type', 'kind', 'null?', 'default', 'primary key', 'unique key', 'check', 'expression', 'comment'],
    table.columns.map(({ name, type, nullable, default: fallback }) => [
      name,
      printType(type),
      'COLUMN',
      nullable ? 'Y' : 'N',
      fallback ?? null,
      'N',
      'N',
      null,
      null,
      null,
    ]),
  );
}

export async function describe(context: Context, cursor: Cursor): Promise<StatementResult> {
  if (!cursor.accept('TABLE')) {
    throw unsupported(`DESCRIBE ${cursor.peek().text}`);
  }
  return describeTable(needTable(context, cursor.qualifiedName(), 'SELECT'));
}
