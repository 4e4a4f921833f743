import type { ClickHouseSettings } from '@clickhouse/client';
import { DIGEST_BUCKETS, type BucketDigest, type Digest } from '../core/digest.ts';
import type { ClickHouse } from './client.ts';
import type { ExportScope, SelectStatement } from './models/model.ts';
import type { PlannedChunk } from './scope.ts';

/** `row_hash` is the hash that the model's relation gives a row. */
export const SUMS = 'count() AS rows, toString(sum(row_hash)) AS hash';
export const BUCKET = `row_hash % ${String(DIGEST_BUCKETS)}`;

/** What an export of the scope holds now, by bucket, whatever an earlier look has found out. */
export async function digestBuckets(ch: ClickHouse, scope: ExportScope, signal: AbortSignal): Promise<BucketDigest[]> {
  const select = await selectHashes(ch, scope, { fresh: true });
  const sql = `SELECT ${BUCKET} AS bucket, ${SUMS} FROM (${select.sql}) GROUP BY bucket ORDER BY bucket`;
  return readDigests<BucketDigest>(ch, { ...select, sql }, signal);
}

/** What a chunk holds now. Rows of a log are only ever added: where the count is that of an earlier read, the rows are too. */
export async function digestChunk(
  ch: ClickHouse,
  { scope, chunk }: { scope: ExportScope; chunk: PlannedChunk },
): Promise<Digest> {
  const select = await selectHashes(ch, scope, { chunk });
  const [digest] = await readDigests<Digest>(ch, { ...select, sql: `SELECT ${SUMS} FROM (${select.sql})` });
  return digest ?? { rows: 0, hash: 0n };
}

function selectHashes(
  ch: ClickHouse,
  scope: ExportScope,
  { fresh = false, chunk }: { fresh?: boolean; chunk?: PlannedChunk },
): Promise<SelectStatement> {
  const { relation } = scope.model;
  const columns = `${relation.rowHash} AS row_hash`;
  return relation.select(ch, { scope, chunk: chunk ?? { ...scope.range, expectedRows: 0 }, columns, fresh });
}

/** Hashes come as text: they have 64 bits. */
type Wire<Row extends Digest> = Omit<Row, 'hash'> & { hash: string };

export async function readDigests<Row extends Digest>(
  ch: ClickHouse,
  { sql, params, settings }: { sql: string; params: Record<string, unknown>; settings: ClickHouseSettings },
  signal?: AbortSignal,
): Promise<Row[]> {
  const rows = await ch.rows<Wire<Row>>({ sql, params, settings, ...(signal && { signal }) });
  return rows.map((row) => ({ ...row, hash: BigInt(row.hash) }) as unknown as Row);
}
