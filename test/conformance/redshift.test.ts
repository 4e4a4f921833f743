import { afterAll, beforeAll, describe, jest } from '@jest/globals';
import { startRedshiftServer, type RedshiftServer } from './redshift/server.ts';
import { describeTableDestination } from './table-suite.ts';

jest.setTimeout(120_000);

let server: RedshiftServer;

beforeAll(async () => {
  server = await startRedshiftServer();
}, 60_000);
afterAll(() => server.stop());

describe('redshift', () => {
  describeTableDestination({
    kind: 'redshift',
    place: () => server.place(),
    childModule: new URL('./redshift-under-test.ts', import.meta.url),
    // The emulator keeps SUPER as PostgreSQL's jsonb, which writes exponents out.
    adjust: (row) => ({ ...row, props: row['props']?.replace('1e21', `1${'0'.repeat(21)}`) ?? null }),
    wrongConfigs: async () => {
      const { emulator } = server;
      const { config } = await server.place();
      const { clusterIdentifier: _cluster, dbUser: _user, ...serverless } = config;
      const secret = emulator.credentials.secretAccessKey;
      return [
        {
          name: 'wrong secret key',
          config: { ...config, secretAccessKey: 'wrong-horse' },
          code: 'redshift_credentials_refused',
          secret: 'wrong-horse',
        },
        {
          name: 'missing workgroup',
          config: { ...serverless, workgroupName: 'nowhere' },
          code: 'redshift_endpoint_missing',
          secret,
        },
        {
          name: 'missing database',
          config: { ...config, database: 'nowhere' },
          code: 'redshift_database_missing',
          secret,
        },
        { name: 'unknown user', config: { ...config, dbUser: 'nobody' }, code: 'redshift_login_refused', secret },
        { name: 'missing schema', config: { ...config, schema: 'nowhere' }, code: 'redshift_schema_missing', secret },
        {
          name: 'a user without rights',
          config: { ...config, dbUser: emulator.otherDbUser },
          code: 'redshift_access_denied',
          secret,
        },
      ];
    },
  });
});
