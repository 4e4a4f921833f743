import { SluiceError } from '../../core/errors.ts';
import type { Column } from '../../core/columns.ts';
import type { SqlFragment } from '../../core/filters.ts';
import type { ModelColumn } from '../../core/models.ts';
import { queryModelProblem, type QueryModel } from '../../core/query-model.ts';
import type { WriteMode } from '../../core/write-modes.ts';
import type { ClickHouse } from '../client.ts';
import { quoteName } from '../sql.ts';
import { compileUserQuery, type QueryScope } from '../user-sql/compile.ts';
import { columnsFault, describeQuery } from '../user-sql/describe.ts';
import { assertEngineAgrees } from '../user-sql/engine-check.ts';
import { asCustomersFault, customersFault } from '../user-sql/faults.ts';
import { limitSettings, RUN_LIMITS, STREAM_LIMITS } from '../user-sql/limits.ts';
import { rowWidth } from '../user-sql/row-width.ts';
import type { ExportPlan } from '../plan.ts';
import type { ExportModel, Relation, SelectRequest, SelectStatement } from './model.ts';

/** The rows of a customer's query over one interval. */
export async function sqlModel(
  ch: ClickHouse,
  query: QueryModel,
  { scope, mode }: { scope: QueryScope; mode: WriteMode },
): Promise<ExportModel> {
  const compiled = compileUserQuery(query.text, ch.database, scope);
  await assertEngineAgrees(ch, compiled);
  const columns = await describeQuery(ch, compiled, RUN_LIMITS);
  const problem = queryModelProblem(query, columns, mode);
  if (problem !== undefined) {
    throw columnsFault(problem.message, problem.remedy);
  }
  const named = columns.map((column, index) => ({ ...column, sql: `__c${String(index)}` }));
  return {
    name: 'sql',
    columns: named,
    params: {},
    key: query.key,
    versionColumn: query.versionColumn ?? undefined,
    relation: relationOf(compiled, named, query.key),
  };
}

type NamedColumn = ModelColumn & { sql: string };

/**
 * The relation's columns have names of ours (`__c0`, …), which no query can contain: whatever its columns are called,
 * no alias of an encoding can take another column's place.
 */
function relationOf(compiled: SqlFragment, columns: readonly NamedColumn[], key: readonly string[]): Relation {
  const list = columns.map((column) => `${normalized(column)} AS ${column.sql}`).join(', ');
  const rows = { sql: `SELECT ${list} FROM (${compiled.sql})`, params: compiled.params };
  const keyColumns = columns.filter(({ name }) => key.includes(name));
  const identity = `tuple(${listOf(identityOf(columns, keyColumns))})`;
  const bytes = rowWidth(columns);
  return {
    plan: (ch, scope, _options, signal) =>
      planWhole(ch, { rows, columns, keyColumns, bytes, range: scope.range }, signal),
    rowBytes: () => Promise.resolve(bytes),
    select: (_ch, request) => Promise.resolve(selectFrom(rows, request)),
    rowHash: `cityHash64(${identity})`,
    record: {
      // Equal rows are several rows: each needs a uuid of its own, the same at every attempt.
      uuid: `reinterpret(sipHash128(${identity}, row_number() OVER (PARTITION BY ${identity})), 'UUID')`,
      insertedAt: "{interval_end:DateTime64(6, 'UTC')}",
      event: "''",
    },
  };
}

function listOf(columns: readonly NamedColumn[]): string {
  return columns.map(({ sql }) => sql).join(', ');
}

/** Moments in UTC, whatever zone the query gave them: their text would be local time. */
function normalized({ name, type }: Column): string {
  return type.kind === 'timestamp' ? `toTimezone(${quoteName(name)}, 'UTC')` : quoteName(name);
}

/** Sums of floats differ in their last bits from run to run, so they tell rows apart only where nothing else does. */
function identityOf(columns: readonly NamedColumn[], keyColumns: readonly NamedColumn[]): readonly NamedColumn[] {
  if (keyColumns.length > 0) {
    return keyColumns;
  }
  const exact = columns.filter(({ type }) => type.kind !== 'float');
  return exact.length > 0 ? exact : columns;
}

function selectFrom({ sql, params }: SqlFragment, { columns, where }: SelectRequest): SelectStatement {
  return {
    sql: `SELECT ${columns} FROM (${sql})${where === undefined ? '' : ` WHERE ${where}`}`,
    params,
    settings: limitSettings(STREAM_LIMITS),
    faultOf: customersFault,
  };
}

interface Whole {
  rows: SqlFragment;
  columns: readonly NamedColumn[];
  keyColumns: readonly NamedColumn[];
  bytes: number;
  range: QueryScope['range'];
}

/**
 * One chunk: a part of a query's rows can only be had by running all of it, and parts of two runs do not make one
 * result when the query is not exact. Refuses rows that share a key.
 */
async function planWhole(ch: ClickHouse, whole: Whole, signal?: AbortSignal): Promise<ExportPlan> {
  const rows = await countWhole(ch, whole, signal);
  if (rows === 0) {
    return { rows: 0, bytes: 0, chunks: [] };
  }
  return { rows, bytes: rows * whole.bytes, chunks: [{ ...whole.range, expectedRows: rows }] };
}

async function countWhole(ch: ClickHouse, whole: Whole, signal?: AbortSignal): Promise<number> {
  const [row] = await asCustomersFault(() =>
    ch.rows<{ rows: number; most: number }>({
      sql: countSql(whole),
      params: whole.rows.params,
      settings: limitSettings(RUN_LIMITS),
      ...(signal && { signal }),
    }),
  );
  if (whole.keyColumns.length > 0 && (row?.most ?? 0) > 1) {
    throw keyTwice(whole.keyColumns);
  }
  return row?.rows ?? 0;
}

/** The hash makes the engine compute every column: a text that is no number is found here, not in the middle of a file. */
function countSql({ rows, columns, keyColumns }: Whole): string {
  const hash = `cityHash64(tuple(${listOf(columns)}))`;
  const groups = keyColumns.length === 0 ? '' : `GROUP BY ${listOf(keyColumns)}`;
  return `SELECT sum(__rows) AS rows, max(__rows) AS most, toString(sum(__hash)) AS hash FROM
    (SELECT count() AS __rows, sum(${hash}) AS __hash FROM (${rows.sql}) ${groups})`;
}

function keyTwice(keyColumns: readonly Column[]): SluiceError {
  return new SluiceError({
    code: 'query_key_not_unique',
    message: `rows of the query share a value of the key (${keyColumns.map(({ name }) => name).join(', ')})`,
    retryable: false,
    fault: 'customer',
    remedy: 'Group by the key, or take one row of each with LIMIT 1 BY.',
  });
}
