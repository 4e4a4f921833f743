import { describe, expect, test } from '@jest/globals';
import { s3ConfigSchema } from './config.ts';

const KEYS = { bucket: 'my-bucket', accessKeyId: 'AKIA', secretAccessKey: 'secret' };
const ROLE = { roleArn: 'arn:aws:iam::123456789012:role/exports', externalId: '0b5b4f0e-7d0a-4f0e-9d35-1b2f6b1f6a10' };

describe('S3 config', () => {
  test('defaults', () => {
    expect(s3ConfigSchema.parse(KEYS)).toEqual({
      ...KEYS,
      region: 'us-east-1',
      prefix: '{table}/{year}/{month}/{day}',
      forcePathStyle: false,
      encryption: 'bucket-default',
      kmsBucketKey: true,
    });
  });

  test.each([
    [{ ...KEYS, ...ROLE }],
    [{ bucket: 'my-bucket', ...ROLE }],
    [{ ...KEYS, sessionToken: 'token' }],
    [{ ...KEYS, encryption: 'sse-kms', kmsKeyId: 'arn:aws:kms:eu-west-1:123456789012:key/0b5b' }],
    [{ ...KEYS, prefix: 'lake/{table}/year={year}/month={month}/day={day}/hour={hour}' }],
  ])('%j fits', (config) => {
    expect(s3ConfigSchema.safeParse(config).success).toBe(true);
  });

  test.each([
    [{ bucket: 'my-bucket', accessKeyId: 'AKIA' }, 'secretAccessKey'],
    [{ bucket: 'my-bucket', secretAccessKey: 'secret' }, 'accessKeyId'],
    [{ bucket: 'my-bucket', sessionToken: 'token' }, 'sessionToken'],
    [{ ...KEYS, roleArn: ROLE.roleArn }, 'externalId'],
    [{ ...KEYS, externalId: ROLE.externalId }, 'externalId'],
    [{ ...KEYS, ...ROLE, externalId: 'short' }, 'externalId'],
    [{ ...KEYS, ...ROLE, roleArn: 'arn:aws:iam::1:user/x' }, 'roleArn'],
    [{ ...KEYS, kmsKeyId: 'abc' }, 'kmsKeyId'],
    [{ ...KEYS, storageClass: 'DEEP_ARCHIVE' }, 'storageClass'],
    [{ ...KEYS, endpoint: 'https://user:pass@host' }, 'endpoint'],
  ])('%j is refused for its %s', (config, field) => {
    const parsed = s3ConfigSchema.safeParse(config);
    expect(parsed.error?.issues.map(({ path }) => path[0])).toEqual([field]);
  });
});
