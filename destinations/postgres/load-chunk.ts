import { createHash } from 'node:crypto';
import type { SourceEncoding } from '../../core/encoding.ts';
import { isSluiceError } from '../../core/errors.ts';
import { abortable } from '../abort.ts';
import type { ChunkReceipt, LoadChunkRequest, SourceStream } from '../contract.ts';
import type { PlannedColumn } from '../table/columns.ts';
import type { Connection } from './connection.ts';
import { countDiffers, stageLost } from './errors.ts';
import { readLedger } from './ledger.ts';
import { prepareStaging } from './prepare.ts';
import type { Scope } from './scope.ts';
import { quoteList } from './sql.ts';
import { claimChunk, stagedChunks, type StagedChunk } from './stage.ts';
import { transaction } from './transaction.ts';

export type Connect = <T>(work: (connection: Connection) => Promise<T>) => Promise<T>;

/**
 * Stages one chunk, once: the first attempt to commit it wins, and every other gets the winner's receipt. When another
 * attempt commits the interval meanwhile, it drops the stage and ends the connections that use it; whoever is thrown
 * out like this looks into the ledger and then needs to store nothing.
 */
export async function loadChunk(connect: Connect, scope: Scope, request: LoadChunkRequest): Promise<ChunkReceipt> {
  try {
    return await connect((connection) => stageOnce(connection, scope, request));
  } catch (error) {
    if (
      isSluiceError(error) &&
      OUSTED.has(error.code) &&
      (await connect((connection) => isCommitted(connection, scope)))
    ) {
      return connect((connection) => stageOnce(connection, scope, request));
    }
    throw error;
  }
}

const OUSTED: ReadonlySet<string> = new Set([
  'postgres_connection_lost',
  'postgres_table_changed',
  'postgres_stage_lost',
]);

async function stageOnce(connection: Connection, scope: Scope, request: LoadChunkRequest): Promise<ChunkReceipt> {
  const { columns, committed } = await prepareStaging(connection, scope);
  if (committed) {
    return receiptOf(scope, await readAgain(scope, { request, columns }));
  }
  const there = await stagedChunk(connection, scope, request.chunkIndex);
  return receiptOf(scope, there ?? (await stage(connection, scope, { request, columns })));
}

async function isCommitted(connection: Connection, scope: Scope): Promise<boolean> {
  const found = await transaction(connection, scope.config, () => readLedger(connection, scope));
  return found !== undefined && found.generation >= scope.context.generation;
}

async function stagedChunk(connection: Connection, scope: Scope, index: number): Promise<StagedChunk | undefined> {
  const chunks = await transaction(connection, scope.config, () => stagedChunks(connection, scope));
  return chunks.find((chunk) => chunk.index === index);
}

/** Not an error: it only tells the transaction to roll back. */
class LostRace extends Error {
  override readonly name = 'LostRace';
}

async function stage(
  connection: Connection,
  scope: Scope,
  { request, columns }: { request: LoadChunkRequest; columns: readonly PlannedColumn[] },
): Promise<StagedChunk> {
  const { signal } = scope.context;
  const stream = await request.openSource(encodingOf(columns), signal);
  try {
    return await transaction(connection, scope.config, async () => {
      const chunk = await copyRows(connection, scope, { request, columns, stream });
      if (!(await claimChunk(connection, scope, chunk))) {
        throw new LostRace();
      }
      return chunk;
    });
  } catch (error) {
    if (!(error instanceof LostRace)) {
      throw error;
    }
    return await winnersChunk(connection, scope, request.chunkIndex);
  }
}

async function winnersChunk(connection: Connection, scope: Scope, index: number): Promise<StagedChunk> {
  const winner = await stagedChunk(connection, scope, index);
  if (winner === undefined) {
    throw stageLost(`chunk ${String(index)}`);
  }
  return winner;
}

async function copyRows(
  connection: Connection,
  { names, context }: Scope,
  { request, columns, stream }: { request: LoadChunkRequest; columns: readonly PlannedColumn[]; stream: SourceStream },
): Promise<StagedChunk> {
  const measured = new Measured(request);
  const targets = quoteList(columns.map(({ target }) => target.name));
  const copied = await connection.copyIn(
    `copy chunk ${String(request.chunkIndex)}`,
    `COPY ${names.stage} (${targets}) FROM STDIN WITH (FORMAT text, ENCODING 'UTF8')`,
    measured.pass(abortable(stream.body, context.signal)),
  );
  if (copied !== stream.rows()) {
    throw countDiffers(copied, stream.rows());
  }
  return { index: request.chunkIndex, rows: copied, ...measured.end() };
}

/** The interval has committed and its stage is gone: an attempt that comes this late gets its receipt and stores nothing. */
async function readAgain(
  { context }: Scope,
  { request, columns }: { request: LoadChunkRequest; columns: readonly PlannedColumn[] },
): Promise<StagedChunk> {
  const stream = await request.openSource(encodingOf(columns), context.signal);
  const measured = new Measured(request);
  const pieces = measured.pass(abortable(stream.body, context.signal));
  await drain(pieces);
  return { index: request.chunkIndex, rows: stream.rows(), ...measured.end() };
}

async function drain(pieces: AsyncGenerator): Promise<void> {
  let ended: boolean | undefined = false;
  while (ended !== true) {
    ended = (await pieces.next()).done;
  }
}

/** TabSeparated is what COPY reads: the same escapes, `\N` for NULL, a row a line. */
function encodingOf(columns: readonly PlannedColumn[]): SourceEncoding {
  return {
    fileFormat: 'tsv',
    compression: 'none',
    columns: columns.map(({ source, name, as, rules }) => ({
      source,
      name,
      ...(as !== undefined && { as }),
      ...(rules !== undefined && { rules }),
    })),
  };
}

function receiptOf({ names }: Scope, { index, rows, bytes, sha256 }: StagedChunk): ChunkReceipt {
  return { rows, bytes, files: [{ key: `${names.stageName}/${String(index)}`, rows, bytes, sha256 }] };
}

/** Counts and hashes what passes. */
class Measured {
  readonly #hash = createHash('sha256');
  readonly #request: LoadChunkRequest;
  #bytes = 0;

  constructor(request: LoadChunkRequest) {
    this.#request = request;
  }

  async *pass(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const piece of pieces) {
      this.#hash.update(piece);
      this.#bytes += piece.length;
      this.#request.onProgress(piece.length);
      yield piece;
    }
  }

  end(): { bytes: number; sha256: string } {
    return { bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }
}
