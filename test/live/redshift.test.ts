import { afterAll } from '@jest/globals';
import { redshiftConfigSchema } from '../../destinations/redshift/config.ts';
import type { WrongConfig } from '../conformance/place.ts';
import { describeTableDestination } from '../conformance/table-suite.ts';
import { accountOf } from './accounts.ts';
import { RedshiftAccount } from './redshift-account.ts';

const { table: _table, ...config } = redshiftConfigSchema.parse({ ...accountOf('redshift'), table: 'any' });
const account = new RedshiftAccount(config);

afterAll(() => account.close());

function wrongConfigs(right: Record<string, unknown>): WrongConfig[] {
  const { clusterIdentifier: _cluster, dbUser: _user, ...serverless } = right;
  const { secretAccessKey: secret = '' } = config;
  return [
    {
      name: 'wrong secret key',
      config: { ...right, secretAccessKey: 'wrong-horse' },
      code: 'redshift_credentials_refused',
      secret: 'wrong-horse',
    },
    {
      name: 'missing workgroup',
      config: { ...serverless, workgroupName: 'nowhere' },
      code: 'redshift_endpoint_missing',
      secret,
    },
    { name: 'missing database', config: { ...right, database: 'nowhere' }, code: 'redshift_database_missing', secret },
    { name: 'missing schema', config: { ...right, schema: 'nowhere' }, code: 'redshift_schema_missing', secret },
  ];
}

describeTableDestination({
  kind: 'redshift',
  place: () => account.place(),
  wrongConfigs: async () => wrongConfigs((await account.place()).config),
  childModule: new URL('../conformance/redshift-under-test.ts', import.meta.url),
});
