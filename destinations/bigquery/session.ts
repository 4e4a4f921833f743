import { withGrace } from '../abort.ts';
import type {
  ChunkReceipt,
  CommitReceipt,
  CommitRequest,
  DestinationSession,
  LoadChunkRequest,
  TableKeys,
} from '../contract.ts';
import { mapLimited } from '../map-limited.ts';
import { commitInterval, sweep } from './commit.ts';
import { bigqueryKeys } from './keys.ts';
import { loadChunk } from './load-chunk.ts';
import type { Scope } from './scope.ts';
import { dropStage, listStages } from './stages.ts';

/** An aborted commit gets this long to come to a known end; a repetition would sort it out as well. */
const COMMIT_GRACE_MS = 3_000;
const DROPS_AT_ONCE = 8;

export class BigQuerySession implements DestinationSession {
  readonly #scope: Scope;
  readonly keys?: TableKeys;

  constructor(scope: Scope) {
    this.#scope = scope;
    const keys = bigqueryKeys(scope);
    if (keys !== undefined) {
      this.keys = keys;
    }
  }

  async loadChunk(request: LoadChunkRequest): Promise<ChunkReceipt> {
    this.#scope.context.signal.throwIfAborted();
    return await loadChunk(this.#scope, request);
  }

  async commit({ chunks }: CommitRequest): Promise<CommitReceipt> {
    const { context } = this.#scope;
    context.signal.throwIfAborted();
    return await withGrace(context.signal, COMMIT_GRACE_MS, (signal) =>
      commitInterval({ ...this.#scope, context: { ...context, signal } }, chunks),
    );
  }

  async verify(): Promise<{ rows: number; bytes: number; files: number }> {
    const entry = await this.#scope.ledger.find();
    return entry?.committed === true
      ? { rows: entry.rows, bytes: entry.bytes, files: entry.files }
      : { rows: 0, bytes: 0, files: 0 };
  }

  async discard(): Promise<void> {
    const { api, names, context, ledger } = this.#scope;
    const entry = await ledger.find();
    if (entry?.committed === true) {
      await sweep(this.#scope, entry.generation);
    }
    const mine = (await listStages(api, names, context.signal)).filter(
      ({ generation }) => generation === context.generation,
    );
    await mapLimited(mine, DROPS_AT_ONCE, ({ table }) => dropStage(api, table, context.signal));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
