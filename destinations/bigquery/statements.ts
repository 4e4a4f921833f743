import type { TablePlan } from '../table/columns.ts';
import { INTERVAL } from './ledger.ts';
import { stagedName } from './load-chunk.ts';
import { quoteName } from './sql.ts';
import { moved } from './types.ts';

/** Text of the error by which the transaction says that the ledger's row is not as it was read. */
export const LEDGER_CHANGED = 'sluice: the ledger has changed';

/** Stages per statement; a query may name 1,000 tables. */
const STAGES_AT_ONCE = 500;

export interface Move {
  /** Qualified and quoted, like every table here. */
  target: string;
  ledger: string;
  stages: readonly string[];
  columns: TablePlan['columns'];
  /** Columns of the model. */
  key: readonly string[];
  versionColumn: string | undefined;
  /**
   * `add`: every staged row. `add_missing`: those whose key is not in the table. `merge`: by key, greater versions win.
   * `nothing`: only the ledger.
   */
  how: 'add' | 'add_missing' | 'merge' | 'nothing';
}

/**
 * The transaction that makes an interval visible. Its first statement changes the ledger's row, and only as it was
 * read (`@seen`): that is the lock and the fence in one. Parameters: those of the ledger's interval, seen, attempt,
 * generation, run, rows, bytes, files.
 */
export function moveScript(move: Move): string {
  // Rows are known beforehand, except for those that turn out to be missing.
  const rows = move.how === 'add_missing' || move.how === 'nothing' ? 'row_count' : '@rows';
  return [
    'DECLARE added INT64 DEFAULT 0;',
    'BEGIN TRANSACTION;',
    `UPDATE ${move.ledger} SET attempt = @attempt, generation = @generation, run_id = @run, committed = TRUE,`,
    `  row_count = ${rows}, byte_count = @bytes, file_count = @files WHERE ${INTERVAL} AND attempt = @seen;`,
    `IF NOT EXISTS (SELECT 1 FROM ${move.ledger} WHERE ${INTERVAL} AND attempt = @attempt) THEN`,
    `  RAISE USING MESSAGE = '${LEDGER_CHANGED}';`,
    'END IF;',
    ...batches(move.stages).map((stages) => STATEMENTS[move.how](move, sourceOf(move, stages))),
    ...(move.how === 'add_missing'
      ? [`UPDATE ${move.ledger} SET row_count = row_count + added WHERE ${INTERVAL};`]
      : []),
    'COMMIT TRANSACTION;',
  ].join('\n');
}

const STATEMENTS: Record<Move['how'], (move: Move, source: string) => string> = {
  nothing: () => '',
  add: ({ target, columns }, source) =>
    `INSERT INTO ${target} (${names(columns)}) SELECT ${names(columns)} FROM ${source};`,
  add_missing: (move, source) => {
    const { target, columns } = move;
    const missing = `FROM ${source} AS s WHERE NOT EXISTS (SELECT 1 FROM ${target} AS t WHERE ${sameKey(move)})`;
    return [
      `SET added = added + (SELECT COUNT(*) ${missing});`,
      `INSERT INTO ${target} (${names(columns)}) SELECT ${names(columns)} ${missing};`,
    ].join('\n');
  },
  merge,
};

/** A tie inside the interval is broken by the row's text, so that a repetition ends the same. */
function merge(move: Move, source: string): string {
  const { target, columns, key, versionColumn } = move;
  const version = nameOf(columns, versionColumn ?? '');
  const keys = key.map((column) => `r.${nameOf(columns, column)}`).join(', ');
  const newest = `ROW_NUMBER() OVER (PARTITION BY ${keys} ORDER BY r.${version} DESC, TO_JSON_STRING(r)) = 1`;
  const others = columns
    .filter(({ source: column }) => !key.includes(column))
    .map(({ target: { name } }) => quoteName(name));
  const all = columns.map(({ target: { name } }) => `s.${quoteName(name)}`).join(', ');
  return [
    `MERGE INTO ${target} AS t USING (SELECT * FROM ${source} AS r WHERE TRUE QUALIFY ${newest}) AS s ON ${sameKey(move)}`,
    `WHEN MATCHED AND (t.${version} IS NULL OR s.${version} > t.${version}) THEN`,
    `  UPDATE SET ${others.map((name) => `${name} = s.${name}`).join(', ')}`,
    `WHEN NOT MATCHED THEN INSERT (${names(columns)}) VALUES (${all});`,
  ].join('\n');
}

/** Staged rows under the table's names and types. */
function sourceOf({ columns }: Move, stages: readonly string[]): string {
  const list = columns.map(
    ({ target: { name, type } }, index) => `${moved(stagedName(index), type)} AS ${quoteName(name)}`,
  );
  const union = stages.map((stage) => `SELECT * FROM ${stage}`).join(' UNION ALL ');
  return `(SELECT ${list.join(', ')} FROM (${union}))`;
}

function sameKey({ columns, key }: Move): string {
  return key.map((column) => `t.${nameOf(columns, column)} = s.${nameOf(columns, column)}`).join(' AND ');
}

function names(columns: Move['columns']): string {
  return columns.map(({ target }) => quoteName(target.name)).join(', ');
}

/** The table's name for a column of the model, quoted. */
function nameOf(columns: Move['columns'], source: string): string {
  return quoteName(columns.find((column) => column.source === source)?.target.name ?? source);
}

function batches(stages: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(stages.length / STAGES_AT_ONCE) }, (_, index) =>
    stages.slice(index * STAGES_AT_ONCE, (index + 1) * STAGES_AT_ONCE),
  );
}
