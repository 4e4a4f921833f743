import { stat } from 'node:fs/promises';
import type { ClickHouse } from '../clickhouse/client.ts';
import { selectFirstArrivals } from '../clickhouse/first-arrivals.ts';
import type { EventScope } from '../clickhouse/plan.ts';
import { encodeColumns } from '../clickhouse/encode-columns.ts';
import { encodingSettings, FORMAT_NAMES } from '../clickhouse/read-encoded.ts';
import { EVENT_COLUMNS } from '../core/columns.ts';
import type { SourceEncoding } from '../core/encoding.ts';

/**
 * The physical limit of an export: ClickHouse itself writes the very query of a chunk, over all rows, with the same
 * encoding, into a local file that is not there yet. No network, no worker, no other process. Answers milliseconds and
 * bytes.
 */
export async function engineWritesFile(
  clickhouse: ClickHouse,
  scope: EventScope,
  encoding: SourceEncoding,
  path: string,
): Promise<{ ms: number; bytes: number }> {
  const chunk = { ...scope.range, expectedRows: 0 };
  const settings = encodingSettings(encoding);
  const { columns, refusal } = encodeColumns(encoding, EVENT_COLUMNS);
  const select = selectFirstArrivals(columns, {
    scope,
    chunk,
    duplicates: { late: [], twins: [], many: false },
    where: refusal === undefined ? undefined : `${refusal} = ''`,
  });
  const startedMs = performance.now();
  await clickhouse.command({
    sql: `INSERT INTO FUNCTION ${fileFunction(encoding, path)} ${select.sql}`,
    params: select.params,
    settings: { ...settings, output_format_compression_level: settings.http_zlib_compression_level ?? '3' },
  });
  return { ms: performance.now() - startedMs, bytes: (await stat(path)).size };
}

/** Parquet and Arrow compress inside. */
function fileFunction({ fileFormat, compression }: SourceEncoding, path: string): string {
  const whole = fileFormat === 'parquet' || fileFormat === 'arrow' ? '' : `, 'auto', '${compression}'`;
  return `file('${path}', '${FORMAT_NAMES[fileFormat]}'${whole})`;
}
