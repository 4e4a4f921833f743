import type { PlannedColumn } from '../table/columns.ts';
import type { Connection } from './connection.ts';
import type { Scope } from './scope.ts';
import { quote, quoteList } from './sql.ts';
import { targetNames } from './table.ts';

function listOf(columns: readonly PlannedColumn[]): string {
  return quoteList(columns.map(({ target }) => target.name));
}

/** Answers how many rows the table took. */
export async function insertRows(
  connection: Connection,
  { names }: Scope,
  columns: readonly PlannedColumn[],
): Promise<number> {
  const list = listOf(columns);
  const { count } = await connection.execute(
    'add the rows',
    `INSERT INTO ${names.target} (${list}) SELECT ${list} FROM ${names.stage}`,
  );
  return count;
}

/** Adds the rows whose key is not in the table, and answers how many. */
export async function insertMissing(
  connection: Connection,
  { names, context }: Scope,
  columns: readonly PlannedColumn[],
): Promise<number> {
  const list = listOf(columns);
  const same = targetNames(columns, context.key).map((name) => `there.${quote(name)} = staged.${quote(name)}`);
  const { count } = await connection.execute(
    'add the missing rows',
    `INSERT INTO ${names.target} (${list}) SELECT ${list} FROM ${names.stage} AS staged
      WHERE NOT EXISTS (SELECT FROM ${names.target} AS there WHERE ${same.join(' AND ')})`,
  );
  return count;
}

/**
 * Of the rows with one key the greatest version wins, then the greatest hash of the row, so that it is the same row
 * each time; against the table a greater version only. Sorted by the key, so that two merges lock rows in one order.
 */
export async function mergeRows(
  connection: Connection,
  { names, context }: Scope,
  columns: readonly PlannedColumn[],
): Promise<void> {
  const list = listOf(columns);
  const keyNames = targetNames(columns, context.key);
  const key = quoteList(keyNames);
  const version = targetNames(columns, [context.versionColumn ?? ''])[0];
  const rest = columns.map(({ target }) => target.name).filter((name) => !keyNames.includes(name));
  const set = rest.map((name) => `${quote(name)} = EXCLUDED.${quote(name)}`).join(', ');
  const byVersion = version === undefined ? '' : `${quote(version)} DESC NULLS LAST, `;
  await connection.execute(
    'merge the rows',
    `INSERT INTO ${names.target} AS there (${list})
      SELECT DISTINCT ON (${key}) ${list} FROM ${names.stage} AS staged
      ORDER BY ${key}, ${byVersion}pg_catalog.hashtextextended(staged::text, 0) DESC
      ON CONFLICT (${key}) ${set === '' ? 'DO NOTHING' : `DO UPDATE SET ${set} ${newerOnly(version)}`}`,
  );
}

function newerOnly(version: string | undefined): string {
  return version === undefined
    ? ''
    : `WHERE there.${quote(version)} IS NULL OR EXCLUDED.${quote(version)} > there.${quote(version)}`;
}
