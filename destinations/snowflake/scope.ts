import type { SessionContext } from '../contract.ts';
import type { Row, SnowflakeClient, Statement } from './client.ts';
import type { SnowflakeConfig } from './config.ts';
import type { Names } from './names.ts';

/** What an attempt works with and on. */
export interface Scope {
  client: SnowflakeClient;
  config: SnowflakeConfig;
  context: SessionContext;
  names: Names;
  /** For chunks while they are sent; absent: the system's. */
  temporaryFolder?: string | undefined;
}

export async function rows({ client, context }: Scope, statement: Statement): Promise<Row[]> {
  return await client.rows(statement, context.signal);
}

export async function run({ client, context }: Scope, statement: Statement): Promise<void> {
  await client.run(statement, context.signal);
}
