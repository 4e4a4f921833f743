import { linkController, withGrace } from '../abort.ts';
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
import { discardStaged } from './clean-up.ts';
import type { SnowflakeClient } from './client.ts';
import { commitInterval } from './commit.ts';
import type { SnowflakeConfig } from './config.ts';
import { snowflakeKeys } from './keys.ts';
import { layoutOf, type Layout } from './layout.ts';
import { claimInterval, readLedger } from './ledger.ts';
import { loadChunk } from './load-chunk.ts';
import { namesOf } from './names.ts';
import type { SnowflakeOptions } from './open.ts';
import type { Scope } from './scope.ts';
import { targetTable } from './table.ts';

/** An aborted commit gets this long to come to a known end; a repetition would sort it out as well. */
const COMMIT_GRACE_MS = 3_000;

export class SnowflakeSession implements DestinationSession {
  readonly #scope: Scope;
  readonly #closing: ReturnType<typeof linkController>;
  readonly keys?: TableKeys;
  #layout: Promise<Layout> | undefined;

  constructor(
    config: SnowflakeConfig,
    client: SnowflakeClient,
    context: SessionContext,
    { temporaryFolder }: SnowflakeOptions = {},
  ) {
    this.#closing = linkController(context.signal);
    const names = namesOf(config, context);
    const own = { ...context, signal: this.#closing.signal };
    this.#scope = { client, config, context: own, names, temporaryFolder };
    const keys = snowflakeKeys(this.#scope);
    if (keys !== undefined) {
      this.keys = keys;
    }
  }

  async loadChunk(request: LoadChunkRequest): Promise<ChunkReceipt> {
    return await loadChunk(this.#scope, await this.#prepared(), request);
  }

  async commit({ chunks }: CommitRequest): Promise<CommitReceipt> {
    const layout = await this.#prepared();
    const { context } = this.#scope;
    return await withGrace(context.signal, COMMIT_GRACE_MS, (signal) =>
      commitInterval({ ...this.#scope, context: { ...context, signal } }, layout, chunks),
    );
  }

  async verify(): Promise<{ rows: number; bytes: number; files: number }> {
    const found = await readLedger(this.#scope);
    const { rows, bytes, files } = found?.committed === true ? found : { rows: 0, bytes: 0, files: 0 };
    return { rows, bytes, files };
  }

  async discard(): Promise<void> {
    await discardStaged(this.#scope);
  }

  async close(): Promise<void> {
    this.#closing.abort(new Error('the session was closed'));
    this.#closing.unlink();
    await this.#scope.client.close();
  }

  /** Once per session. A failure is not kept. */
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
    return layoutOf(columns);
  }
}
