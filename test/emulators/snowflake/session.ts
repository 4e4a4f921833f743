import type { DuckDBConnection } from '@duckdb/node-api';
import { randomUUID } from 'node:crypto';
import type { Table } from './catalog.ts';
import type { Transaction } from './transactions.ts';

export type ParameterValue = string | number | boolean;

/** Parameters that the SDK reads from answers, or that change what statements do; values are Snowflake's defaults. */
const DEFAULT_PARAMETERS: Record<string, ParameterValue> = {
  ABORT_DETACHED_QUERY: false,
  AUTOCOMMIT: true,
  BINARY_OUTPUT_FORMAT: 'HEX',
  CLIENT_SESSION_KEEP_ALIVE: false,
  CLIENT_SESSION_KEEP_ALIVE_HEARTBEAT_FREQUENCY: 3600,
  CLIENT_STAGE_ARRAY_BINDING_THRESHOLD: 65_280,
  DATE_INPUT_FORMAT: 'AUTO',
  DATE_OUTPUT_FORMAT: 'YYYY-MM-DD',
  ERROR_ON_NONDETERMINISTIC_MERGE: true,
  LOCK_TIMEOUT: 43_200,
  QUERY_TAG: '',
  QUOTED_IDENTIFIERS_IGNORE_CASE: false,
  STATEMENT_TIMEOUT_IN_SECONDS: 172_800,
  TIMESTAMP_INPUT_FORMAT: 'AUTO',
  TIMESTAMP_LTZ_OUTPUT_FORMAT: '',
  TIMESTAMP_NTZ_OUTPUT_FORMAT: 'YYYY-MM-DD HH24:MI:SS.FF3',
  TIMESTAMP_OUTPUT_FORMAT: 'YYYY-MM-DD HH24:MI:SS.FF3 TZHTZM',
  TIMESTAMP_TZ_OUTPUT_FORMAT: '',
  TIMEZONE: 'America/Los_Angeles',
  TIME_OUTPUT_FORMAT: 'HH24:MI:SS',
  TRANSACTION_ABORT_ON_ERROR: false,
};

/** A session and its connection to DuckDB. Statements of one session run one after the other. */
export class Session {
  readonly id = String(Math.floor(Math.random() * 1e15));
  readonly user: string;
  readonly roles: readonly string[];
  readonly connection: DuckDBConnection;
  readonly parameters = new Map<string, ParameterValue>(Object.entries(DEFAULT_PARAMETERS));
  readonly temporaryTables = new Map<string, Table>();
  role: string;
  database: string | undefined;
  schema: string | undefined;
  warehouse: string | undefined;
  transaction: Transaction | undefined;
  closed = false;
  private queue: Promise<unknown> = Promise.resolve();

  constructor(connection: DuckDBConnection, user: { name: string; roles: readonly string[] }) {
    this.connection = connection;
    this.user = user.name;
    this.roles = user.roles;
    this.role = user.roles[0] ?? 'PUBLIC';
  }

  /** Runs `work` after everything that was asked of this session before. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.queue.then(work);
    this.queue = result.catch(() => undefined);
    return result;
  }
}

interface Tokens {
  session: Session;
  sessionToken: string;
  masterToken: string;
}

/** Sessions by their tokens. A token that has expired is known, one of an ended session is not. */
export class Sessions {
  private readonly bySessionToken = new Map<string, Session>();
  private readonly byMasterToken = new Map<string, Session>();
  private readonly expired = new Set<string>();

  add(session: Session): Tokens {
    const masterToken = `master-${randomUUID()}`;
    this.byMasterToken.set(masterToken, session);
    return { session, masterToken, sessionToken: this.issue(session) };
  }

  private issue(session: Session): string {
    const token = `session-${randomUUID()}`;
    this.bySessionToken.set(token, session);
    return token;
  }

  find(token: string): Session | 'expired' | undefined {
    return this.expired.has(token) ? 'expired' : this.bySessionToken.get(token);
  }

  renew(masterToken: string): Tokens | undefined {
    const session = this.byMasterToken.get(masterToken);
    return session === undefined ? undefined : { session, masterToken, sessionToken: this.issue(session) };
  }

  /** As if every session token had reached its age. Master tokens stay valid. */
  expireSessionTokens(): void {
    for (const token of this.bySessionToken.keys()) {
      this.expired.add(token);
    }
  }

  remove(session: Session): void {
    for (const tokens of [this.bySessionToken, this.byMasterToken]) {
      for (const [token, owner] of tokens) {
        if (owner === session) {
          tokens.delete(token);
          this.expired.delete(token);
        }
      }
    }
  }

  all(): Session[] {
    return [...new Set(this.byMasterToken.values())];
  }
}
