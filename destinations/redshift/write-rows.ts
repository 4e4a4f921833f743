import type { LedgerVerdict } from '../table/ledger.ts';
import type { Scope } from './scope.ts';
import { quote, quoteList } from './sql.ts';
import type { Layout, StageColumn } from './stage-columns.ts';

export interface Write {
  layout: Layout;
  /** Quoted. */
  stage: string;
  verdict: LedgerVerdict;
  /** Holds while nobody else has committed; part of every statement. */
  guard: string;
}

/** The statements that move the staged rows into the table, after the ledger has been locked. */
export function writeSqls(scope: Scope, write: Write): string[] {
  if (scope.context.mode === 'merge') {
    return mergeSqls(scope, write);
  }
  if (write.verdict === 'load') {
    return [insertSql(scope, write)];
  }
  return scope.context.key.length === 0 ? [] : [insertMissingSql(scope, write, write.stage)];
}

const targetsOf = ({ columns }: Layout): string => quoteList(columns.map(({ target }) => target));
const valuesOf = ({ columns }: Layout): string => columns.map(({ value }) => value).join(', ');

function insertSql({ names }: Scope, { layout, stage, guard }: Write): string {
  return `INSERT INTO ${names.target} (${targetsOf(layout)}) SELECT ${valuesOf(layout)} FROM ${stage} WHERE ${guard}`;
}

/** Adds the rows whose key is not in the table. */
function insertMissingSql({ names, context }: Scope, { layout, guard }: Write, from: string): string {
  const there = columnsNamed(layout, context.key).map(({ target, value }) => `existing.${quote(target)} = ${value}`);
  return `INSERT INTO ${names.target} (${targetsOf(layout)}) SELECT ${valuesOf(layout)} FROM ${from} AS staged
    WHERE ${guard} AND NOT EXISTS (SELECT 1 FROM ${names.target} AS existing WHERE ${there.join(' AND ')})`;
}

/**
 * Redshift's MERGE takes no condition after MATCHED, so a version guard needs these two. Columns that only the table
 * has keep their values. Of the rows with one key the greatest version wins, then the greatest of the other values, so
 * that it is the same row each time.
 */
function mergeSqls(scope: Scope, write: Write): string[] {
  const { layout, guard } = write;
  const winners = `(SELECT * FROM (SELECT *, ROW_NUMBER() OVER (${ranking(scope, layout)}) AS sluice_rank FROM ${write.stage}) AS ranked
      WHERE sluice_rank = 1)`;
  const { context, names } = scope;
  const key = columnsNamed(layout, context.key);
  const rest = layout.columns.filter((column) => !key.includes(column));
  const own = (column: StageColumn): string => `${names.target}.${quote(column.target)}`;
  const matches = key.map((column) => `${own(column)} = ${column.value}`).join(' AND ');
  const newer = columnsNamed(layout, versionOf(scope)).map(
    (column) => ` AND (${own(column)} IS NULL OR ${own(column)} < ${column.value})`,
  );
  const set = rest.map(({ target, value }) => `${quote(target)} = ${value}`).join(', ');
  const update = `UPDATE ${names.target} SET ${set} FROM ${winners} AS staged WHERE ${matches}${newer.join('')} AND ${guard}`;
  return [...(rest.length === 0 ? [] : [update]), insertMissingSql(scope, write, winners)];
}

const versionOf = ({ context }: Scope): string[] =>
  context.versionColumn === undefined ? [] : [context.versionColumn];

/** Staged columns are numbers, times, text and bytes: all of them can be ordered. */
function ranking(scope: Scope, layout: Layout): string {
  const key = columnsNamed(layout, scope.context.key);
  const version = columnsNamed(layout, versionOf(scope));
  const rest = layout.columns.filter((column) => !key.includes(column) && !version.includes(column));
  const order = [...version, ...rest].map(({ name }) => `${quote(name)} DESC NULLS LAST`);
  return `PARTITION BY ${quoteList(key.map(({ name }) => name))}${order.length > 0 ? ` ORDER BY ${order.join(', ')}` : ''}`;
}

function columnsNamed({ columns }: Layout, sources: readonly string[]): StageColumn[] {
  return sources.flatMap((source) => columns.find((column) => column.source === source) ?? []);
}
