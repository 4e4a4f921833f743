import type { DuckDBResultReader } from '@duckdb/node-api';
import type { Table } from '../catalog.ts';
import { needTable, needWarehouse, withTableLock, type Context } from '../context.ts';
import { duplicateRow, syntaxError } from '../errors.ts';
import { counts, STATEMENT_TYPES, type StatementResult } from '../results.ts';
import { scopeOf } from '../scope.ts';
import { cursorOver, splitAtCommas, type Cursor } from '../sql/cursor.ts';
import { column, encodeName, quoteName } from '../sql/names.ts';
import { rewrite, rewriteTables, type Scope } from '../sql/rewrite.ts';
import { read, write } from '../transactions.ts';
import { assignable, assignments, targetColumns } from './assign.ts';

interface Clause {
  matched: boolean;
  condition: string | undefined;
  action: string;
}

interface Merge {
  target: string;
  alias: string;
  source: string;
  on: string;
  clauses: Clause[];
}

function readInsert(table: Table, cursor: Cursor, scope: Scope): string {
  const targets = targetColumns(table, cursor.sees('(') ? cursor.group() : undefined);
  cursor.expect('VALUES');
  const values = splitAtCommas(cursor.group()).map((tokens) => rewrite(tokens, scope));
  const names = targets.map(({ name }) => column(name)).join(', ');
  const fitted = targets.map((target, index) => assignable(values[index] ?? 'NULL', target)).join(', ');
  return `INSERT (${names}) VALUES (${fitted})`;
}

function readAction(table: Table, cursor: Cursor, scope: Scope): string {
  if (cursor.accept('UPDATE')) {
    cursor.expect('SET');
    return `UPDATE SET ${assignments(table, cursor.until('WHEN'), scope)}`;
  }
  if (cursor.accept('DELETE')) {
    return 'DELETE';
  }
  cursor.expect('INSERT');
  return readInsert(table, cursor, scope);
}

function readClause(table: Table, cursor: Cursor, scope: Scope): Clause {
  cursor.expect('WHEN');
  const matched = !cursor.accept('NOT');
  cursor.expect('MATCHED');
  const condition = cursor.accept('AND') ? rewrite(cursor.until('THEN'), scope) : undefined;
  cursor.expect('THEN');
  return { matched, condition, action: readAction(table, cursor, scope) };
}

function readMerge(context: Context, table: Table, cursor: Cursor): Merge {
  const scope = scopeOf(context);
  cursor.accept('AS');
  const alias = quoteName(encodeName(cursor.sees('USING') ? table.name : cursor.identifier()));
  cursor.expect('USING');
  const source = rewriteTables(cursor.until('ON'), scope);
  cursor.expect('ON');
  const on = rewrite(cursor.until('WHEN'), scope);
  const clauses: Clause[] = [];
  while (!cursor.ended) {
    clauses.push(readClause(table, cursor, scope));
  }
  if (clauses.length === 0) {
    throw syntaxError('<EOF>', 0);
  }
  return { target: `${quoteName(table.physical)} AS ${alias}`, alias, source, on, clauses };
}

/** A target row that several source rows would change has no defined result. */
async function assertDeterministic(context: Context, merge: Merge): Promise<void> {
  const matched = merge.clauses.filter((clause) => clause.matched);
  if (matched.length === 0 || context.session.parameters.get('ERROR_ON_NONDETERMINISTIC_MERGE') === false) {
    return;
  }
  const conditions = matched.map(({ condition }) => `(${condition ?? 'true'})`).join(' OR ');
  const reader = await read(
    context.session,
    `SELECT 1 FROM ${merge.target} JOIN ${merge.source} ON (${merge.on}) WHERE ${conditions}
     GROUP BY ${merge.alias}.rowid HAVING count(*) > 1 LIMIT 1`,
  );
  if (reader.currentRowCount > 0) {
    throw duplicateRow();
  }
}

function mergeSql({ target, source, on, clauses }: Merge): string {
  const whens = clauses.map(
    ({ matched, condition, action }) =>
      `WHEN ${matched ? '' : 'NOT '}MATCHED${condition === undefined ? '' : ` AND (${condition})`} THEN ${action}`,
  );
  return `MERGE INTO ${target} USING ${source} ON (${on}) ${whens.join(' ')} RETURNING merge_action`;
}

function countActions(reader: DuckDBResultReader | undefined): Record<string, number> {
  const actions = reader?.getRows().map(([action]) => String(action)) ?? [];
  const count = (name: string) => actions.filter((action) => action === name).length;
  return {
    'number of rows inserted': count('INSERT'),
    'number of rows updated': count('UPDATE'),
    'number of rows deleted': count('DELETE'),
  };
}

export async function merge(context: Context, cursor: Cursor): Promise<StatementResult> {
  cursor.expect('INTO');
  const table = needTable(context, cursor.qualifiedName(), 'UPDATE');
  needWarehouse(context);
  const parsed = readMerge(context, table, cursorOver(cursor.until()));
  const reader = await withTableLock(context, table, async () => {
    await assertDeterministic(context, parsed);
    return (await write(context.session, [mergeSql(parsed)]))[0];
  });
  return counts(countActions(reader), STATEMENT_TYPES.merge);
}
