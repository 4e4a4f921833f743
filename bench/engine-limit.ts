import { rm, stat } from 'node:fs/promises';
import type { ClickHouse } from '../clickhouse/client.ts';
import { selectFirstArrivals } from '../clickhouse/first-arrivals.ts';
import type { ExportScope } from '../clickhouse/plan.ts';
import { encodeColumns } from '../clickhouse/encode-columns.ts';
import { encodingSettings } from '../clickhouse/read-encoded.ts';
import { EVENT_COLUMNS } from '../core/columns.ts';
import type { OutputFormat } from '../core/formats.ts';
import { fileEncoding } from '../destinations/file-encoding.ts';

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
  const encoding = fileEncoding(format, EVENT_COLUMNS);
  const settings = encodingSettings(encoding);
  const select = selectFirstArrivals(encodeColumns(encoding, EVENT_COLUMNS).columns, {
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
    settings: { ...settings, output_format_compression_level: settings.http_zlib_compression_level ?? '3' },
  });
  const ms = performance.now() - startedMs;
  const { size } = await stat(path);
  await rm(path);
  return { ms, bytes: size };
}
