import type { OutboundNetwork } from '../../net/outbound-network.ts';
import { SnowflakeClient } from './client.ts';
import type { SnowflakeConfig } from './config.ts';
import { DATABASE_MISSING, SCHEMA_MISSING, WAREHOUSE_MISSING, type Fault } from './error-table.ts';
import { contextError } from './errors.ts';
import { fold, quote } from './identifiers.ts';

export interface SnowflakeOptions {
  network?: OutboundNetwork;
  /** Where the emulator listens. */
  accessUrl?: string;
  /** Of the worker, for chunks while they are sent; absent: the system's. */
  temporaryFolder?: string;
}

/** Waiting for a lock: longer than Snowflake lets a silent transaction of a dead worker keep it (five minutes). */
const LOCK_TIMEOUT_SECONDS = 900;

/** Logs in. The session means UTC, and what identifiers say, whatever account and user have as defaults. */
export async function openSnowflake(
  config: SnowflakeConfig,
  { network, accessUrl }: SnowflakeOptions,
  signal: AbortSignal,
): Promise<SnowflakeClient> {
  await network?.assertHost('account', `${config.account}.snowflakecomputing.com`);
  const client = await SnowflakeClient.connect(config, { accessUrl, signal });
  try {
    await client.run({ sql: sessionSql(config), action: 'set up the session' }, signal);
    return client;
  } catch (error) {
    await client.close();
    throw error;
  }
}

function sessionSql({ statementTimeoutMs }: SnowflakeConfig): string {
  const settings = {
    TIMEZONE: `'UTC'`,
    AUTOCOMMIT: 'TRUE',
    QUOTED_IDENTIFIERS_IGNORE_CASE: 'FALSE',
    ERROR_ON_NONDETERMINISTIC_MERGE: 'TRUE',
    TIMESTAMP_INPUT_FORMAT: `'AUTO'`,
    DATE_INPUT_FORMAT: `'AUTO'`,
    ABORT_DETACHED_QUERY: 'TRUE',
    LOCK_TIMEOUT: String(LOCK_TIMEOUT_SECONDS),
    STATEMENT_TIMEOUT_IN_SECONDS: String(Math.ceil(statementTimeoutMs / 1_000)),
  };
  const list = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
  return `ALTER SESSION SET ${list.join(' ')}`;
}

/** What each of the config's names is used with, in order. */
export function contextSteps({ warehouse, database, schema }: SnowflakeConfig): {
  name: string;
  sql: string;
  missing: Fault;
}[] {
  const inDatabase = quote(fold(database));
  return [
    { name: 'warehouse', sql: `USE WAREHOUSE ${quote(fold(warehouse))}`, missing: WAREHOUSE_MISSING },
    { name: 'database', sql: `USE DATABASE ${inDatabase}`, missing: DATABASE_MISSING },
    { name: 'schema', sql: `USE SCHEMA ${inDatabase}.${quote(fold(schema))}`, missing: SCHEMA_MISSING },
  ];
}

/** Runs one of them. */
export async function useContext(
  client: SnowflakeClient,
  { name, sql, missing }: ReturnType<typeof contextSteps>[number],
  signal: AbortSignal,
): Promise<void> {
  await client.run({ sql, action: `use the ${name}`, missing: contextError(missing, sql.replace('USE ', '')) }, signal);
}
