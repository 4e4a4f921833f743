import type { ClickHouseSettings } from '@clickhouse/client';
import { EVENT_COLUMNS } from '../core/columns.ts';
import type { SourceEncoding } from '../core/encoding.ts';
import type { ClickHouse } from './client.ts';
import { encodeColumns } from './encode-columns.ts';
import { duplicatesOf, selectFirstArrivals } from './first-arrivals.ts';
import { openEncoded, type OpenOptions } from './read-encoded.ts';
import type { ExportScope, PlannedChunk } from './scope.ts';
import type { SourceStream } from './source-stream.ts';

export type { SourceStream } from './source-stream.ts';

export interface ChunkToOpen {
  scope: ExportScope;
  chunk: PlannedChunk;
  /** Nothing of the chunk was set aside: the rules need not be asked again. */
  allFit?: boolean;
}

/** Opens one chunk from its beginning: first arrivals only, without those that break a rule of the encoding. */
export async function openChunk(
  ch: ClickHouse,
  { scope, chunk, allFit = false }: ChunkToOpen,
  encoding: SourceEncoding,
  options: OpenOptions,
  signal: AbortSignal,
): Promise<SourceStream> {
  const duplicates = await duplicatesOf(ch, scope, { fresh: false });
  signal.throwIfAborted();
  const { columns, refusal } = encodeColumns(encoding, EVENT_COLUMNS);
  const where = refusal === undefined || allFit ? undefined : `${refusal} = ''`;
  const select = selectFirstArrivals(columns, { scope, chunk, duplicates, where });
  return openEncoded(ch, { ...select, settings: longText(select.sql) }, encoding, options, signal);
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
export function longText(sql: string): ClickHouseSettings {
  return sql.length < 200_000
    ? {}
    : { max_query_size: String(sql.length * 2), max_ast_elements: '50000000', max_expanded_ast_elements: '50000000' };
}
