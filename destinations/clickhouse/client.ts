import { randomUUID } from 'node:crypto';
import type { Transport } from './transport.ts';

export interface Statement {
  sql: string;
  /** Bound as `{name:Type}`. */
  params?: Readonly<Record<string, string | number>>;
  settings?: Readonly<Record<string, string | number>>;
  signal: AbortSignal;
}

/**
 * - An answer is held back until the statement has ended, so that an error has a status.
 * - An INSERT is stored when it is answered (asynchronous inserts are a default of newer servers).
 * - Values are taken exactly or refused: no default for NULL, no clamped time.
 * - A ClickHouse service with several replicas answers from what was written last.
 */
const SETTINGS = {
  wait_end_of_query: 1,
  async_insert: 0,
  date_time_input_format: 'best_effort',
  date_time_overflow_behavior: 'throw',
  input_format_null_as_default: 0,
  input_format_allow_errors_num: 0,
  input_format_allow_errors_ratio: 0,
  // Imported history spreads over more partitions than the default of 100 allows in one block.
  max_partitions_per_insert_block: 0,
  select_sequential_consistency: 1,
  output_format_json_quote_64bit_integers: 0,
} as const;

/** Stopping the statement must not follow the caller's signal, nor hold the caller's end for long. */
const KILL_TIMEOUT_MS = 3_000;

/** Statements on one server. An abort also stops the statement there. */
export interface ClickHouseClient {
  rows<Row>(statement: Statement): Promise<Row[]>;
  run(statement: Statement): Promise<void>;
  /** Streams rows of TabSeparated into a table. */
  insertTsv(
    table: string,
    columns: readonly string[],
    body: AsyncIterable<Uint8Array>,
    signal: AbortSignal,
  ): Promise<void>;
  close(): Promise<void>;
}

export function createClient(transport: Transport): ClickHouseClient {
  const kills = new Set<Promise<unknown>>();
  const kill = (queryId: string): void => {
    const sql = 'KILL QUERY WHERE query_id = {id:String} ASYNC';
    const signal = AbortSignal.timeout(KILL_TIMEOUT_MS);
    const killing = transport.send({ query: { param_id: queryId }, body: sql, signal }).catch(() => undefined);
    kills.add(killing);
    void killing.then(() => kills.delete(killing));
  };
  const send = async (
    query: Record<string, string>,
    body: string | AsyncIterable<Uint8Array>,
    signal: AbortSignal,
  ): Promise<string> => {
    const queryId = randomUUID();
    try {
      return await transport.send({ query: { ...texts(SETTINGS), query_id: queryId, ...query }, body, signal });
    } catch (error) {
      if (signal.aborted) {
        kill(queryId);
      }
      throw error;
    }
  };
  const run = ({ sql, params, settings, signal }: Statement): Promise<string> =>
    send({ ...texts(params, 'param_'), ...texts(settings) }, sql, signal);
  return {
    rows: async <Row>(statement: Statement): Promise<Row[]> => {
      const text = await run({ ...statement, sql: `${statement.sql} FORMAT JSONEachRow` });
      return text === '' ? [] : (JSON.parse(`[${text.trim().split('\n').join(',')}]`) as Row[]);
    },
    run: async (statement) => {
      await run(statement);
    },
    insertTsv: async (table, columns, body, signal) => {
      await send({ query: `INSERT INTO ${table} (${columns.join(', ')}) FORMAT TabSeparated` }, body, signal);
    },
    close: async () => {
      await Promise.all(kills);
      transport.close();
    },
  };
}

function texts(values: Readonly<Record<string, string | number>> = {}, prefix = ''): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}${name}`, String(value)]));
}
