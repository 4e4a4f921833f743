import { createHash } from 'node:crypto';
import type { SourceEncoding } from '../../core/encoding.ts';
import type { GuardedClient } from '../../net/guarded-client.ts';
import { abortable } from '../abort.ts';
import type {
  ChunkReceipt,
  CommitReceipt,
  CommitRequest,
  DestinationSession,
  LoadChunkRequest,
  SessionContext,
} from '../contract.ts';
import { type Batch, LineBatcher } from './batches.ts';
import type { HttpConfig } from './config.ts';
import { rowsDiffer } from './errors.ts';
import { sendLines } from './sender.ts';

export interface HttpSessionSettings {
  client: GuardedClient;
  config: HttpConfig;
  context: SessionContext;
  retryDelayMs: number;
}

/** Sending is all there is: what the receiver has acknowledged cannot be taken back, and nothing is left to commit. */
export class HttpSession implements DestinationSession {
  readonly #settings: HttpSessionSettings;
  #acknowledged: readonly ChunkReceipt[] = [];

  constructor(settings: HttpSessionSettings) {
    this.#settings = settings;
  }

  /** Sends again what an earlier attempt has sent, in the same batches with the same ids, and rows with the same uuids. */
  async loadChunk(request: LoadChunkRequest): Promise<ChunkReceipt> {
    const { config, context } = this.#settings;
    const { signal } = context;
    signal.throwIfAborted();
    const source = await request.openSource(encodingOf(config, context), signal);
    const batcher = new LineBatcher({ maxRows: config.maxBatchRows, maxBytes: config.maxBatchBytes });
    const hash = createHash('sha256');
    const sent = { rows: 0, bytes: 0, batches: 0 };
    const send = async (batches: readonly Batch[]): Promise<void> => {
      for (const batch of batches) {
        await this.#send(batch, request.chunkIndex, sent.batches);
        sent.rows += batch.rows;
        sent.bytes += batch.bytes;
        sent.batches += 1;
        request.onProgress(batch.bytes);
      }
    };
    for await (const piece of abortable(source.body, signal)) {
      hash.update(piece);
      await send(batcher.push(piece));
    }
    const { batches, unfinishedBytes } = batcher.end();
    await send(batches);
    if (sent.rows !== source.rows() || unfinishedBytes > 0) {
      throw rowsDiffer(sent.rows, source.rows());
    }
    const { rows, bytes } = sent;
    const key = this.#place(request.chunkIndex);
    return { rows, bytes, files: [{ key, rows, bytes, sha256: hash.digest('hex') }] };
  }

  commit({ chunks }: CommitRequest): Promise<CommitReceipt> {
    this.#acknowledged = chunks;
    return Promise.resolve({ ...sumOf(chunks), alreadyCommitted: false });
  }

  /**
   * What the receiver has acknowledged, by the receipts of the chunks: those given, else those committed in this very
   * session. The receiver cannot be asked what it holds.
   */
  verify(request?: CommitRequest): Promise<{ rows: number; bytes: number; files: number }> {
    return Promise.resolve(sumOf(request?.chunks ?? this.#acknowledged));
  }

  discard(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #send({ rows, parts }: Batch, chunkIndex: number, index: number): Promise<void> {
    const { client, config, context, retryDelayMs } = this.#settings;
    const batch = { place: `${this.#place(chunkIndex)}/${String(index)}`, rows, lines: Buffer.concat(parts) };
    await sendLines({ client, config, retryDelayMs, signal: context.signal }, batch);
  }

  #place(chunkIndex: number): string {
    const { exportId, interval, generation } = this.#settings.context;
    return [exportId, interval.startMicros, interval.endMicros, generation, chunkIndex].join('/');
  }
}

function encodingOf({ shape }: HttpConfig, { columns }: SessionContext): SourceEncoding {
  if (shape === 'posthog') {
    return { fileFormat: 'lines', compression: 'none', columns: [], shape: 'posthog_event' };
  }
  return { fileFormat: 'jsonl', compression: 'none', columns: columns.map(({ name }) => ({ source: name, name })) };
}

function sumOf(chunks: readonly ChunkReceipt[]): { rows: number; bytes: number; files: number } {
  const sum = (of: 'rows' | 'bytes'): number => chunks.reduce((total, chunk) => total + chunk[of], 0);
  return { rows: sum('rows'), bytes: sum('bytes'), files: chunks.flatMap(({ files }) => files).length };
}
