import { ClickHouseLogLevel, createClient, type ClickHouseClient, type ClickHouseSettings } from '@clickhouse/client';
import { finished, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { toClickHouseFault } from './errors.ts';
import { PROFILES, type Profile } from './profiles.ts';
import { onClusterClause } from './replicated-ddl.ts';

export interface ClickHouseConfig {
  url: string;
  database: string;
  username?: string;
  password?: string;
  /** Of replicas, as the servers' `remote_servers` names it: tables are made on all of them. Absent: one server. */
  cluster?: string;
  /** Absent: `live`. */
  profile?: Profile;
}

/** One statement with bound parameters. Values never become part of the text. */
export interface Statement {
  sql: string;
  params?: Record<string, unknown>;
  settings?: ClickHouseSettings;
  queryId?: string;
  signal?: AbortSignal;
}

/** Longest silence on a socket: a stream whose destination stalls must survive the destination's own retries. */
const SOCKET_IDLE_MS = 10 * 60_000;
/** Tail, inserts and export streams of one process share the pool; waiting for a socket would couple them. */
const MAX_CONNECTIONS = 64;

/**
 * Connection to one ClickHouse database. Everything that fails here fails as a SluiceError that says whether a retry
 * can help. Rows are read as objects only on small, bounded queries; bulk data goes through `stream`.
 */
export class ClickHouse {
  readonly database: string;
  readonly url: string;
  readonly cluster: string | undefined;
  readonly #client: ClickHouseClient;
  readonly #config: ClickHouseConfig;
  #open = 0;

  constructor(config: ClickHouseConfig) {
    this.database = config.database;
    this.url = config.url;
    this.cluster = config.cluster;
    this.#config = config;
    this.#client = createClient({
      url: config.url,
      database: config.database,
      username: config.username ?? 'default',
      password: config.password ?? '',
      request_timeout: SOCKET_IDLE_MS,
      max_open_connections: MAX_CONNECTIONS,
      // Failures are thrown, and whoever catches one logs it: the driver would print statements and data.
      log: { level: ClickHouseLogLevel.OFF },
      clickhouse_settings: {
        output_format_json_quote_64bit_integers: 0,
        // `toString(uuid) AS uuid` must not turn a comparison of uuids into one of texts.
        prefer_column_name_to_alias: 1,
        ...PROFILES[config.profile ?? 'live'],
      },
    });
  }

  /** Requests that are open, streams until their end; beyond the limit they wait for a socket. */
  use(): { used: number; limit: number } {
    return { used: this.#open, limit: MAX_CONNECTIONS };
  }

  /** Rows of a bounded query. Append no FORMAT clause. 64-bit integers beyond 2^53 must be selected as text. */
  async rows<Row>(statement: Statement): Promise<Row[]> {
    return (await this.measuredRows<Row>(statement)).rows;
  }

  /** The same, with what the engine read for it. */
  async measuredRows<Row>(statement: Statement): Promise<{ rows: Row[]; rowsRead: number; bytesRead: number }> {
    return this.#guarded(async () => {
      // In one piece: it is parsed at once, and an answer that was cut short is no JSON.
      const { stream } = await this.#client.exec({ query: `${statement.sql}\nFORMAT JSON`, ...wire(statement) });
      const answer = JSON.parse((await buffer(stream)).toString()) as JsonAnswer<Row>;
      if (answer.exception !== undefined) {
        // Its number, where the driver has it for what fails before an answer has begun.
        throw Object.assign(new Error(answer.exception), { code: /^Code: (\d+)/.exec(answer.exception)?.[1] });
      }
      const { rows_read: rowsRead = 0, bytes_read: bytesRead = 0 } = answer.statistics ?? {};
      return { rows: answer.data, rowsRead, bytesRead };
    });
  }

  /** The one statement that must not run inside the database it creates. */
  async createDatabase(): Promise<void> {
    const name = `\`${this.database.replaceAll('`', '')}\``;
    await this.outside((outside) =>
      outside.command({ sql: `CREATE DATABASE IF NOT EXISTS ${name}${onClusterClause(this.cluster)}` }),
    );
  }

  /** A connection to the same server whose database is there whether or not ours is. */
  async outside<Result>(work: (outside: ClickHouse) => Promise<Result>): Promise<Result> {
    const outside = new ClickHouse({ ...this.#config, database: 'default' });
    try {
      return await work(outside);
    } finally {
      await outside.close();
    }
  }

  /** DDL and everything whose result nobody reads. */
  async command(statement: Statement): Promise<void> {
    await this.#guarded(() => this.#client.command({ query: statement.sql, ...wire(statement) }));
  }

  /** Inserts objects as one block-wise atomic statement; columns that no object has get their defaults. */
  async insert(
    table: string,
    columns: readonly string[],
    values: object[],
    statement: Omit<Statement, 'sql'> = {},
  ): Promise<void> {
    if (values.length === 0) {
      return;
    }
    const named = columns as [string, ...string[]];
    await this.#guarded(() =>
      this.#client.insert({ table, columns: named, values, format: 'JSONEachRow', ...wire(statement) }),
    );
  }

  /** Inserts rows that are encoded already, as one block-wise atomic statement. */
  async insertTsv(
    table: string,
    columns: readonly string[],
    bytes: Buffer,
    statement: Omit<Statement, 'sql'> = {},
  ): Promise<void> {
    if (bytes.length === 0) {
      return;
    }
    const named = columns as [string, ...string[]];
    const values = Readable.from([bytes], { objectMode: false });
    await this.#guarded(() =>
      this.#client.insert({ table, columns: named, values, format: 'TabSeparated', ...wire(statement) }),
    );
  }

  /**
   * The bytes of a query as the server encodes them (the text ends with its FORMAT clause), packed when
   * `acceptEncoding` says so and the setting enable_http_compression is on. The caller destroys it.
   */
  async stream(
    statement: Statement & { acceptEncoding?: string },
  ): Promise<{ body: Readable; exceptionTag: string | undefined }> {
    return this.#guarded(async () => {
      const { stream, response_headers } = await this.#client.exec({
        query: statement.sql,
        decompress_response_stream: false,
        ...wire(statement),
        ...(statement.acceptEncoding !== undefined && {
          http_headers: { 'Accept-Encoding': statement.acceptEncoding },
        }),
      });
      this.#open += 1;
      finished(stream, () => (this.#open -= 1));
      assertPackedAs(statement.acceptEncoding, response_headers['content-encoding']);
      const tag = response_headers['x-clickhouse-exception-tag'];
      return { body: stream, exceptionTag: typeof tag === 'string' ? tag : undefined };
    });
  }

  async ping(signal?: AbortSignal): Promise<boolean> {
    return (await this.#client.ping(signal && { select: false, abort_signal: signal })).success;
  }

  async close(): Promise<void> {
    await this.#client.close();
  }

  async #guarded<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#open += 1;
    try {
      return await work();
    } catch (error) {
      throw toClickHouseFault(error);
    } finally {
      this.#open -= 1;
    }
  }
}

export function createClickHouse(config: ClickHouseConfig): ClickHouse {
  return new ClickHouse(config);
}

interface JsonAnswer<Row> {
  data: Row[];
  statistics?: { rows_read?: number; bytes_read?: number };
  exception?: string;
}

interface WireOptions {
  query_params?: Record<string, unknown>;
  clickhouse_settings?: ClickHouseSettings;
  query_id?: string;
  abort_signal?: AbortSignal;
}

function wire({ params, settings, queryId, signal }: Omit<Statement, 'sql'>): WireOptions {
  return {
    ...(params && { query_params: params }),
    ...(settings && { clickhouse_settings: settings }),
    ...(queryId !== undefined && { query_id: queryId }),
    ...(signal && { abort_signal: signal }),
  };
}

/** An empty answer may come unpacked; any other packing than the wanted one would be a file that lies about itself. */
function assertPackedAs(wanted: string | undefined, found: string | string[] | undefined): void {
  if (wanted !== undefined && found !== undefined && found !== wanted) {
    throw new Error(`ClickHouse packed its answer as ${String(found)}, not as ${wanted}`);
  }
}
