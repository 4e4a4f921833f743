import type { Bind } from 'snowflake-sdk';
import type { SessionContext } from '../contract.ts';
import type { LedgerVerdict } from '../table/ledger.ts';
import { quote } from './identifiers.ts';
import { valueSql, type Layout, type StageColumn } from './layout.ts';

export interface Move {
  layout: Layout;
  /** Qualified and quoted, like every table here. */
  target: string;
  stage: string;
  verdict: LedgerVerdict;
  /** Holds only in the transaction that has locked the interval. */
  guard: { sql: string; binds: Bind[] };
}

/** The statement that moves the staged rows into the table; undefined when there is nothing to move. */
export function moveSql(context: SessionContext, move: Move): string | undefined {
  if (context.mode === 'merge') {
    return mergeSql(context, move);
  }
  if (move.verdict === 'load') {
    return insertSql(move, '');
  }
  return context.key.length === 0 ? undefined : insertSql(move, ` AND ${missing(context, move)}`);
}

const targets = ({ columns }: Layout): string => columns.map(({ target }) => target).join(', ');

function insertSql({ layout, target, stage, guard }: Move, condition: string): string {
  const values = layout.columns.map((column) => valueSql(column, 's.')).join(', ');
  return `INSERT INTO ${target} (${targets(layout)}) SELECT ${values} FROM ${stage} AS s WHERE ${guard.sql}${condition}`;
}

function missing({ key }: SessionContext, { layout, target }: Move): string {
  const same = columnsOf(layout, key).map((column) => `t.${column.target} = ${valueSql(column, 's.')}`);
  return `NOT EXISTS (SELECT 1 FROM ${target} AS t WHERE ${same.join(' AND ')})`;
}

/** Columns that only the table has keep their values. Without a version the last to come wins. */
function mergeSql(context: SessionContext, { layout, target, stage, guard }: Move): string {
  const key = columnsOf(layout, context.key);
  const version = columnsOf(layout, context.versionColumn === undefined ? [] : [context.versionColumn]);
  const rest = layout.columns.filter((column) => !key.includes(column));
  const values = layout.columns.map((column) => `${valueSql(column, 'r.')} AS ${quote(column.name)}`).join(', ');
  const source = `SELECT ${values} FROM ${stage} AS r WHERE ${guard.sql} QUALIFY ROW_NUMBER() OVER (${ranking(layout, key, version)}) = 1`;
  const on = key.map(({ target: name, name: staged }) => `t.${name} = s.${quote(staged)}`).join(' AND ');
  const newer = version.map(
    ({ target: name, name: staged }) => ` AND (t.${name} IS NULL OR t.${name} < s.${quote(staged)})`,
  );
  const set = rest.map(({ target: name, name: staged }) => `${name} = s.${quote(staged)}`).join(', ');
  const all = layout.columns.map(({ name }) => `s.${quote(name)}`).join(', ');
  const update = rest.length === 0 ? '' : ` WHEN MATCHED${newer.join('')} THEN UPDATE SET ${set}`;
  return `MERGE INTO ${target} AS t USING (${source}) AS s ON ${on}${update}
    WHEN NOT MATCHED THEN INSERT (${targets(layout)}) VALUES (${all})`;
}

/** Of the rows with one key the greatest version, then the greatest of the other values: the same row each time. */
function ranking(layout: Layout, key: readonly StageColumn[], version: readonly StageColumn[]): string {
  const rest = layout.columns.filter((column) => !key.includes(column) && !version.includes(column));
  const order = [
    ...version.map((column) => `${valueSql(column, 'r.')} DESC NULLS LAST`),
    ...rest.map(({ name }) => `r.${quote(name)} DESC NULLS LAST`),
  ];
  const by = order.length === 0 ? key.map((column) => valueSql(column, 'r.')) : order;
  return `PARTITION BY ${key.map((column) => valueSql(column, 'r.')).join(', ')} ORDER BY ${by.join(', ')}`;
}

function columnsOf({ columns }: Layout, sources: readonly string[]): StageColumn[] {
  return sources.flatMap((source) => columns.find((column) => column.source === source) ?? []);
}
