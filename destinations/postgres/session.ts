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
import { commitInterval } from './commit.ts';
import { type Connection, type Server, withConnection } from './connection.ts';
import { PostgresKeys } from './keys.ts';
import { readLedger } from './ledger.ts';
import { loadChunk } from './load-chunk.ts';
import { namesOf } from './names.ts';
import type { Scope } from './scope.ts';
import { dropStages, stageIsOurs } from './stage.ts';
import { transaction } from './transaction.ts';

/** One connection for each piece of work: chunks are loaded side by side, and a connection that broke is none to keep. */
export class PostgresSession implements DestinationSession {
  readonly #server: Server;
  readonly #scope: Scope;
  readonly #closing: ReturnType<typeof linkController>;
  readonly keys?: TableKeys;

  constructor(server: Omit<Server, 'applicationName'>, context: SessionContext) {
    const names = namesOf(server.config, context);
    this.#closing = linkController(context.signal);
    this.#server = { ...server, applicationName: names.applicationName };
    this.#scope = { config: server.config, context: { ...context, signal: this.#closing.signal }, names };
    if (context.key.length === 1 && context.arrivalColumn !== undefined) {
      this.keys = new PostgresKeys((work) => this.#transaction(work), this.#scope);
    }
  }

  loadChunk(request: LoadChunkRequest): Promise<ChunkReceipt> {
    return loadChunk((work) => this.#connected(work), this.#scope, request);
  }

  commit(request: CommitRequest): Promise<CommitReceipt> {
    return this.#connected((connection) => commitInterval(connection, this.#scope, request));
  }

  verify(): Promise<{ rows: number; bytes: number; files: number }> {
    return this.#transaction(async (connection) => {
      const found = await readLedger(connection, this.#scope);
      return { rows: found?.rows ?? 0, bytes: found?.bytes ?? 0, files: found?.files ?? 0 };
    });
  }

  discard(): Promise<void> {
    return this.#transaction(async (connection) => {
      if (await stageIsOurs(connection, this.#scope)) {
        await dropStages(connection, this.#scope, (generation) => generation === this.#scope.context.generation);
      }
    });
  }

  close(): Promise<void> {
    this.#closing.abort(new Error('the session was closed'));
    this.#closing.unlink();
    return Promise.resolve();
  }

  #connected<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    return withConnection(this.#server, this.#scope.context.signal, work);
  }

  #transaction<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    return this.#connected((connection) => transaction(connection, this.#scope.config, () => work(connection)));
  }
}
