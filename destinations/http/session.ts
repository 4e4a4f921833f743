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
import { InFlight, type Turn } from './in-flight.ts';
import { sendLines } from './sender.ts';

/** Of one chunk, being packed or sent. Each holds its rows (10 MB by default) twice. */
const BATCHES_IN_FLIGHT = 3;

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
    const { signal } = this.#settings.context;
    signal.throwIfAborted();
    const sends = new InFlight(BATCHES_IN_FLIGHT, signal);
    const read = await this.#sendAll(request, sends).catch(async (error: unknown) => {
      await sends.end(error);
      throw error;
    });
    await sends.end();
    const key = this.#place(request.chunkIndex);
    return { rows: read.rows, bytes: read.bytes, files: [{ key, ...read }] };
  }

  /** Packing a batch takes longer than sending it: the next is packed meanwhile. They are sent one after another. */
  async #sendAll(request: LoadChunkRequest, sends: InFlight): Promise<{ rows: number; bytes: number; sha256: string }> {
    const { config, context } = this.#settings;
    const source = await request.openSource(encodingOf(config, context), sends.signal);
    const batcher = new LineBatcher({ maxRows: config.maxBatchRows, maxBytes: config.maxBatchBytes });
    const place = this.#place(request.chunkIndex);
    const hash = createHash('sha256');
    const sent = { rows: 0, bytes: 0, batches: 0 };
    const send = async (batches: readonly Batch[]): Promise<void> => {
      for (const batch of batches) {
        const index = sent.batches;
        await sends.add((signal, turn) => this.#send(batch, `${place}/${String(index)}`, { signal, turn }));
        sent.rows += batch.rows;
        sent.bytes += batch.bytes;
        sent.batches += 1;
        request.onProgress(batch.bytes);
      }
    };
    for await (const piece of abortable(source.body, sends.signal)) {
      hash.update(piece);
      await send(batcher.push(piece));
    }
    const { batches, unfinishedBytes } = batcher.end();
    await send(batches);
    if (sent.rows !== source.rows() || unfinishedBytes > 0) {
      throw rowsDiffer(sent.rows, source.rows());
    }
    return { rows: sent.rows, bytes: sent.bytes, sha256: hash.digest('hex') };
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
    const { supplement } = this.#settings.context;
    const sent = sumOf(request?.chunks ?? this.#acknowledged);
    const before = supplement ?? { rows: 0, bytes: 0 };
    return Promise.resolve({ ...sent, rows: sent.rows + before.rows, bytes: sent.bytes + before.bytes });
  }

  discard(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #send({ rows, parts }: Batch, place: string, when: { signal: AbortSignal; turn: Turn }): Promise<void> {
    const { client, config, retryDelayMs } = this.#settings;
    await sendLines({ client, config, retryDelayMs, ...when }, { place, rows, lines: Buffer.concat(parts) });
  }

  #place(chunkIndex: number): string {
    const { exportId, interval, generation } = this.#settings.context;
    return [exportId, interval.startMicros, interval.endMicros, generation, chunkIndex].join('/');
  }
}

/** Rows as the receiver gets them. */
export function encodingOf({ shape }: HttpConfig, { columns }: SessionContext): SourceEncoding {
  if (shape === 'posthog') {
    return { fileFormat: 'lines', compression: 'none', columns: [], shape: 'posthog_event' };
  }
  return { fileFormat: 'jsonl', compression: 'none', columns: columns.map(({ name }) => ({ source: name, name })) };
}

function sumOf(chunks: readonly ChunkReceipt[]): { rows: number; bytes: number; files: number } {
  const sum = (of: 'rows' | 'bytes'): number => chunks.reduce((total, chunk) => total + chunk[of], 0);
  return { rows: sum('rows'), bytes: sum('bytes'), files: chunks.flatMap(({ files }) => files).length };
}
