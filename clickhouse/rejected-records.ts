import { EVENT_COLUMNS } from '../core/columns.ts';
import { canReject, type SourceEncoding } from '../core/encoding.ts';
import type { Micros } from '../core/time.ts';
import type { ClickHouse } from './client.ts';
import { encodeColumns } from './encode-columns.ts';
import { duplicatesOf, selectFirstArrivals } from './first-arrivals.ts';
import { longText } from './read-chunk.ts';
import type { ExportScope, PlannedChunk } from './scope.ts';
import { microsSql, quoteName } from './sql.ts';

/** Where a chunk belongs: what is set aside is replaced when the chunk is read again, and told apart from later plans. */
export interface ChunkOfRun {
  exportId: string;
  generation: number;
  index: number;
}

/**
 * Sets the records of a chunk aside that the encoding refuses; to be called before the chunk is opened with the same
 * encoding. Idempotent. Inside ClickHouse: no row comes here.
 */
export async function setRejectedAside(
  ch: ClickHouse,
  { scope, chunk, of }: { scope: ExportScope; chunk: PlannedChunk; of: ChunkOfRun },
  encoding: SourceEncoding,
  signal: AbortSignal,
): Promise<void> {
  const { refusal } = encodeColumns(encoding, EVENT_COLUMNS);
  if (!canReject(encoding) || refusal === undefined) {
    return;
  }
  const duplicates = await duplicatesOf(ch, scope, { fresh: false });
  const select = selectFirstArrivals(SET_ASIDE(refusal), { scope, chunk, duplicates, where: `${refusal} != ''` });
  await ch.command({
    sql: `INSERT INTO rejected_records (${TARGET}) ${select.sql}`,
    params: {
      ...select.params,
      export: of.exportId,
      generation: of.generation,
      chunk: of.index,
      end: scope.range.endMicros,
    },
    settings: longText(select.sql),
    signal,
  });
}

const TARGET = 'team_id, export_id, interval_end, generation, chunk, uuid, inserted_at, event, reason, record';
const RECORD = EVENT_COLUMNS.map(({ name }) => quoteName(name)).join(', ');
const SET_ASIDE = (refusal: string): string => `team_id, {export:UUID} AS export_id,
  fromUnixTimestamp64Micro({end:Int64}, 'UTC') AS interval_end, {generation:UInt32} AS generation, {chunk:UInt32} AS chunk,
  uuid, inserted_at, event, ${refusal} AS reason, formatRowNoNewline('JSONEachRow', ${RECORD}) AS record`;

/** Records set aside for one plan of an interval. */
export async function countRejected(
  ch: ClickHouse,
  key: { teamId: number; exportId: string; endMicros: Micros; generation: number },
  signal?: AbortSignal,
): Promise<number> {
  const [row] = await ch.rows<{ rows: number }>({
    sql: `SELECT uniqExact(inserted_at, uuid) AS rows FROM rejected_records WHERE team_id = {team:UInt32}
      AND export_id = {export:UUID} AND interval_end = ${microsSql(key.endMicros)} AND generation = {generation:UInt32}`,
    params: { team: key.teamId, export: key.exportId, generation: key.generation },
    ...(signal && { signal }),
  });
  return row?.rows ?? 0;
}
