import type { SourceEncoding } from '../core/encoding.ts';
import type { ClickHouse } from './client.ts';
import { encodeColumns } from './encode-columns.ts';
import type { ExportScope, SelectStatement } from './models/model.ts';
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
  const statement = { ...select, sql, params: { ...select.params, ...params } };
  try {
    return explained(await openEncoded(ch, statement, encoding, options, signal), select);
  } catch (error) {
    throw select.faultOf?.(error) ?? error;
  }
}

function explained(stream: SourceStream, { faultOf }: SelectStatement): SourceStream {
  if (faultOf === undefined) {
    return stream;
  }
  async function* body(): AsyncGenerator<Uint8Array> {
    try {
      yield* stream.body;
    } catch (error) {
      throw faultOf?.(error);
    }
  }
  return { body: body(), rows: () => stream.rows() };
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
  const { sql, params, settings, faultOf } = await relation.select(ch, { scope, chunk, columns, fresh: true });
  const statement = { sql: `SELECT count() AS rows, toString(sum(row_hash)) AS hash FROM (${sql})`, params, settings };
  try {
    const [row] = await ch.rows<{ rows: number; hash: string }>({ ...statement, signal });
    return row ?? { rows: 0, hash: '0' };
  } catch (error) {
    throw faultOf?.(error) ?? error;
  }
}
