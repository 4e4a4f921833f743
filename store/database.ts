import { CamelCasePlugin, Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { lendingPool } from './lending-pool.ts';
import type { Tables } from './tables.ts';

export interface DatabaseConfig {
  url: string;
  /** Upper bound of the pool. `listen` takes one connection more. */
  maxConnections: number;
  /**
   * A query without an answer for so long has failed, and its connection is replaced; 0: never. Default: a little longer
   * than the server lets a statement run.
   */
  answerWithinMs?: number;
}

export interface Database {
  readonly kysely: Kysely<Tables>;
  readonly url: string;
  /** Connections of the pool as they are now; `listen` has one more. */
  use(): { used: number; idle: number; waiting: number; limit: number };
  /** Ends the pool; waits for queries in flight. A second call does nothing. */
  close(): Promise<void>;
}

/** A database or a transaction in it. */
export type Queries = Kysely<Tables>;

/** Longer than any statement of ours takes; a stuck one must not hold a connection for ever. */
const STATEMENT_TIMEOUT_MS = 30_000;
const CONNECT_TIMEOUT_MS = 10_000;
/** A server that lives has ended the statement by then; one that has gone silent, behind a network that drops all, never says so. */
const ANSWER_WITHIN_MS = STATEMENT_TIMEOUT_MS + 5_000;
/** Long waits without a query (`withOperatorLock`) would not notice otherwise; shorter than what firewalls forget after. */
const KEEP_ALIVE_AFTER_MS = 10_000;

const INT8_OID = 20;

/** bigint columns hold micros, counts and epochs, all below 2^53; anything larger is a bug and must not be rounded. */
function parseInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) {
    throw new RangeError(`bigint ${text} does not fit a JavaScript number`);
  }
  return value;
}

/** What pg passes and expects here is wider than its published types say. */
type ParserLookup = (oid: number, format?: string) => (text: string) => unknown;
const defaultParser = pg.types.getTypeParser as unknown as ParserLookup;

const types = {
  getTypeParser: (oid: number, format?: string) => (oid === INT8_OID ? parseInt8 : defaultParser(oid, format)),
} as pg.CustomTypesConfig;

/** Opens lazily: the first query connects. Connections that break are replaced silently; a query on one fails. */
export function openDatabase(config: DatabaseConfig): Database {
  const pool = new pg.Pool({
    connectionString: config.url,
    max: config.maxConnections,
    types,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: config.answerWithinMs ?? ANSWER_WITHIN_MS,
    idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
    application_name: 'sluice',
  });
  // Without these listeners a connection that the server closes would end the process: the pool's own is for idle ones,
  // the client's for one in use, whose query fails by itself. The pool replaces both.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  const kysely = new Kysely<Tables>({
    dialect: new PostgresDialect({ pool: lendingPool(pool) }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
  });
  let closing: Promise<void> | undefined;
  const use: Database['use'] = () => ({
    used: pool.totalCount - pool.idleCount,
    idle: pool.idleCount,
    waiting: pool.waitingCount,
    limit: config.maxConnections,
  });
  return { kysely, url: config.url, use, close: () => (closing ??= kysely.destroy()) };
}

/** True when the database answers a query. */
export async function pingDatabase(db: Database): Promise<boolean> {
  try {
    await db.kysely.selectNoFrom((eb) => eb.val(1).as('one')).execute();
    return true;
  } catch {
    // The caller (readiness) wants a yes or no; the reason is in the logs of whoever needed the database.
    return false;
  }
}
