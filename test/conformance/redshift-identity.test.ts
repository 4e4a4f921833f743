import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type RedshiftConfig, redshiftConfigSchema } from '../../destinations/redshift/config.ts';
import { createRedshiftDestination, type RedshiftOptions } from '../../destinations/redshift/index.ts';
import { startTestClickHouse, type TestClickHouse } from '../clickhouse/server.ts';
import { redshiftClient } from '../emulators/redshift-client.ts';
import { type RedshiftEmulator, startRedshiftEmulator } from '../emulators/redshift/index.ts';
import { GoldenSource, plainRows } from './table/golden.ts';
import { goldenContext } from './table/session.ts';

jest.setTimeout(60_000);

const EXTERNAL_ID = '0b5b4f0e-7d0a-4f0e-9d35-1b2f6b1f6a10';
const CLOSED = 'arn:aws:iam::444455556666:role/closed';
const OPEN = 'arn:aws:iam::444455556666:role/open';

let emulator: RedshiftEmulator;
let clickhouse: TestClickHouse;
beforeAll(async () => {
  const assumableRoles = [{ arn: CLOSED, externalId: EXTERNAL_ID }, { arn: OPEN }];
  [emulator, clickhouse] = await Promise.all([startRedshiftEmulator({ assumableRoles }), startTestClickHouse()]);
}, 60_000);
afterAll(async () => {
  await Promise.all([emulator.stop(), clickhouse.stop()]);
});

/** Without a bucket: the S3 server of the tests knows no temporary keys. */
async function configOf(overrides: Record<string, unknown> = {}): Promise<RedshiftConfig> {
  const schema = `target_${randomBytes(6).toString('hex')}`;
  const redshift = redshiftClient(emulator);
  await redshift.must(`CREATE SCHEMA ${schema}`);
  const { region, clusterIdentifier, database, dbUser, credentials } = emulator;
  // The SDK writes into the object that it is given.
  const { accessKeyId, secretAccessKey } = credentials;
  return redshiftConfigSchema.parse({
    ...{ region, clusterIdentifier, database, dbUser, schema, table: 'rows', mode: 'insert' },
    ...{ accessKeyId, secretAccessKey, roleArn: CLOSED, externalId: EXTERNAL_ID, ...overrides },
  });
}

const destinationWith = (options: RedshiftOptions = {}): ReturnType<typeof createRedshiftDestination> =>
  createRedshiftDestination({ endpoint: emulator.endpoint, stsEndpoint: emulator.stsEndpoint, ...options });

async function check(config: RedshiftConfig, options?: RedshiftOptions): Promise<string[]> {
  const steps = await destinationWith(options).check(config, new AbortController().signal);
  return steps.map(({ name, status }) => `${name}: ${status}`);
}

describe('a role', () => {
  test('is assumed with the external id, its keys sign the calls', async () => {
    const config = await configOf();
    expect(await check(config)).toEqual([
      'identity: passed',
      'role: passed',
      'external id is demanded: passed',
      ...['connect', 'schema', 'table', 'insert'].map((name) => `${name}: passed`),
    ]);
    const session = await destinationWith().open(config, goldenContext());
    const source = await GoldenSource.of(clickhouse.ch, plainRows(1, 4));
    const chunk = await session.loadChunk(source.chunk());
    expect(await session.commit({ chunks: [chunk] })).toMatchObject({ rows: 3 });
    await session.close();
  });

  test('that does not ask for the external id is refused by the check: the confused deputy', async () => {
    expect(await check(await configOf({ roleArn: OPEN }))).toEqual([
      'identity: passed',
      'role: passed',
      'external id is demanded: failed',
    ]);
  });

  test.each([
    ['with another external id', { externalId: 'someone-elses-external-id' }, 's3_role_refused'],
    ['by a key that is wrong', { secretAccessKey: 'another-secret' }, 's3_credentials_refused'],
  ])('%s is not assumed', async (_name, overrides, code) => {
    const config = await configOf(overrides);
    expect((await check(config))[1]).toBe('role: failed');
    const session = await destinationWith().open(config, goldenContext());
    await expect(session.commit({ chunks: [] })).rejects.toMatchObject({ code, retryable: false, fault: 'customer' });
    await session.close();
  });
});

test("the installation's own identity is not lent unless the operator says so", async () => {
  const keyless = { accessKeyId: undefined, secretAccessKey: undefined };
  const refused = { code: 's3_ambient_credentials_refused', retryable: false, fault: 'customer' };
  const assuming = await configOf(keyless);
  const direct = await configOf({ ...keyless, roleArn: undefined, externalId: undefined });
  const open = (config: RedshiftConfig, options?: RedshiftOptions): Promise<unknown> =>
    destinationWith(options)
      .open(config, goldenContext())
      .then((session) => session.close());
  await expect(open(assuming)).rejects.toMatchObject(refused);
  await expect(open(direct, { ambientCredentials: 'assume_role' })).rejects.toMatchObject(refused);
  expect(await check(direct)).toEqual(['identity: failed']);
  await open(assuming, { ambientCredentials: 'assume_role' });
  await open(direct, { ambientCredentials: 'direct' });
});
