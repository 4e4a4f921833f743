import { describe, expect, test } from '@jest/globals';
import type { S3Config } from './config.ts';
import { s3Error } from './errors.ts';

const config: S3Config = {
  encryption: 'bucket-default',
  kmsBucketKey: true,
  bucket: 'my-bucket',
  region: 'eu-central-1',
  prefix: '',
  forcePathStyle: false,
  accessKeyId: 'AKIAKEYID',
  secretAccessKey: 'hush-hush',
};
const status = (httpStatusCode: number): object => ({ $metadata: { httpStatusCode } });

describe('failures of a store', () => {
  test.each([
    [{ name: 'NoSuchBucket', ...status(404) }, 's3_bucket_missing', false],
    [{ name: 'AccessDenied', ...status(403) }, 's3_access_denied', false],
    [{ name: 'InvalidAccessKeyId', ...status(403) }, 's3_credentials_refused', false],
    [{ name: 'SignatureDoesNotMatch', ...status(403) }, 's3_credentials_refused', false],
    [{ name: 'PermanentRedirect', ...status(301) }, 's3_region_wrong', false],
    [{ name: 'AuthorizationHeaderMalformed', ...status(400) }, 's3_region_wrong', false],
    [{ name: 'NotImplemented', ...status(501) }, 's3_conditional_writes_unsupported', false],
    [{ name: 'SlowDown', ...status(503) }, 's3_throttled', true],
    [{ name: 'Unknown', ...status(429) }, 's3_throttled', true],
    [{ name: 'RequestTimeout', ...status(400) }, 's3_unavailable', true],
    [{ name: 'RequestTimeTooSkewed', ...status(403) }, 's3_clock_skewed', true],
    [{ name: 'InternalError', ...status(500) }, 's3_unavailable', true],
    [{ name: 'UnknownError', ...status(403) }, 's3_access_denied', false],
    [{ name: 'Error', code: 'ENOTFOUND', message: 'getaddrinfo' }, 's3_unreachable', true],
    [{ name: 'Error', code: 'ECONNRESET' }, 's3_unreachable', true],
    [{ name: 'Error', message: 'wrapper for Error: connect ECONNREFUSED 127.0.0.1:9' }, 's3_unreachable', true],
    [{ name: 'TimeoutError' }, 's3_unreachable', true],
    [{ name: 'BrandNewError', ...status(418) }, 's3_unavailable', true],
    [undefined, 's3_unavailable', true],
    ['text', 's3_unavailable', true],
  ])('%j is %s', (error, code, retryable) => {
    const mapped = s3Error(error, 'write a file', config);
    expect(mapped).toMatchObject({ code, retryable });
    expect(mapped.fault === 'customer').toBe(['s3_clock_skewed'].includes(code) ? false : !retryable);
    expect(mapped.remedy).toEqual(expect.any(String));
    expect(mapped.message).toContain('write a file');
  });

  test.each(['SignatureDoesNotMatch', 'InternalError'])('%s never quotes a credential', (name) => {
    const message = 'key AKIAKEYID with hush-hush did not match';
    const mapped = s3Error({ name, message, StringToSign: 'hush-hush', ...status(500) }, 'read', config);
    const told = JSON.stringify([mapped, mapped.message, mapped.stack, mapped.cause]);
    expect(told).not.toContain('hush-hush');
    expect(told).not.toContain('AKIAKEYID');
  });
});
