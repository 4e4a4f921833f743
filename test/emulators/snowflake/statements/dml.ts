import type { Table, TableColumn } from '../catalog.ts';
import { needTable, needWarehouse, withTableLock, type Context } from '../context.ts';
import { SnowflakeFailure, syntaxError } from '../errors.ts';
import { counts, STATEMENT_TYPES, type StatementResult } from '../results.ts';
import { scopeOf } from '../scope.ts';
import type { Cursor } from '../sql/cursor.ts';
import type { Token } from '../sql/lexer.ts';
import { column, encodeName, quoteName } from '../sql/names.ts';
import { rewrite, rewriteTables } from '../sql/rewrite.ts';
import { write } from '../transactions.ts';
import { assignable, assignments, targetColumns } from './assign.ts';

/** `"t-…" AS "T"`: a table under the name that the statement uses for it. */
export function readTarget(cursor: Cursor, table: Table): string {
  cursor.accept('AS');
  const next = cursor.peek();
  const named = next.kind === 'quoted' || (next.kind === 'word' && !['SET', 'USING', 'WHERE'].includes(next.value));
  const alias = named ? cursor.identifier() : table.name;
  return `${quoteName(table.physical)} AS ${quoteName(encodeName(alias))}`;
}

/** Not every function may stand in a VALUES clause; these send people to INSERT … SELECT. */
function assertPlainValues(tokens: readonly Token[]): void {
  const semi = tokens.find(({ value }) => ['PARSE_JSON', 'OBJECT_CONSTRUCT', 'ARRAY_CONSTRUCT'].includes(value));
  if (semi !== undefined) {
    throw new SnowflakeFailure(
      '002014',
      '22000',
      `SQL compilation error:\nInvalid expression [${semi.value}] in VALUES clause`,
    );
  }
}

function boundRows(context: Context): number {
  const many = Object.values(context.bindings).find(({ value }) => Array.isArray(value));
  return Array.isArray(many?.value) ? many.value.length : 1;
}

/** The rows of `VALUES (…), (…)`, repeated for each row of an array binding. */
function valuesSql(context: Context, tokens: readonly Token[]): string {
  assertPlainValues(tokens);
  const rows = Array.from({ length: boundRows(context) }, (_, row) => rewrite(tokens, scopeOf(context, row)));
  return `VALUES ${rows.join(', ')}`;
}

async function assertWidth(context: Context, sql: string, expected: number): Promise<void> {
  const prepared = await context.session.connection.prepare(sql);
  const found = prepared.columnCount;
  prepared.destroySync();
  if (found !== expected) {
    throw new SnowflakeFailure(
      '002020',
      '21S01',
      `SQL compilation error:\nInsert value list does not match column list expecting ${expected} but got ${found}`,
    );
  }
}

function insertSql(table: Table, targets: readonly TableColumn[], query: string): string {
  const names = targets.map(({ name }) => column(name)).join(', ');
  const values = targets.map((target, index) => assignable(`"v${String(index)}"`, target)).join(', ');
  const aliases = targets.map((_, index) => `"v${String(index)}"`).join(', ');
  return `INSERT INTO ${quoteName(table.physical)} (${names}) SELECT ${values} FROM (${query}) AS q(${aliases})`;
}

export async function insert(context: Context, cursor: Cursor): Promise<StatementResult> {
  const overwrite = cursor.accept('OVERWRITE');
  cursor.expect('INTO');
  const table = needTable(context, cursor.qualifiedName(), 'INSERT');
  needWarehouse(context);
  const targets = targetColumns(table, cursor.sees('(') ? cursor.group() : undefined);
  const query = cursor.accept('VALUES')
    ? valuesSql(context, cursor.until())
    : rewrite(cursor.until(), scopeOf(context));
  await assertWidth(context, query, targets.length);
  const sql = insertSql(table, targets, query);
  const readers = await write(context.session, overwrite ? [`DELETE FROM ${quoteName(table.physical)}`, sql] : [sql]);
  return counts({ 'number of rows inserted': readers.at(-1)?.rowsChanged ?? 0 }, STATEMENT_TYPES.insert);
}

export async function update(context: Context, cursor: Cursor): Promise<StatementResult> {
  const table = needTable(context, cursor.qualifiedName(), 'UPDATE');
  needWarehouse(context);
  const scope = scopeOf(context);
  const target = readTarget(cursor, table);
  cursor.expect('SET');
  const set = assignments(table, cursor.until('FROM', 'WHERE'), scope);
  const from = cursor.accept('FROM') ? ` FROM ${rewriteTables(cursor.until('WHERE'), scope)}` : '';
  const where = whereSql(cursor, context);
  const sql = `UPDATE ${target} SET ${set}${from}${where}`;
  const [reader] = await withTableLock(context, table, async () => await write(context.session, [sql]));
  return counts(
    { 'number of rows updated': reader?.rowsChanged ?? 0, 'number of multi-joined rows updated': 0 },
    STATEMENT_TYPES.update,
  );
}

function whereSql(cursor: Cursor, context: Context): string {
  if (cursor.ended) {
    return '';
  }
  cursor.expect('WHERE');
  return ` WHERE ${rewrite(cursor.until(), scopeOf(context))}`;
}

export async function deleteFrom(context: Context, cursor: Cursor): Promise<StatementResult> {
  if (!cursor.accept('FROM')) {
    throw syntaxError(cursor.peek().text, cursor.peek().start);
  }
  const table = needTable(context, cursor.qualifiedName(), 'DELETE');
  needWarehouse(context);
  const target = readTarget(cursor, table);
  const using = cursor.accept('USING') ? ` USING ${rewriteTables(cursor.until('WHERE'), scopeOf(context))}` : '';
  const sql = `DELETE FROM ${target}${using}${whereSql(cursor, context)}`;
  const [reader] = await withTableLock(context, table, async () => await write(context.session, [sql]));
  return counts({ 'number of rows deleted': reader?.rowsChanged ?? 0 }, STATEMENT_TYPES.delete);
}
