import { sql } from 'kysely';
import type { RowSelection } from '../core/row-selection.ts';
import type { Micros } from '../core/time.ts';
import type { Database, Queries } from './database.ts';
import { json } from './values.ts';

/** One part of a run's interval: `startMicros <= inserted_at < endMicros`, inside one microsecond cut by uuid. */
export interface ChunkPlan {
  startMicros: Micros;
  endMicros: Micros;
  /** Exclusive lower bound in ClickHouse's order of uuids. */
  uuidFrom?: string;
  /** Inclusive upper bound. */
  uuidTo?: string;
  /** Of these rows only the named ones. */
  selection?: RowSelection;
  expectedRows: number;
}

/** What a chunk became; the shape of destinations/contract.ts. */
export interface StoredReceipt {
  rows: number;
  bytes: number;
  files: { key: string; rows: number; bytes: number; sha256: string; etag?: string }[];
}

export interface ChunkRecord extends ChunkPlan {
  index: number;
  /** Present when the chunk is loaded. */
  receipt?: StoredReceipt;
  /** Sum modulo 2^64 of the hashes of its rows, decimal; absent when rows came while it was loaded. */
  hash?: string;
}

export interface PlanKey {
  runId: string;
  generation: number;
}

/** A plan that adds to what an older generation has committed, instead of taking its place. */
export interface Supplement {
  baseGeneration: number;
  /** Rows of the base that the destination has lost; the plan brings them again. */
  rowsLost: number;
}

export interface PlanSummary {
  chunkCount: number;
  rows: number;
  supplement?: Supplement;
}

/**
 * Writes the plan of a generation once and as a whole: the first caller wins and true is its answer; a retried or
 * concurrent planner gets false and works from what is stored.
 */
export async function putChunks(
  db: Database,
  key: PlanKey,
  chunks: readonly ChunkPlan[],
  supplement?: Supplement,
): Promise<boolean> {
  return db.kysely.transaction().execute(async (tx) => {
    const rows = chunks.reduce((sum, chunk) => sum + chunk.expectedRows, 0);
    const inserted = await tx
      .insertInto('runPlans')
      .values({ ...key, chunkCount: chunks.length, rows, ...supplement })
      .onConflict((conflict) => conflict.doNothing())
      .returning('chunkCount')
      .executeTakeFirst();
    if (!inserted) {
      return false;
    }
    await insertChunks(tx, key, chunks);
    return true;
  });
}

/** Arrays instead of rows of parameters: a plan may have 100,000 chunks and a statement 65,535 parameters. */
async function insertChunks(tx: Queries, key: PlanKey, chunks: readonly ChunkPlan[]): Promise<void> {
  await sql`
    INSERT INTO run_chunks (run_id, generation, chunk_index, start_micros, end_micros, uuid_from, uuid_to, expected_rows, selection)
    SELECT ${key.runId}::uuid, ${key.generation}::integer, ordinal - 1, start_micros, end_micros, uuid_from, uuid_to, rows, selection
    FROM unnest(
      ${chunks.map((chunk) => chunk.startMicros)}::bigint[],
      ${chunks.map((chunk) => chunk.endMicros)}::bigint[],
      ${chunks.map((chunk) => chunk.uuidFrom ?? null)}::uuid[],
      ${chunks.map((chunk) => chunk.uuidTo ?? null)}::uuid[],
      ${chunks.map((chunk) => chunk.expectedRows)}::bigint[],
      ${chunks.map(({ selection }) => (selection ? JSON.stringify(selection) : null))}::jsonb[]
    ) WITH ORDINALITY AS plan (start_micros, end_micros, uuid_from, uuid_to, rows, selection, ordinal)`.execute(tx);
}

/** Undefined: not planned yet. A plan without chunks is an interval without rows. */
export async function getPlan(db: Database, key: PlanKey): Promise<PlanSummary | undefined> {
  const row = await db.kysely
    .selectFrom('runPlans')
    .select(['chunkCount', 'rows', 'baseGeneration', 'rowsLost'])
    .where('runId', '=', key.runId)
    .where('generation', '=', key.generation)
    .executeTakeFirst();
  if (row === undefined) {
    return undefined;
  }
  const { baseGeneration, rowsLost, ...summary } = row;
  return { ...summary, ...(baseGeneration === null ? {} : { supplement: { baseGeneration, rowsLost } }) };
}

/** In order of their index. */
export async function listChunks(db: Database, key: PlanKey): Promise<ChunkRecord[]> {
  const rows = await db.kysely
    .selectFrom('runChunks')
    .selectAll()
    .where('runId', '=', key.runId)
    .where('generation', '=', key.generation)
    .orderBy('chunkIndex')
    .execute();
  return rows.map((row) => ({
    index: row.chunkIndex,
    startMicros: row.startMicros,
    endMicros: row.endMicros,
    ...(row.uuidFrom === null ? {} : { uuidFrom: row.uuidFrom }),
    ...(row.uuidTo === null ? {} : { uuidTo: row.uuidTo }),
    expectedRows: row.expectedRows,
    ...(row.selection === null ? {} : { selection: row.selection }),
    ...(row.receipt === null ? {} : { receipt: row.receipt as StoredReceipt }),
    ...(row.hash === null ? {} : { hash: row.hash }),
  }));
}

/** The first receipt stays; false when there was one already. */
export async function completeChunk(
  db: Database,
  done: PlanKey & { index: number; receipt: StoredReceipt; hash?: string },
): Promise<boolean> {
  const result = await db.kysely
    .updateTable('runChunks')
    .set({ receipt: json(done.receipt), hash: done.hash ?? null, completedAt: sql<Date>`now()` })
    .where('runId', '=', done.runId)
    .where('generation', '=', done.generation)
    .where('chunkIndex', '=', done.index)
    .where('receipt', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}
