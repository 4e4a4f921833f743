import type { ClickHouseSettings } from '@clickhouse/client';
import type { OutputFormat } from '../core/formats.ts';
import type { ClickHouse } from './client.ts';
import { duplicatesOf, selectFirstArrivals } from './first-arrivals.ts';
import { type ExportScope, type PlannedChunk } from './scope.ts';
import { checkedStream, gzipped, type RawStream, type SourceStream } from './source-stream.ts';
import { createStreamCheck } from './stream-checks.ts';

export type { SourceStream } from './source-stream.ts';

export interface OpenChunkOptions {
  /** Live runs never wait for a backfill: it gets one thread, low priority and less memory. */
  profile: 'live' | 'backfill';
  /** Unique per call; the query is killed by it when the reader goes away. */
  queryId: string;
}

/**
 * What an exported row holds, in this order. The two JSON columns are text in every format, exactly as captured;
 * uuids are text; times are microseconds UTC (a timestamp in Parquet, RFC 3339 in JSON lines).
 */
export const EXPORT_COLUMNS = `toString(uuid) AS uuid, toString(event) AS event, distinct_id, toString(person_id) AS person_id,
  properties, person_properties, timestamp, inserted_at, created_at, team_id`;

const GIB = 1024 ** 3;
const PROFILES: Record<OpenChunkOptions['profile'], ClickHouseSettings> = {
  live: { max_memory_usage: String(4 * GIB) },
  // Lower numbers go first; 0, the default, is not held back by anyone.
  backfill: { max_threads: 1, priority: '10', max_memory_usage: String(GIB) },
};

/** How every file is encoded, whatever the profile. */
export const FORMAT_SETTINGS: ClickHouseSettings = {
  date_time_output_format: 'iso',
  output_format_json_escape_forward_slashes: 0,
  output_format_parquet_string_as_string: 1,
  output_format_parquet_compression_method: 'zstd',
  // A row group is what a reader has to hold: about 64 MiB instead of 512.
  output_format_parquet_row_group_size_bytes: String(64 * 1024 * 1024),
  // An error must not look like one more row.
  http_write_exception_in_output_format: 0,
  wait_end_of_query: 0,
  max_execution_time: 0,
};

/** Opens one chunk from its beginning: first arrivals only, encoded by ClickHouse, counted and checked as it passes. */
export async function openChunk(
  ch: ClickHouse,
  scope: ExportScope,
  chunk: PlannedChunk,
  format: OutputFormat,
  options: OpenChunkOptions,
  signal: AbortSignal,
): Promise<SourceStream> {
  const duplicates = await duplicatesOf(ch, scope, { fresh: false });
  signal.throwIfAborted();
  const select = selectFirstArrivals(EXPORT_COLUMNS, { scope, chunk, duplicates });
  const raw = await ch.stream({
    sql: `${select.sql} FORMAT ${format.fileFormat === 'parquet' ? 'Parquet' : 'JSONEachRow'}`,
    params: select.params,
    settings: { ...FORMAT_SETTINGS, ...PROFILES[options.profile], ...longText(select.sql) },
    queryId: options.queryId,
    signal,
  });
  const stream = checkedStream(raw, createStreamCheck(format.fileFormat), {
    signal,
    release: killUnlessEnded(ch, raw, options.queryId, signal),
  });
  return format.fileFormat === 'jsonl' && format.compression === 'gzip' ? gzipped(stream) : stream;
}

/** Wires the abort signal to the open stream; the returned function unhooks it and stops a query nobody reads on. */
function killUnlessEnded(ch: ClickHouse, raw: RawStream, queryId: string, signal: AbortSignal): () => void {
  const stop = (): void => {
    raw.body.destroy(signal.reason as Error);
  };
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) {
    stop();
  }
  return () => {
    signal.removeEventListener('abort', stop);
    if (!raw.body.readableEnded) {
      void killQuery(ch, queryId);
    }
  };
}

/** Best effort: closing the connection ends most queries, this ends those that are not writing. */
async function killQuery(ch: ClickHouse, queryId: string): Promise<void> {
  try {
    await ch.command({
      sql: 'KILL QUERY WHERE query_id = {id:String} ASYNC',
      params: { id: queryId },
      signal: AbortSignal.timeout(5_000),
    });
  } catch {
    // The query ended by itself, or its server is gone.
  }
}

/** Rows and hash of what an export of the scope holds now; duplicates are looked for again. */
export async function countRows(
  ch: ClickHouse,
  scope: ExportScope,
  signal: AbortSignal,
): Promise<{ rows: number; hash: string }> {
  const duplicates = await duplicatesOf(ch, scope, { fresh: true });
  const chunk = { ...scope.range, expectedRows: 0 };
  const select = selectFirstArrivals('uuid', { scope, chunk, duplicates });
  const [row] = await ch.rows<{ rows: number; hash: string }>({
    sql: `SELECT count() AS rows, toString(sum(cityHash64(uuid))) AS hash FROM (${select.sql})`,
    params: select.params,
    settings: longText(select.sql),
    signal,
  });
  return row ?? { rows: 0, hash: '0' };
}

/** The server refuses statements over 256 KiB unless told otherwise; duplicates are named in the text. */
function longText(sql: string): ClickHouseSettings {
  return sql.length < 200_000
    ? {}
    : { max_query_size: String(sql.length * 2), max_ast_elements: '50000000', max_expanded_ast_elements: '50000000' };
}
