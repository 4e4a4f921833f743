import type { SourceEncoding } from '../core/encoding.ts';
import type { ClickHouse } from './client.ts';
import { encodeColumns } from './encode-columns.ts';
import type { ExportScope } from './models/model.ts';
import { openEncoded, type OpenOptions } from './read-encoded.ts';
import type { PlannedChunk } from './scope.ts';
import type { SourceStream } from './source-stream.ts';

export type { SourceStream } from './source-stream.ts';

export interface ChunkToOpen {
  scope: ExportScope;
  chunk: PlannedChunk;
  /** Nothing of the chunk was set aside: the rules need not be asked again. */
  allFit?: boolean;
  /** At most so many rows, whichever come first. */
  firstRows?: number;
}

/** Opens one chunk from its beginning: the model's rows, each once, without those that break a rule of the encoding. */
export async function openChunk(
  ch: ClickHouse,
  { scope, chunk, allFit = false, firstRows }: ChunkToOpen,
  encoding: SourceEncoding,
  options: OpenOptions,
  signal: AbortSignal,
): Promise<SourceStream> {
  const { relation, columns: chosen, params } = scope.model;
  const { columns, refusal } = encodeColumns(encoding, chosen);
  const where = refusal === undefined || allFit ? undefined : `${refusal} = ''`;
  const select = await relation.select(ch, { scope, chunk, columns, where, fresh: false });
  signal.throwIfAborted();
  const sql = firstRows === undefined ? select.sql : `SELECT * FROM (${select.sql}) LIMIT ${String(firstRows)}`;
  return openEncoded(ch, { ...select, sql, params: { ...select.params, ...params } }, encoding, options, signal);
}

/** Rows and hash of what an export of the scope holds now, whatever an earlier chunk has found out. */
export async function countRows(
  ch: ClickHouse,
  scope: ExportScope,
  signal: AbortSignal,
): Promise<{ rows: number; hash: string }> {
  const { relation } = scope.model;
  const chunk = { ...scope.range, expectedRows: 0 };
  const columns = `${relation.rowHash} AS row_hash`;
  const { sql, params, settings } = await relation.select(ch, { scope, chunk, columns, fresh: true });
  const [row] = await ch.rows<{ rows: number; hash: string }>({
    sql: `SELECT count() AS rows, toString(sum(row_hash)) AS hash FROM (${sql})`,
    params,
    settings,
    signal,
  });
  return row ?? { rows: 0, hash: '0' };
}
