import type { Bind, Connection, ConnectionOptions, SnowflakeError } from 'snowflake-sdk';
import type { SnowflakeConfig } from './config.ts';
import { loginError, saysMissing, sdkError } from './errors.ts';
import { readPrivateKey } from './private-key.ts';
import { loadSdk } from './sdk.ts';

/** Every cell as text, so that no number passes through a double. */
export type Row = Record<string, string | null>;

export interface Statement {
  sql: string;
  binds?: readonly Bind[];
  /** For error messages: "create the table". */
  action: string;
  /** Thrown when Snowflake says that the named thing is not there. */
  missing?: Error;
  /** Runs when the SDK has ended with the statement, which after an abort may be later than `rows` rejects. */
  onEnd?: () => void;
}

/** Half a minute with the SDK's pauses. */
const LOGIN_RETRIES = 3;
const CLOSE_TIMEOUT_MS = 2_000;
const AS_TEXT = ['String', 'Boolean', 'Number', 'Date', 'JSON', 'Buffer'] as const;

function credentials({ password, privateKey, privateKeyPassphrase }: SnowflakeConfig): Partial<ConnectionOptions> {
  if (privateKey === undefined) {
    return { password: password ?? '' };
  }
  const key = readPrivateKey(privateKey, privateKeyPassphrase);
  const pem = key?.export({ type: 'pkcs8', format: 'pem' }).toString() ?? '';
  return { authenticator: 'SNOWFLAKE_JWT', privateKey: pem };
}

/** One session. Statements may be sent at once; transactions are the caller's business. */
export class SnowflakeClient {
  readonly #connection: Connection;

  private constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** `accessUrl` leads elsewhere than to the account's own host; for tests. */
  static async connect(
    config: SnowflakeConfig,
    { accessUrl, signal }: { accessUrl: string | undefined; signal: AbortSignal },
  ): Promise<SnowflakeClient> {
    signal.throwIfAborted();
    const { account, user, role, warehouse } = config;
    const connection = loadSdk().createConnection({
      account,
      username: user,
      ...credentials(config),
      ...(role !== undefined && { role }),
      ...(accessUrl !== undefined && { accessUrl }),
      warehouse,
      application: 'Sluice',
      queryTag: 'sluice',
      sfRetryMaxLoginRetries: LOGIN_RETRIES,
      fetchAsString: [...AS_TEXT],
      representNullAsStringNull: false,
    });
    await abandonable(
      signal,
      (done) => connection.connect((error) => done(error ? loginError(error) : undefined)),
      () => connection.destroy(() => undefined),
    );
    return new SnowflakeClient(connection);
  }

  /** Rows of one statement. An abort cancels it at Snowflake, and rejects at once with the signal's reason. */
  async rows({ sql, binds, action, missing, onEnd }: Statement, signal: AbortSignal): Promise<Row[]> {
    signal.throwIfAborted();
    let found: Row[] = [];
    let cancel = (): void => undefined;
    await abandonable(
      signal,
      (done) => {
        const statement = this.#connection.execute({
          sqlText: sql,
          ...(binds !== undefined && { binds: [...binds] }),
          complete: (error: SnowflakeError | undefined, _statement, rows) => {
            found = (rows ?? []) as Row[];
            onEnd?.();
            done(error ? ((saysMissing(error) ? missing : undefined) ?? sdkError(error, action)) : undefined);
          },
        });
        cancel = () => statement.cancel(() => undefined);
      },
      () => cancel(),
    );
    return found;
  }

  async run(statement: Statement, signal: AbortSignal): Promise<void> {
    await this.rows(statement, signal);
  }

  /** Ends the session; what it still runs is cancelled, and an open transaction rolled back. */
  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, CLOSE_TIMEOUT_MS);
      this.#connection.destroy(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

/** Waits for what tells its end by `done`, but not beyond an abort, which runs `onAbort`. */
async function abandonable(
  signal: AbortSignal,
  start: (done: (error: Error | undefined) => void) => void,
  onAbort: () => void,
): Promise<void> {
  let abort = (): void => undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      abort = () => {
        onAbort();
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', abort, { once: true });
      start((error) => (error === undefined ? resolve() : reject(error)));
    });
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
