import { expect, test } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { bigqueryConfigSchema } from './config.ts';

const privateKey = generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey.export({
  type: 'pkcs8',
  format: 'pem',
});
const key = { type: 'service_account', client_email: 'a@p.iam.gserviceaccount.com', private_key: privateKey };
const config = {
  projectId: 'my-project',
  datasetId: 'events',
  tableId: 'all events',
  serviceAccountKey: JSON.stringify(key),
};

test('a key file and three names are enough', () => {
  expect(bigqueryConfigSchema.parse(config)).toEqual({ ...config, jsonType: 'json', schemaPolicy: 'auto' });
});

test.each([
  ['projectId', 'My Project'],
  ['datasetId', 'events.daily'],
  ['tableId', '_sluice_stage'],
  ['tableId', 'a`b'],
  ['serviceAccountKey', 'not JSON'],
  [
    'serviceAccountKey',
    JSON.stringify({ ...key, private_key: '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----' }),
  ],
  ['serviceAccountKey', JSON.stringify({ type: 'authorized_user', client_id: 'x' })],
  ['impersonate', 'somebody'],
  ['jsonType', 'jsonb'],
])('%s cannot be %s', (field, value) => {
  const { error } = bigqueryConfigSchema.safeParse({ ...config, [field]: value });
  expect(error?.issues.map(({ path }) => path)).toEqual([[field]]);
});
