import { SluiceError } from '../../core/errors.ts';
import type { PostgresConfig } from './config.ts';
import type { Connection } from './connection.ts';

/** A frozen worker lets go of its locks after this time. */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 60_000;
/** The server notices within this time that a worker has died in the middle of a long statement (PostgreSQL 14). */
const CONNECTION_CHECK_INTERVAL_MS = 5_000;

/**
 * Settings hold for the transaction only, so that poolers that hand connections around are fine. The time zone decides
 * what a time without one means. Whoever has switched durable commits off gets them here: a commit that was reported
 * must survive. What an old server does not know is left out.
 */
const SETTINGS = `SELECT pg_catalog.set_config(name, value, true) FROM pg_catalog.pg_settings
  JOIN ROWS FROM (pg_catalog.unnest($1::text[]), pg_catalog.unnest($2::text[])) AS wanted (name, value) USING (name)
  WHERE name <> 'synchronous_commit' OR setting = 'off'`;

function settingsOf({ lockTimeoutMs, statementTimeoutMs }: PostgresConfig): Record<string, string> {
  return {
    lock_timeout: String(lockTimeoutMs),
    statement_timeout: String(statementTimeoutMs),
    idle_in_transaction_session_timeout: String(IDLE_IN_TRANSACTION_TIMEOUT_MS),
    client_connection_check_interval: String(CONNECTION_CHECK_INTERVAL_MS),
    synchronous_commit: 'on',
    TimeZone: 'UTC',
    client_encoding: 'UTF8',
  };
}

/**
 * Runs `work` in a transaction and commits. Everything goes through here, also what only reads. A failure of COMMIT
 * itself leaves its outcome unknown; callers must be able to find out.
 */
export async function transaction<T>(
  connection: Connection,
  config: PostgresConfig,
  work: () => Promise<T>,
): Promise<T> {
  await connection.execute('begin', 'BEGIN ISOLATION LEVEL READ COMMITTED');
  try {
    const settings = settingsOf(config);
    await connection.rows('begin', SETTINGS, [Object.keys(settings), Object.values(settings)]);
    const result = await work();
    const { command } = await connection.execute('commit', 'COMMIT');
    if (command !== 'COMMIT') {
      throw rolledBack();
    }
    return result;
  } catch (error) {
    // Fails when the connection is gone, and then the server has rolled back by itself.
    await connection.execute('roll back', 'ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/** The server answers ROLLBACK to the COMMIT of a transaction in which a statement has failed. */
function rolledBack(): SluiceError {
  return new SluiceError({
    code: 'postgres_conflict',
    message: 'the server rolled the transaction back',
    retryable: true,
    fault: 'destination',
    remedy: 'Nothing to do: it is tried again.',
  });
}
