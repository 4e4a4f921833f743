import { afterAll, beforeAll, describe, jest } from '@jest/globals';
import { startTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { TestServer } from './postgres/place.ts';
import { describeTableDestination } from './table-suite.ts';

jest.setTimeout(90_000);

let database: TestDatabase;
let server: TestServer;

beforeAll(async () => {
  database = await startTestDatabase();
  server = new TestServer(database);
}, 60_000);
afterAll(async () => {
  await server.end();
  await database.stop();
});

describe('postgres', () => {
  describeTableDestination({
    kind: 'postgres',
    place: () => server.place(),
    childModule: new URL('./postgres-under-test.ts', import.meta.url),
    // jsonb writes numbers out.
    adjust: (row) => ({ ...row, props: row['props']?.replace('1e21', `1${'0'.repeat(21)}`) ?? null }),
    wrongConfigs: async () => {
      const { config } = await server.place();
      const secret = 'wrong-horse-battery';
      return [
        { name: 'password', config: { ...config, password: secret }, code: 'postgres_credentials_refused', secret },
        {
          name: 'user',
          config: { ...config, user: 'nobody', password: secret },
          code: 'postgres_credentials_refused',
          secret,
        },
        { name: 'database', config: { ...config, database: 'nowhere' }, code: 'postgres_database_missing' },
        { name: 'schema', config: { ...config, schema: 'nowhere' }, code: 'postgres_schema_missing' },
        { name: 'tls', config: { ...config, tlsMode: 'require' }, code: 'postgres_tls_unsupported' },
      ];
    },
  });
});
