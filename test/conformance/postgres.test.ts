import { afterAll, beforeAll, jest } from '@jest/globals';
import { startTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { describePostgres } from './postgres/describe.ts';
import { TestServer } from './postgres/place.ts';

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

describePostgres(
  () => server,
  (config) => [{ name: 'tls', config: { ...config, tlsMode: 'require' }, code: 'postgres_tls_unsupported' }],
);
