import { afterAll, beforeAll } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import type { WrongConfig } from '../conformance/place.ts';
import { describeTableDestination } from '../conformance/table-suite.ts';
import { accountOf } from './accounts.ts';
import { SnowflakeAccount } from './snowflake-account.ts';

const config = accountOf('snowflake');
let account: SnowflakeAccount;

beforeAll(async () => {
  account = await SnowflakeAccount.open(config);
});
afterAll(() => account.close());

/** No wrong password for a user who has one: Snowflake locks users out. */
function wrongConfigs(right: Record<string, unknown>): WrongConfig[] {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const { password: _password, privateKeyPassphrase: _passphrase, ...rest } = right;
  const keyed = { ...rest, privateKey: pem };
  const secret = pem.split('\n')[3] ?? '';
  return [
    { name: 'another key', config: keyed, code: 'snowflake_credentials_refused', secret },
    { name: 'role', config: { ...right, role: 'no_such_role' }, code: 'snowflake_role_refused' },
    { name: 'warehouse', config: { ...right, warehouse: 'nowhere' }, code: 'snowflake_warehouse_missing' },
    { name: 'database', config: { ...right, database: 'nowhere' }, code: 'snowflake_database_missing' },
    { name: 'schema', config: { ...right, schema: 'nowhere' }, code: 'snowflake_schema_missing' },
  ];
}

describeTableDestination({
  kind: 'snowflake',
  place: () => account.place(),
  wrongConfigs: async () => wrongConfigs((await account.place()).config),
  childModule: new URL('../conformance/snowflake-under-test.ts', import.meta.url),
});
