import { linkController } from '../abort.ts';
import type {
  ChunkReceipt,
  CommitReceipt,
  CommitRequest,
  DestinationSession,
  LoadChunkRequest,
  SessionContext,
  TableKeys,
} from '../contract.ts';
import { evolveTable } from '../table/evolve.ts';
import { discardStage } from './clean-up.ts';
import { commitInterval } from './commit.ts';
import type { RedshiftConfig } from './config.ts';
import type { DataApi } from './data-api.ts';
import { redshiftKeys } from './keys.ts';
import { claimInterval, readLedger } from './ledger.ts';
import { loadChunk } from './load-chunk.ts';
import { namesOf } from './names.ts';
import type { Scope, StagingBucket } from './scope.ts';
import { layoutOf, type Layout } from './stage-columns.ts';
import { targetTable } from './table.ts';

export interface Connections {
  api: DataApi;
  /** Undefined with mode insert. */
  bucket: StagingBucket | undefined;
}

export function closeConnections({ api, bucket }: Connections): void {
  api.close();
  bucket?.store.close();
}

export class RedshiftSession implements DestinationSession {
  readonly #scope: Scope;
  readonly #closing: ReturnType<typeof linkController>;
  readonly keys?: TableKeys;
  #layout: Promise<Layout> | undefined;

  constructor(config: RedshiftConfig, { api, bucket }: Connections, context: SessionContext) {
    this.#closing = linkController(context.signal);
    const names = namesOf(config, context);
    this.#scope = { config, context: { ...context, signal: this.#closing.signal }, names, api, bucket };
    const keys = redshiftKeys(this.#scope);
    if (keys !== undefined) {
      this.keys = keys;
    }
  }

  async loadChunk(request: LoadChunkRequest): Promise<ChunkReceipt> {
    return loadChunk(this.#scope, await this.#prepared(), request);
  }

  async commit(request: CommitRequest): Promise<CommitReceipt> {
    return commitInterval(this.#scope, await this.#prepared(), request);
  }

  async verify(): Promise<{ rows: number; bytes: number; files: number }> {
    const found = await readLedger(this.#scope);
    const { rows, bytes, files } = found?.committed === true ? found : { rows: 0, bytes: 0, files: 0 };
    return { rows, bytes, files };
  }

  discard(): Promise<void> {
    return discardStage(this.#scope);
  }

  close(): Promise<void> {
    this.#closing.abort(new Error('the session was closed'));
    this.#closing.unlink();
    closeConnections(this.#scope);
    return Promise.resolve();
  }

  /** Once per session: a statement takes some hundred milliseconds. A failure is not kept. */
  #prepared(): Promise<Layout> {
    this.#layout ??= this.#prepare().catch((error: unknown) => {
      this.#layout = undefined;
      throw error;
    });
    return this.#layout;
  }

  /** The claim refuses an attempt that a newer generation has overtaken before anything is changed. */
  async #prepare(): Promise<Layout> {
    await claimInterval(this.#scope);
    const { columns } = await evolveTable(this.#scope.context, targetTable(this.#scope));
    return layoutOf(columns, this.#scope.config.mode);
  }
}
