import { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { OutboundNetwork } from '../../net/outbound-network.ts';
import { sendCancel } from './cancel.ts';
import type { PostgresConfig } from './config.ts';
import { postgresError } from './errors.ts';
import { tlsOptions } from './tls.ts';

const CONNECT_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_AFTER_MS = 10_000;
/** A good-bye that the server does not take within this time is dropped. */
const END_TIMEOUT_MS = 2_000;

export interface Server {
  config: PostgresConfig;
  network: OutboundNetwork | undefined;
  /** Shown in pg_stat_activity; connections of dead attempts are recognised by it. At most 63 bytes. */
  applicationName: string;
}

/** A connection of its own for one piece of work. Every method throws SluiceErrors that say what `action` failed. */
export interface Connection {
  rows<Row>(action: string, sql: string, values?: readonly unknown[]): Promise<Row[]>;
  /** The command's tag (`INSERT`, `COMMIT`) and how many rows it touched. */
  execute(action: string, sql: string, values?: readonly unknown[]): Promise<{ command: string; count: number }>;
  /** Feeds COPY FROM STDIN and answers the server's count of rows. What `pieces` throws is thrown as it is. */
  copyIn(action: string, sql: string, pieces: AsyncIterable<Uint8Array>): Promise<number>;
}

/**
 * Connects, works, and closes the connection. When `signal` aborts, the running statement is cancelled at the server,
 * the socket destroyed, and the signal's reason thrown.
 */
export async function withConnection<T>(
  server: Server,
  signal: AbortSignal,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const { host } = server.config;
  await server.network?.assertHost('host', host);
  const link = new Link(server);
  const stop = (): void => void link.cancel();
  signal.addEventListener('abort', stop, { once: true });
  try {
    await link.connect();
    return await work(link);
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    signal.removeEventListener('abort', stop);
    await link.end();
  }
}

/** Node's sockets resolve names themselves; here the guarded look-up does, at the moment of connecting. */
function guardedSocket(network: OutboundNetwork | undefined): Socket {
  const socket = new Socket();
  if (network !== undefined) {
    const connect = socket.connect.bind(socket) as (options: object, listener?: () => void) => Socket;
    socket.connect = ((port: number, host: string, listener?: () => void) =>
      connect({ port, host, lookup: network.lookup }, listener)) as Socket['connect'];
  }
  return socket;
}

class Link implements Connection {
  readonly #server: Server;
  readonly #socket: Socket;
  readonly #client: pg.Client;

  constructor(server: Server) {
    const { config, applicationName } = server;
    this.#server = server;
    this.#socket = guardedSocket(server.network);
    this.#client = new pg.Client({
      host: config.host,
      port: config.port,
      user: config.user,
      database: config.database,
      // A function, so that neither the environment nor a password file stands in for one that is left out.
      password: () => config.password ?? '',
      ssl: tlsOptions(config),
      stream: () => this.#socket,
      application_name: applicationName,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
    });
    // A connection that breaks between two statements; the next statement tells.
    this.#client.on('error', () => undefined);
  }

  async connect(): Promise<void> {
    await this.#mapped('connect', async () => {
      await this.#client.connect();
    });
  }

  async rows<Row>(action: string, sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    const { rows } = await this.#mapped(action, () => this.#client.query<Row & pg.QueryResultRow>(sql, [...values]));
    return rows;
  }

  async execute(
    action: string,
    sql: string,
    values: readonly unknown[] = [],
  ): Promise<{ command: string; count: number }> {
    const { command, rowCount } = await this.#mapped(action, () => this.#client.query(sql, [...values]));
    return { command, count: rowCount ?? 0 };
  }

  async copyIn(action: string, sql: string, pieces: AsyncIterable<Uint8Array>): Promise<number> {
    const sourceFailure: { error?: unknown } = {};
    const copy = this.#client.query(copyFrom(sql));
    try {
      await pipeline(Readable.from(noting(pieces, sourceFailure), { objectMode: false }), copy);
      return copy.rowCount;
    } catch (error) {
      throw 'error' in sourceFailure ? sourceFailure.error : this.#map(error, action);
    }
  }

  /** Never throws. */
  async cancel(): Promise<void> {
    const { host, port } = this.#server.config;
    const { processID: pid, secretKey: key } = this.#client as unknown as { processID?: number; secretKey?: number };
    if (typeof pid === 'number' && typeof key === 'number') {
      await sendCancel(guardedSocket(this.#server.network), { host, port }, { pid, key });
    }
    this.#socket.destroy();
  }

  async end(): Promise<void> {
    const timer = setTimeout(() => this.#socket.destroy(), END_TIMEOUT_MS);
    try {
      await this.#client.end();
    } catch {
      // It had not been connected, or was broken.
    } finally {
      clearTimeout(timer);
      this.#socket.destroy();
    }
  }

  async #mapped<T>(action: string, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw this.#map(error, action);
    }
  }

  #map(error: unknown, action: string): Error {
    return postgresError(error, action, this.#server.config.password);
  }
}

/** Remembers what the source threw, so that it can be told from what the server says. */
async function* noting(pieces: AsyncIterable<Uint8Array>, failure: { error?: unknown }): AsyncGenerator<Uint8Array> {
  try {
    yield* pieces;
  } catch (error) {
    failure.error = error;
    throw error;
  }
}
