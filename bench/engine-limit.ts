import { rm, stat } from 'node:fs/promises';
import type { ClickHouse } from '../clickhouse/client.ts';
import { selectFirstArrivals } from '../clickhouse/first-arrivals.ts';
import type { ExportScope } from '../clickhouse/plan.ts';
import { EXPORT_COLUMNS, FORMAT_SETTINGS } from '../clickhouse/read-chunk.ts';
import type { OutputFormat } from '../core/formats.ts';

/** Same level as the worker's own gzip. */
const GZIP_LEVEL = 3;

/**
 * The physical limit of an export: ClickHouse itself writes the very query of a chunk, over all rows, with the same
 * encoding, into a local file. No network, no worker, no other process. Answers milliseconds and bytes.
 */
export async function engineWritesFile(
  clickhouse: ClickHouse,
  scope: ExportScope,
  format: OutputFormat,
  path: string,
): Promise<{ ms: number; bytes: number }> {
  const chunk = { ...scope.range, expectedRows: 0 };
  const select = selectFirstArrivals(EXPORT_COLUMNS, {
    scope,
    chunk,
    duplicates: { late: [], twins: [], many: false },
  });
  const target =
    format.fileFormat === 'parquet'
      ? `file('${path}', 'Parquet')`
      : `file('${path}', 'JSONEachRow', 'auto', '${format.compression}')`;
  const startedMs = performance.now();
  await clickhouse.command({
    sql: `INSERT INTO FUNCTION ${target} ${select.sql}`,
    params: select.params,
    settings: { ...FORMAT_SETTINGS, output_format_compression_level: String(GZIP_LEVEL) },
  });
  const ms = performance.now() - startedMs;
  const { size } = await stat(path);
  await rm(path);
  return { ms, bytes: size };
}
