import type { Column } from '../../core/columns.ts';
import type { ClickHouse } from '../client.ts';
import { compileUserQuery, type QueryScope } from './compile.ts';
import { countQueryRows } from './count-rows.ts';
import { describeQuery } from './describe.ts';
import { assertEngineAgrees } from './engine-check.ts';
import { asCustomersFault } from './faults.ts';
import { CHECK_LIMITS, limitSettings } from './limits.ts';

interface QueryCheck {
  columns: Column[];
  /** The first rows; 64-bit integers are text. */
  sample: Record<string, unknown>[];
  /** Rows over the interval; null: too much to be counted in passing. */
  rows: number | null;
  rowsRead: number;
  bytesRead: number;
}

/** The columns of a query, without running it. Throws query_refused, query_invalid or query_columns_unusable. */
async function queryColumns(ch: ClickHouse, text: string, scope: QueryScope): Promise<Column[]> {
  const compiled = compileUserQuery(text, ch.database, scope);
  await assertEngineAgrees(ch, compiled);
  return describeQuery(ch, compiled, CHECK_LIMITS);
}

/** Tries a query under the limits of a check. Throws what queryColumns does, and query_limit_exceeded. */
async function checkQuery(
  ch: ClickHouse,
  text: string,
  { scope, sampleRows }: { scope: QueryScope; sampleRows: number },
): Promise<QueryCheck> {
  const columns = await queryColumns(ch, text, scope);
  const { sql, params } = compileUserQuery(text, ch.database, scope);
  const { rows: first, ...read } = await asCustomersFault(() =>
    ch.measuredRows<Record<string, unknown>>({
      sql: `SELECT * FROM (${sql}) LIMIT ${String(sampleRows)}`,
      params,
      settings: { ...limitSettings(CHECK_LIMITS), output_format_json_quote_64bit_integers: 1 },
    }),
  );
  return { columns, sample: first, rows: await countQueryRows(ch, text, scope), ...read };
}

/** Both as the API asks for them. */
export function queryChecks(ch: ClickHouse): {
  columns(query: ToCheck): Promise<Column[]>;
  check(query: ToCheck & { sampleRows: number }): Promise<QueryCheck>;
} {
  return {
    columns: ({ text, ...scope }) => queryColumns(ch, text, scope),
    check: ({ text, sampleRows, ...scope }) => checkQuery(ch, text, { scope, sampleRows }),
  };
}

interface ToCheck extends QueryScope {
  text: string;
}
