import snowflake, { type Bind, type Connection, type ConnectionOptions } from 'snowflake-sdk';
import { startSnowflakeEmulator, type SnowflakeEmulator, type SnowflakeEmulatorOptions } from './snowflake/index.ts';

export type Row = Record<string, unknown>;

/** The unmodified SDK with promises, as the tests of the emulator use it. */
export interface Client {
  connection: Connection;
  execute(sqlText: string, binds?: readonly Bind[] | readonly Bind[][]): Promise<Row[]>;
  close(): Promise<void>;
}

export type LoginOptions = Partial<ConnectionOptions>;

/** Rejects with the SDK's error, whose `code` is Snowflake's. */
export async function connect(accessUrl: string, options: LoginOptions = {}): Promise<Client> {
  const connection = snowflake.createConnection({
    account: 'test',
    accessUrl,
    username: 'loader',
    password: 'secret',
    database: 'DB',
    schema: 'PUBLIC',
    warehouse: 'WH',
    ...options,
  });
  await new Promise<void>((resolve, reject) => {
    connection.connect((error) => (error ? reject(error) : resolve()));
  });
  return {
    connection,
    execute: async (sqlText, binds) => await execute(connection, { sqlText, ...(binds && { binds }) }),
    close: async () => await new Promise((resolve) => connection.destroy(() => resolve())),
  };
}

export async function execute(
  connection: Connection,
  options: Omit<Parameters<Connection['execute']>[0], 'complete'>,
): Promise<Row[]> {
  return await new Promise((resolve, reject) => {
    connection.execute({
      ...options,
      complete: (error, _statement, rows) => (error ? reject(error) : resolve(rows ?? [])),
    });
  });
}

function quietSdk(): void {
  snowflake.configure({ logLevel: 'OFF', useEnvProxy: false });
}

/** An emulator with a user, a warehouse and a database, as `connect` expects them. */
export async function startAccount(options: SnowflakeEmulatorOptions = {}): Promise<SnowflakeEmulator> {
  quietSdk();
  const emulator = await startSnowflakeEmulator(options);
  emulator.account.addUser('loader', { password: 'secret' });
  emulator.account.addWarehouse('WH');
  await emulator.query('CREATE DATABASE db');
  return emulator;
}
