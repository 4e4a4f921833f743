import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { CheckStep } from '../../destinations/contract.ts';
import { s3ConfigSchema, type S3Config } from '../../destinations/s3/config.ts';
import { createS3Destination, type S3Options } from '../../destinations/s3/index.ts';
import { credentialStore } from '../emulators/redshift/service/credentials.ts';
import type { Listening } from '../emulators/redshift/service/listen.ts';
import { startSts } from '../emulators/redshift/sts.ts';
import { contextOf } from './context.ts';
import { type S3Server, startS3Server } from './s3-server.ts';

const USER = {
  accessKeyId: 'AKIASLUICE',
  secretAccessKey: 'secret-of-the-user',
  arn: 'arn:aws:iam::111122223333:user/sluice',
};
const EXTERNAL_ID = '0b5b4f0e-7d0a-4f0e-9d35-1b2f6b1f6a10';
const CLOSED = 'arn:aws:iam::444455556666:role/closed';
const OPEN = 'arn:aws:iam::444455556666:role/open';

/** STS is emulated; the S3 server knows its own keys only, so it refuses those that STS gives out. */
let sts: Listening;
let server: S3Server;
beforeAll(async () => {
  const roles = [{ arn: CLOSED, externalId: EXTERNAL_ID }, { arn: OPEN }];
  sts = await startSts({ region: 'us-east-1', credentials: credentialStore(USER), roles });
  server = await startS3Server();
});
afterAll(async () => {
  await sts.stop();
  await server.stop();
});

function configOf(overrides: Record<string, unknown> = {}): S3Config {
  return s3ConfigSchema.parse({
    bucket: 'anything',
    endpoint: server.endpoint,
    forcePathStyle: true,
    accessKeyId: USER.accessKeyId,
    secretAccessKey: USER.secretAccessKey,
    roleArn: CLOSED,
    externalId: EXTERNAL_ID,
    ...overrides,
  });
}

async function check(config: S3Config, options: S3Options = {}): Promise<CheckStep[]> {
  const destination = createS3Destination({ stsEndpoint: sts.endpoint, ...options });
  return await destination.check(config, new AbortController().signal);
}

const outcome = (steps: CheckStep[]): string[] => steps.map(({ name, status }) => `${name}: ${status}`);

describe('a role', () => {
  test('is assumed with the external id, its keys sign the requests', async () => {
    const steps = await check(configOf());
    expect(outcome(steps).slice(0, 4)).toEqual([
      'role: passed',
      'external id is demanded: passed',
      'connect: passed',
      'bucket: failed',
    ]);
    const opened = createS3Destination({ stsEndpoint: sts.endpoint }).open(configOf(), contextOf());
    await expect(opened).rejects.toMatchObject({ code: 's3_credentials_refused' });
  });

  test('that does not ask for the external id is refused by the check: the confused deputy', async () => {
    const steps = await check(configOf({ roleArn: OPEN }));
    expect(outcome(steps)).toEqual(['role: passed', 'external id is demanded: failed', 'connect: skipped']);
    expect(steps[1]?.message).toContain('sts:ExternalId');
  });

  test.each([
    ['with another external id', { externalId: 'someone-elses-external-id' }, 's3_role_refused'],
    ['that does not exist', { roleArn: `${CLOSED}-no` }, 's3_role_refused'],
    ['by a key that is wrong', { secretAccessKey: 'another-secret' }, 's3_credentials_refused'],
    ['by a key that is unknown', { accessKeyId: 'AKIANOBODY' }, 's3_credentials_refused'],
  ])('%s is not assumed', async (_name, overrides, code) => {
    const config = configOf(overrides);
    expect(outcome(await check(config))[0]).toBe('role: failed');
    const opened = createS3Destination({ stsEndpoint: sts.endpoint }).open(config, contextOf());
    await expect(opened).rejects.toMatchObject({ code, retryable: false, fault: 'customer' });
  });

  test('without keys only where the operator lends the identity of the process', async () => {
    const config = configOf({ accessKeyId: undefined, secretAccessKey: undefined });
    const refused = { code: 's3_ambient_credentials_refused', retryable: false, fault: 'customer' };
    await expect(createS3Destination().open(config, contextOf())).rejects.toMatchObject(refused);
    expect(outcome(await check(config))[0]).toBe('role: failed');
    const own = { ...config, roleArn: undefined, externalId: undefined } as unknown as S3Config;
    const forRoles = createS3Destination({ ambientCredentials: 'assume_role' });
    await expect(forRoles.open(own, contextOf())).rejects.toMatchObject(refused);
  });
});
