import { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { OutboundNetwork } from '../../net/outbound-network.ts';
import { sendCancel } from './cancel.ts';
import type { PostgresConfig } from './config.ts';
import { isUnanswered, postgresError } from './errors.ts';
import { SILENCE_LIMITS, type SilenceLimits, SilenceWatch } from './silence.ts';
import { tlsOptions } from './tls.ts';

const KEEP_ALIVE_AFTER_MS = 10_000;
/** A good-bye that the server does not take within this time is dropped. */
const END_TIMEOUT_MS = 2_000;

export interface Server {
  config: PostgresConfig;
  network: OutboundNetwork | undefined;
  /** Shown in pg_stat_activity; connections of dead attempts are recognised by it. At most 63 bytes. */
  applicationName: string;
  /** Default: SILENCE_LIMITS. */
  silence?: SilenceLimits | undefined;
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
 * Connects, works, and closes the connection. A statement to a server that has gone silent fails, see `silence.ts`. When
 * `signal` aborts, the running statement is cancelled at the server, the socket destroyed, and the signal's reason thrown.
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
  readonly #limits: SilenceLimits;
  readonly #socket: Socket;
  readonly #client: pg.Client;

  constructor(server: Server) {
    const { config, applicationName } = server;
    this.#server = server;
    this.#limits = server.silence ?? SILENCE_LIMITS;
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
      connectionTimeoutMillis: this.#limits.connectWithinMs,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
    });
    // A connection that breaks between two statements; the next statement tells.
    this.#client.on('error', () => undefined);
  }

  async connect(): Promise<void> {
    try {
      await this.#client.connect();
    } catch (error) {
      throw this.#map(error, 'connect');
    }
  }

  async rows<Row>(action: string, sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    const { rows } = await this.#watched(action, () => this.#client.query<Row & pg.QueryResultRow>(sql, [...values]));
    return rows;
  }

  async execute(
    action: string,
    sql: string,
    values: readonly unknown[] = [],
  ): Promise<{ command: string; count: number }> {
    const { command, rowCount } = await this.#watched(action, () => this.#client.query(sql, [...values]));
    return { command, count: rowCount ?? 0 };
  }

  copyIn(action: string, sql: string, pieces: AsyncIterable<Uint8Array>): Promise<number> {
    const source: { failure?: { error: unknown } } = {};
    return this.#watched(action, async (watch) => {
      const copy = this.#client.query(copyFrom(sql));
      const taken = noting(pieces, { moved: () => watch.moved(), failed: (error) => (source.failure = { error }) });
      await pipeline(Readable.from(taken, { objectMode: false }), copy);
      return copy.rowCount;
    }).catch((error: unknown) => {
      throw source.failure === undefined ? error : source.failure.error;
    });
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

  async #watched<T>(action: string, call: (watch: SilenceWatch) => Promise<T>): Promise<T> {
    const watch = new SilenceWatch({
      ...this.#limits,
      statementTimeoutMs: this.#server.config.statementTimeoutMs,
      isAlive: (signal) => this.#answersElsewhere(signal),
      giveUp: () => this.#socket.destroy(),
    });
    try {
      return await call(watch);
    } catch (error) {
      throw this.#map(watch.failure ?? error, action);
    } finally {
      watch.end();
    }
  }

  /**
   * On a connection of its own. A server that refuses that one lives too. Nothing is asked there: a pooler may let it wait
   * for the very connection that the statement has.
   */
  async #answersElsewhere(signal: AbortSignal): Promise<boolean> {
    const link = new Link(this.#server);
    const stop = (): void => void link.#socket.destroy();
    signal.addEventListener('abort', stop, { once: true });
    try {
      await link.#client.connect();
      return true;
    } catch (error) {
      return !isUnanswered(error);
    } finally {
      signal.removeEventListener('abort', stop);
      await link.end();
    }
  }

  #map(error: unknown, action: string): Error {
    return postgresError(error, action, this.#server.config.password);
  }
}

/** Tells when a piece has been taken, and what the source threw, so that it can be told from what the server says. */
async function* noting(
  pieces: AsyncIterable<Uint8Array>,
  on: { moved(): void; failed(error: unknown): void },
): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of pieces) {
      yield piece;
      on.moved();
    }
  } catch (error) {
    on.failed(error);
    throw error;
  }
}
