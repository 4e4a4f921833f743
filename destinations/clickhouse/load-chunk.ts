import { createHash } from 'node:crypto';
import type { SourceEncoding } from '../../core/encoding.ts';
import { abortable } from '../abort.ts';
import type { ChunkReceipt, LoadChunkRequest } from '../contract.ts';
import { generationTaken } from '../errors.ts';
import { rowsDiffer } from './errors.ts';
import { quoteName } from './names.ts';
import type { Scope } from './scope.ts';
import {
  contendedIfGone,
  countRows,
  createStage,
  dropStage,
  isTableGone,
  readNote,
  renameUnlessTaken,
  type StageNote,
  writeNote,
} from './stage.ts';
import { qualified } from './table.ts';

/** Removing a stage must not follow the caller's signal. */
const CLEAN_UP_TIMEOUT_MS = 4_000;

/** Often enough for an attempt whose stages others sweep away as they commit. */
const TRIES = 3;

/**
 * Rows go into a table of this attempt, which takes the chunk's name when all of them are there. The first attempt to do
 * so wins; the others drop theirs.
 */
export async function loadChunk(scope: Scope, request: LoadChunkRequest): Promise<ChunkReceipt> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await stageOrAdopt(scope, request);
    } catch (error) {
      if (attempt >= TRIES || !isTableGone(error)) {
        throw contendedIfGone(error);
      }
    }
  }
}

async function stageOrAdopt(scope: Scope, request: LoadChunkRequest): Promise<ChunkReceipt> {
  const { place, names } = scope;
  const chunk = names.chunk(request.chunkIndex);
  const there = await readNote(place, chunk);
  if (there !== undefined) {
    return adopted(scope, chunk, there);
  }
  const attempt = names.attempt(chunk);
  try {
    await createStage(place, attempt, scope.table);
    const note = await fill(scope, attempt, request);
    await writeNote(place, attempt, note);
    const won = (await renameUnlessTaken(place, attempt, chunk)) === 'renamed';
    return won ? receiptOf(chunk, note) : adopted(scope, chunk, (await readNote(place, chunk)) ?? note);
  } finally {
    await dropQuietly(scope, attempt);
  }
}

async function fill(scope: Scope, stage: string, { openSource, onProgress }: LoadChunkRequest): Promise<StageNote> {
  const { place, plan, context } = scope;
  const { signal } = context;
  const encoding: SourceEncoding = { fileFormat: 'tsv', compression: 'none', columns: plan.columns };
  const source = await openSource(encoding, signal);
  const hash = createHash('sha256');
  let bytes = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const piece of abortable(source.body, signal)) {
      hash.update(piece);
      bytes += piece.length;
      yield piece;
      onProgress(piece.length);
    }
  }
  const columns = plan.columns.map(({ target }) => quoteName(target.name));
  await place.client.insertTsv(qualified(place, stage), columns, counted(), signal);
  const [rows, stored] = [source.rows(), await countRows(place, stage)];
  if (rows !== stored) {
    throw rowsDiffer(stage, rows, stored);
  }
  return { runId: context.runId, rows, bytes, sha256: hash.digest('hex') };
}

function adopted(scope: Scope, chunk: string, note: StageNote): ChunkReceipt {
  const { generation, runId } = scope.context;
  if (note.runId !== runId) {
    throw generationTaken(generation, note.runId);
  }
  return receiptOf(chunk, note);
}

function receiptOf(chunk: string, { rows, bytes, sha256 = '' }: StageNote): ChunkReceipt {
  return { rows, bytes, files: [{ key: chunk, rows, bytes, sha256 }] };
}

/** Best effort: what stays behind is invisible, and goes with the interval's commit or discard. */
async function dropQuietly({ place }: Scope, stage: string): Promise<void> {
  const signal = AbortSignal.timeout(CLEAN_UP_TIMEOUT_MS);
  await dropStage({ ...place, signal }, stage).catch(() => undefined);
}
