import { DIGEST_BUCKETS, type BucketDigest } from '../core/digest.ts';
import type { Micros } from '../core/time.ts';
import type { ClickHouse } from './client.ts';
import { BUCKET, readDigests, SUMS } from './digests.ts';
import { duplicatesOf } from './first-arrivals.ts';
import { longText } from './long-text.ts';
import type { ExportScope, SelectStatement } from './models/model.ts';
import { EVENT_BUCKET, EVENT_HASH } from './scope.ts';
import { microsSql, quoteUuid } from './sql.ts';

/* Rows of an export of the event log, named and digested, to find out which of them are missing somewhere. */

/** Rows of one bucket that share an `inserted_at`. */
export interface GroupDigest extends BucketDigest {
  micros: Micros;
}

export interface RowDigest extends GroupDigest {
  uuid: string;
}

const MICROS = 'toUnixTimestamp64Micro(inserted_at)';
const HASHED = `uuid, inserted_at, ${EVENT_HASH} AS row_hash`;
/** What every database can compute: see `KeyDigest` in destinations/contract.ts. */
const KEY_HASH = 'reinterpretAsUInt64(reverse(substring(MD5(toString(uuid)), 1, 8)))';
const KEY_BUCKET = `toUInt32(bitShiftRight(${KEY_HASH}, 54))`;

/** What one insert brought has one `inserted_at`: rows that came late are looked for as groups first. */
export async function digestGroups(
  ch: ClickHouse,
  scope: ExportScope,
  buckets: readonly number[],
  signal: AbortSignal,
): Promise<GroupDigest[]> {
  const select = await selectRows(ch, scope, HASHED, `${EVENT_BUCKET} IN (${list(buckets)})`);
  const sql = `SELECT ${BUCKET} AS bucket, ${MICROS} AS micros, ${SUMS} FROM (${select.sql}) GROUP BY bucket, micros`;
  return readDigests<GroupDigest>(ch, { ...select, sql }, signal);
}

/** Single rows of the named buckets. */
export async function digestRows(
  ch: ClickHouse,
  scope: ExportScope,
  buckets: readonly number[],
  signal: AbortSignal,
): Promise<RowDigest[]> {
  const select = await selectRows(ch, scope, HASHED, `${EVENT_BUCKET} IN (${list(buckets)})`);
  const sql = `SELECT ${BUCKET} AS bucket, ${MICROS} AS micros, toString(uuid) AS uuid, 1 AS rows,
    toString(row_hash) AS hash FROM (${select.sql})`;
  return readDigests<RowDigest>(ch, { ...select, sql }, signal);
}

/** Stored rows that are not exported because their uuid arrived earlier, once each. */
export async function digestDuplicates(
  ch: ClickHouse,
  scope: ExportScope,
  signal: AbortSignal,
): Promise<(BucketDigest & { uuid: string })[]> {
  const { late } = await duplicatesOf(ch, scope, { fresh: false });
  if (late.length === 0) {
    return [];
  }
  const uuids = [...new Set(late.map(({ uuid }) => quoteUuid(uuid)))];
  const sql = `SELECT uuid AS text, toString(${EVENT_HASH}) AS hash, ${EVENT_BUCKET} AS bucket, 1 AS rows
    FROM (SELECT toUUID(arrayJoin([${uuids.join(',')}])) AS uuid)`;
  const rows = await readDigests<BucketDigest & { text: string }>(
    ch,
    { sql, params: {}, settings: longText(sql) },
    signal,
  );
  return rows.map(({ text, ...row }) => ({ ...row, uuid: text }));
}

/** Digest by key, comparable with a table's. Without the records that were set aside in the plan of `generation`. */
export async function digestKeys(
  ch: ClickHouse,
  scope: ExportScope,
  plan: PlanOfExport,
  signal: AbortSignal,
): Promise<BucketDigest[]> {
  const select = await selectRows(ch, scope, `uuid, ${KEY_HASH} AS row_hash`, fitting(scope));
  const sql = `SELECT toUInt32(bitShiftRight(row_hash, 54)) AS bucket, ${SUMS} FROM (${select.sql}) GROUP BY bucket`;
  return readDigests<BucketDigest>(ch, withPlan(select, sql, plan), signal);
}

/** `bucket` is that of the event's digest, not of its key's. */
export interface NamedRow {
  uuid: string;
  micros: Micros;
  bucket: number;
}

/** Keys in the named buckets of `digestKeys`. */
export async function readKeys(
  ch: ClickHouse,
  scope: ExportScope,
  { plan, buckets }: { plan: PlanOfExport; buckets: readonly number[] },
  signal: AbortSignal,
): Promise<NamedRow[]> {
  const where = `${fitting(scope)} AND ${KEY_BUCKET} IN (${list(buckets)})`;
  const select = await selectRows(ch, scope, 'uuid, inserted_at', where);
  const sql = `SELECT toString(uuid) AS uuid, ${MICROS} AS micros, ${EVENT_BUCKET} AS bucket FROM (${select.sql})`;
  return ch.rows({ ...withPlan(select, sql, plan), signal });
}

/** Where records that were set aside are to be looked for. */
export interface PlanOfExport {
  exportId: string;
  generation: number;
}

function fitting({ range }: ExportScope): string {
  return `(inserted_at, uuid) NOT IN (SELECT inserted_at, uuid FROM rejected_records
    WHERE team_id = {scope_team:UInt32} AND export_id = {plan_export:UUID} AND generation = {plan_generation:UInt32}
    AND interval_end = ${microsSql(range.endMicros)})`;
}

function withPlan(select: SelectStatement, sql: string, { exportId, generation }: PlanOfExport): SelectStatement {
  return { ...select, sql, params: { ...select.params, plan_export: exportId, plan_generation: generation } };
}

function selectRows(ch: ClickHouse, scope: ExportScope, columns: string, where: string): Promise<SelectStatement> {
  const chunk = { ...scope.range, expectedRows: 0 };
  return scope.model.relation.select(ch, { scope, chunk, columns, where, fresh: false });
}

function list(buckets: readonly number[]): string {
  return buckets.map((bucket) => String(Math.trunc(bucket) % DIGEST_BUCKETS)).join(',');
}
