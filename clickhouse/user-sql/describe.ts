import { SluiceError } from '../../core/errors.ts';
import type { Column } from '../../core/columns.ts';
import type { SqlFragment } from '../../core/filters.ts';
import type { ClickHouse } from '../client.ts';
import { asCustomersFault } from './faults.ts';
import { limitSettings, type QueryLimits } from './limits.ts';
import { resultColumn, type DescribedColumn } from './result-columns.ts';

const MAX_COLUMNS = 500;

/** Names and types of what a compiled query gives. Throws query_invalid when the engine cannot make sense of it. */
export async function describeQuery(
  ch: ClickHouse,
  { sql, params }: SqlFragment,
  limits: QueryLimits,
  signal?: AbortSignal,
): Promise<Column[]> {
  const described = await asCustomersFault(() =>
    ch.rows<DescribedColumn>({
      sql: `DESCRIBE TABLE (${sql})`,
      params,
      settings: limitSettings(limits),
      ...(signal && { signal }),
    }),
  );
  const columns = described.map(exportable);
  assertNames(columns);
  return columns;
}

function exportable(described: DescribedColumn): Column {
  const found = resultColumn(described);
  if ('column' in found) {
    return found.column;
  }
  throw columnsFault(found.problem, found.remedy);
}

/** Some destinations compare names without regard to case. */
function assertNames(columns: readonly Column[]): void {
  const names = columns.map(({ name }) => name.toLowerCase());
  const twice = columns.find(({ name }, index) => names.indexOf(name.toLowerCase()) !== index);
  if (twice !== undefined) {
    throw columnsFault(
      `two columns are called ${JSON.stringify(twice.name)}`,
      'Give one of them another name with AS.',
    );
  }
  if (columns.length > MAX_COLUMNS) {
    throw columnsFault(`the query has ${String(columns.length)} columns`, `Select at most ${String(MAX_COLUMNS)}.`);
  }
}

export function columnsFault(message: string, remedy: string): SluiceError {
  return new SluiceError({ code: 'query_columns_unusable', message, retryable: false, fault: 'customer', remedy });
}
