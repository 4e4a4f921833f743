import { withGrace } from '../abort.ts';
import type {
  ChunkReceipt,
  CommitReceipt,
  CommitRequest,
  DestinationSession,
  LoadChunkRequest,
  TableKeys,
} from '../contract.ts';
import { commitInterval, sweep } from './commit.ts';
import { clickhouseKeys } from './keys.ts';
import { loadChunk } from './load-chunk.ts';
import type { Scope } from './scope.ts';
import { dropStage, listStages } from './stage.ts';

/** An aborted commit gets this long to come to a known end; a repetition would sort it out as well. */
const COMMIT_GRACE_MS = 3_000;

export class ClickHouseSession implements DestinationSession {
  readonly #scope: Scope;
  readonly keys?: TableKeys;

  constructor(scope: Scope) {
    this.#scope = scope;
    const keys = clickhouseKeys(scope);
    if (keys !== undefined) {
      this.keys = keys;
    }
  }

  async loadChunk(request: LoadChunkRequest): Promise<ChunkReceipt> {
    this.#scope.context.signal.throwIfAborted();
    await this.#scope.ledger.judge();
    return await loadChunk(this.#scope, request);
  }

  async commit({ chunks }: CommitRequest): Promise<CommitReceipt> {
    const { signal } = this.#scope.context;
    signal.throwIfAborted();
    return await withGrace(signal, COMMIT_GRACE_MS, (graced) => commitInterval(this.#under(graced), chunks));
  }

  async verify(): Promise<{ rows: number; bytes: number; files: number }> {
    const entry = (await this.#scope.ledger.entries()).find(({ committed }) => committed);
    const { rows, bytes, files } = entry ?? { rows: 0, bytes: 0, files: 0 };
    return { rows, bytes, files };
  }

  async discard(): Promise<void> {
    const { place, names, context } = this.#scope;
    await sweep(this.#scope);
    for (const { name, generation, kind } of await listStages(place, names.base)) {
      // What is sealed may have been moved in part; the interval's next commit completes it.
      if (generation === context.generation && kind !== 'sealed') {
        await dropStage(place, name);
      }
    }
  }

  async close(): Promise<void> {
    await this.#scope.place.client.close();
  }

  #under(signal: AbortSignal): Scope {
    const place = { ...this.#scope.place, signal };
    return { ...this.#scope, place, ledger: this.#scope.ledger.on(place) };
  }
}
