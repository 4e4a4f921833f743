import { createHash, randomBytes, type Hash } from 'node:crypto';
import { isSluiceError } from '../../core/errors.ts';
import { abortable } from '../abort.ts';
import type { ChunkReceipt, LoadChunkRequest } from '../contract.ts';
import { dropStage } from './clean-up.ts';
import { namedWork, work, type Scope } from './scope.ts';
import { qualified } from './sql.ts';
import { createStageSql, type Layout } from './stage-columns.ts';
import { insertStatements } from './statements.ts';

/** The Data API's limit. */
const MAX_BATCH_STATEMENTS = 40;
/** Another attempt that commits takes away the stages of all; it does so once. */
const TRIES = 2;

/**
 * Stages one chunk in a table of its own. Nothing is shared with another attempt at the same chunk, and only a stage
 * whose statements have all been confirmed gets a receipt.
 */
export async function insertChunk(scope: Scope, layout: Layout, request: LoadChunkRequest): Promise<ChunkReceipt> {
  for (let tries = 1; ; tries += 1) {
    const name = scope.names.stage(randomBytes(6).toString('hex'));
    try {
      return await fillChunkStage(scope, layout, request, name);
    } catch (error) {
      await dropStage(scope, name);
      const isGone = isSluiceError(error) && error.code === 'redshift_table_changed';
      if (!isGone || tries === TRIES) {
        throw error;
      }
    }
  }
}

async function fillChunkStage(
  scope: Scope,
  layout: Layout,
  request: LoadChunkRequest,
  name: string,
): Promise<ChunkReceipt> {
  const { signal } = scope.context;
  const table = qualified({ schema: scope.config.schema, name });
  await scope.api.run(createStageSql(table, layout), work(scope, 'create a stage'));
  const source = await request.openSource(layout.encoding, signal);
  const seen = { bytes: 0, hash: createHash('sha256') };
  const body = watched(abortable(source.body, signal), seen, request.onProgress);
  const insert = namedWork(scope, 'insert the rows');
  for await (const sqls of batchesOf(insertStatements(table, body))) {
    await scope.api.batch(sqls, insert);
  }
  const file = { key: stageKey(name, layout), rows: source.rows(), bytes: seen.bytes, sha256: seen.hash.digest('hex') };
  return { rows: file.rows, bytes: file.bytes, files: [file] };
}

async function* watched(
  body: AsyncIterable<Uint8Array>,
  seen: { bytes: number; hash: Hash },
  onProgress: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  for await (const piece of body) {
    seen.bytes += piece.length;
    seen.hash.update(piece);
    onProgress(piece.length);
    yield piece;
  }
}

async function* batchesOf(statements: AsyncIterable<string>): AsyncGenerator<string[]> {
  let batch: string[] = [];
  for await (const sql of statements) {
    batch.push(sql);
    if (batch.length === MAX_BATCH_STATEMENTS) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) {
    yield batch;
  }
}

/** The key of a receipt: the table's name, then what its columns are. */
const stageKey = (name: string, { id }: Layout): string => `${name}.${id}`;

const stageName = (key: string): string => key.split('.')[0] ?? '';

/** Puts the rows of staged chunks, by the keys of their receipts, into the stage of a commit. */
export async function gatherChunks(scope: Scope, table: string, keys: readonly string[]): Promise<void> {
  const { schema } = scope.config;
  const sqls = keys.map((key) => `INSERT INTO ${table} SELECT * FROM ${qualified({ schema, name: stageName(key) })}`);
  for (let from = 0; from < sqls.length; from += MAX_BATCH_STATEMENTS) {
    await scope.api.batch(sqls.slice(from, from + MAX_BATCH_STATEMENTS), namedWork(scope, 'gather the staged rows'));
  }
}
