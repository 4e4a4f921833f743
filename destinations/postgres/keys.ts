import { clickhouseTime } from '../../core/time.ts';
import type { KeyDigest, TableKeys } from '../contract.ts';
import type { Connection } from './connection.ts';
import type { Scope } from './scope.ts';
import { quote } from './sql.ts';
import { describeTable } from './table.ts';
import { POSTGRES_TYPES } from './types.ts';

type Transaction = <T>(work: (connection: Connection) => Promise<T>) => Promise<T>;

/** Statements name at most so many keys. */
const KEYS_PER_STATEMENT = 10_000;

interface Target {
  table: string;
  key: string;
  /** Condition for the rows of the interval; its parameters are the bounds. */
  inRange: string;
  bounds: string[];
}

/** Looks at the rows of an interval in the table, by key and by the column with their time of ingestion. */
export class PostgresKeys implements TableKeys {
  readonly #transaction: Transaction;
  readonly #scope: Scope;

  constructor(transaction: Transaction, scope: Scope) {
    this.#transaction = transaction;
    this.#scope = scope;
  }

  digests(): Promise<KeyDigest[] | undefined> {
    return this.#read(async (connection, { table, key, inRange, bounds }) => {
      const rows = await connection.rows<{ bucket: number; rows: number; hash: string }>(
        'digest the rows',
        `SELECT bucket, pg_catalog.count(*)::float8 AS rows, pg_catalog.sum(hash)::text AS hash
          FROM (SELECT ${bucketOf(key)} AS bucket, ${hashOf(key)} AS hash FROM ${table} WHERE ${inRange}) AS hashed GROUP BY bucket`,
        bounds,
      );
      return rows.map(({ hash, ...row }) => ({ ...row, hash: BigInt.asUintN(64, BigInt(hash)) }));
    });
  }

  async inBuckets(buckets: readonly number[]): Promise<{ key: string; copies: number }[]> {
    const found = await this.#read((connection, { table, key, inRange, bounds }) =>
      connection.rows<{ key: string; copies: number }>(
        'read keys',
        `SELECT ${key}::text AS key, pg_catalog.count(*)::float8 AS copies FROM ${table}
          WHERE ${inRange} AND ${bucketOf(key)} = ANY ($3::int[]) GROUP BY ${key}`,
        [...bounds, buckets],
      ),
    );
    return found ?? [];
  }

  async present(keys: readonly string[]): Promise<string[]> {
    const found = await this.#inBatches(keys, (connection, { table, key }, batch) =>
      connection.rows<{ key: string }>(
        'look for keys',
        `SELECT DISTINCT ${key}::text AS key FROM ${table} WHERE ${key} = ANY ($1::uuid[])`,
        [batch],
      ),
    );
    return found.flat().map(({ key }) => key);
  }

  /** The copy that was ingested first stays. */
  async removeCopies(keys: readonly string[]): Promise<number> {
    const arrival = quote(this.#scope.context.arrivalColumn ?? '');
    const counts = await this.#inBatches(keys, async (connection, { table, key }, batch) => {
      const { count } = await connection.execute(
        'delete copies',
        `DELETE FROM ${table} WHERE ctid IN (SELECT ctid FROM (
          SELECT ctid, pg_catalog.row_number() OVER (PARTITION BY ${key} ORDER BY ${arrival}, ctid) AS copy
          FROM ${table} WHERE ${key} = ANY ($1::uuid[])) AS copies WHERE copy > 1)`,
        [batch],
      );
      return count;
    });
    return counts.reduce((sum, count) => sum + count, 0);
  }

  async #inBatches<T>(
    keys: readonly string[],
    work: (connection: Connection, target: Target, batch: readonly string[]) => Promise<T>,
  ): Promise<T[]> {
    const results: T[] = [];
    for (let start = 0; start < keys.length; start += KEYS_PER_STATEMENT) {
      const batch = keys.slice(start, start + KEYS_PER_STATEMENT);
      const result = await this.#read((connection, target) => work(connection, target, batch));
      results.push(...(result === undefined ? [] : [result]));
    }
    return results;
  }

  /** Undefined when the table is not what the interval's rows can be found in; a table that is gone has none of them. */
  #read<T>(work: (connection: Connection, target: Target) => Promise<T>): Promise<T | undefined> {
    return this.#transaction(async (connection) => {
      const target = await targetOf(connection, this.#scope);
      return target && work(connection, target);
    });
  }
}

async function targetOf(connection: Connection, { config, context, names }: Scope): Promise<Target | undefined> {
  const columns = await describeTable(connection, { schema: config.schema, name: config.table });
  const typeOf = (source: string | undefined): string | undefined =>
    columns?.find(({ name }) => POSTGRES_TYPES.sameName(name, source ?? ''))?.type;
  const [key] = context.key;
  const { arrivalColumn: arrival, interval } = context;
  const readable = typeOf(key) === 'uuid' && typeOf(arrival) === 'timestamp with time zone';
  if (!readable || key === undefined || arrival === undefined) {
    return undefined;
  }
  const column = quote(arrival);
  return {
    table: names.target,
    key: quote(key),
    inRange: `${column} >= $1::timestamptz AND ${column} < $2::timestamptz`,
    bounds: [interval.startMicros, interval.endMicros].map((micros) => `${clickhouseTime(micros)}+00`),
  };
}

function hashOf(key: string): string {
  return `('x' || pg_catalog.left(pg_catalog.md5(${key}::text), 16))::bit(64)::bigint`;
}

function bucketOf(key: string): string {
  return `((${hashOf(key)} >> 54) & 1023)::int`;
}
