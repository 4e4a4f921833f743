import { canReject, type SourceEncoding } from '../core/encoding.ts';
import { microsOf, type Micros } from '../core/time.ts';
import type { ClickHouse } from './client.ts';
import { encodeColumns } from './encode-columns.ts';
import type { ExportModel, ExportScope } from './models/model.ts';
import type { PlannedChunk } from './scope.ts';
import { microsSql, quoteName } from './sql.ts';

/** Where a chunk belongs: what is set aside is replaced when the chunk is read again, and told apart from later plans. */
export interface ChunkOfRun {
  exportId: string;
  generation: number;
  index: number;
}

/**
 * Sets the records of a chunk aside that the encoding refuses; to be called before the chunk is opened with the same
 * encoding. Returns how many are aside now. Idempotent. Inside ClickHouse: no row comes here.
 */
export async function setRejectedAside(
  ch: ClickHouse,
  { scope, chunk, of }: { scope: ExportScope; chunk: PlannedChunk; of: ChunkOfRun },
  encoding: SourceEncoding,
  signal: AbortSignal,
): Promise<number> {
  const { model } = scope;
  const { refusal } = encodeColumns(encoding, model.columns);
  if (!canReject(encoding) || refusal === undefined) {
    return 0;
  }
  const columns = asideColumns(model, refusal);
  const select = await model.relation.select(ch, { scope, chunk, columns, where: `${refusal} != ''`, fresh: false });
  await ch.command({
    sql: `INSERT INTO rejected_records (${TARGET}) ${select.sql}`,
    params: {
      ...select.params,
      ...model.params,
      team: scope.teamId,
      export: of.exportId,
      generation: of.generation,
      chunk: of.index,
      end: scope.range.endMicros,
    },
    settings: select.settings,
    signal,
  });
  const key = { ...of, teamId: scope.teamId, endMicros: scope.range.endMicros, chunk: of.index };
  return countRejected(ch, key, signal);
}

const TARGET = 'team_id, export_id, interval_end, generation, chunk, uuid, inserted_at, event, reason, record';

/** Values of TARGET, by position. The record has what the export would have given away, no more. */
function asideColumns({ columns, relation }: ExportModel, refusal: string): string {
  const { uuid, insertedAt, event } = relation.record;
  const values = columns.map(({ name, sql }) => `${sql ?? quoteName(name)} AS ${quoteName(name)}`);
  return `{team:UInt32}, {export:UUID}, fromUnixTimestamp64Micro({end:Int64}, 'UTC'), {generation:UInt32}, {chunk:UInt32},
    ${uuid}, ${insertedAt}, ${event}, ${refusal}, formatRowNoNewline('JSONEachRow', ${values.join(', ')})`;
}

/** Records set aside for one plan of an interval, or for one of its chunks. */
export async function countRejected(
  ch: ClickHouse,
  key: { teamId: number; exportId: string; endMicros: Micros; generation: number; chunk?: number },
  signal?: AbortSignal,
): Promise<number> {
  const chunk = key.chunk === undefined ? '' : 'AND chunk = {chunk:UInt32}';
  const [row] = await ch.rows<{ rows: number }>({
    sql: `SELECT uniqExact(inserted_at, uuid) AS rows FROM rejected_records WHERE team_id = {team:UInt32}
      AND export_id = {export:UUID} AND interval_end = ${microsSql(key.endMicros)} AND generation = {generation:UInt32} ${chunk}`,
    params: {
      team: key.teamId,
      export: key.exportId,
      generation: key.generation,
      ...(key.chunk !== undefined && { chunk: key.chunk }),
    },
    ...(signal && { signal }),
  });
  return row?.rows ?? 0;
}

/** A record that a destination could not hold. */
export interface RejectedRecord {
  uuid: string;
  event: string;
  insertedAt: Date;
  intervalEnd: Date;
  /** `<column> <reason>`; the reasons are those of core/encoding.ts. */
  reason: string;
  /** The row as one JSON object. */
  record: string;
  rejectedAt: Date;
}

/** Order of a list of rejected records. */
export type RejectedPosition = Pick<RejectedRecord, 'intervalEnd' | 'uuid'>;

/** Records of an export that stayed out in the latest plan of their interval; newest interval first. */
export async function listRejected(
  ch: ClickHouse,
  query: { teamId: number; exportId: string; limit: number; before?: RejectedPosition },
): Promise<RejectedRecord[]> {
  const { before } = query;
  const after = before
    ? `AND (interval_end, toString(uuid)) < (${microsSql(microsOf(before.intervalEnd))}, {uuid:String})`
    : '';
  const rows = await ch.rows<
    Record<'uuid' | 'event' | 'reason' | 'record', string> & Record<'inserted' | 'ended' | 'rejected', number>
  >({
    sql: `SELECT toString(uuid) AS uuid, event, reason, record, toUnixTimestamp64Milli(inserted_at) AS inserted,
        toUnixTimestamp64Milli(interval_end) AS ended, toUnixTimestamp64Milli(rejected_at) AS rejected
      FROM rejected_records FINAL WHERE ${LATEST_PLAN} ${after}
      ORDER BY rejected_records.interval_end DESC, toString(rejected_records.uuid) DESC LIMIT {limit:UInt32}`,
    params: { team: query.teamId, export: query.exportId, limit: query.limit, ...(before && { uuid: before.uuid }) },
  });
  return rows.map(({ inserted, ended, rejected, ...row }) => ({
    ...row,
    insertedAt: new Date(inserted),
    intervalEnd: new Date(ended),
    rejectedAt: new Date(rejected),
  }));
}

/** Ends of the intervals that have such records, oldest first. */
export async function rejectedIntervals(
  ch: ClickHouse,
  query: { teamId: number; exportId: string; limit: number },
): Promise<{ intervalEnd: Date; records: number }[]> {
  const rows = await ch.rows<{ ended: number; records: number }>({
    sql: `SELECT toUnixTimestamp64Milli(interval_end) AS ended, uniqExact(inserted_at, uuid) AS records
      FROM rejected_records WHERE ${LATEST_PLAN} GROUP BY interval_end ORDER BY interval_end LIMIT {limit:UInt32}`,
    params: { team: query.teamId, export: query.exportId, limit: query.limit },
  });
  return rows.map(({ ended, records }) => ({ intervalEnd: new Date(ended), records }));
}

const OF_EXPORT = 'team_id = {team:UInt32} AND export_id = {export:UUID}';
const LATEST_PLAN = `${OF_EXPORT} AND (interval_end, generation) IN
  (SELECT interval_end, max(generation) FROM rejected_records WHERE ${OF_EXPORT} GROUP BY interval_end)`;
