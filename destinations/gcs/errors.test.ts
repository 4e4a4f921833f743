import { describe, expect, test } from '@jest/globals';
import { answerOf, gcsError } from './errors.ts';
import type { GcsConfig } from './config.ts';

const config: GcsConfig = { bucket: 'my-bucket', prefix: '', serviceAccountKey: 'hush-hush' };
const answered = (status: number, reason?: string, message = ''): object => ({
  response: {
    status,
    data: reason === undefined ? '' : { error: { code: status, message, errors: [{ reason, message }] } },
  },
});

describe('failures of Google', () => {
  test.each([
    [{ response: { status: 400, data: { error: 'invalid_grant' } } }, 'gcs_credentials_refused', false],
    [answered(401, 'authError'), 'gcs_credentials_refused', false],
    [answered(401), 'gcs_credentials_refused', false],
    [answered(403, 'forbidden'), 'gcs_access_denied', false],
    [answered(403, 'accessNotConfigured'), 'gcs_project_unusable', false],
    [answered(403, 'retentionPolicyNotMet'), 'gcs_object_retained', false],
    [answered(403, 'forbidden', 'Permission denied on Cloud KMS key.'), 'gcs_kms_key_refused', false],
    [answered(404, 'notFound'), 'gcs_bucket_missing', false],
    [answered(429, 'rateLimitExceeded'), 'gcs_throttled', true],
    [answered(429), 'gcs_throttled', true],
    [answered(503, 'backendError'), 'gcs_unavailable', true],
    [answered(418, 'brandNew'), 'gcs_unavailable', true],
    [Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' }), 'gcs_unreachable', true],
    [undefined, 'gcs_unreachable', true],
  ])('%j is %s', (error, code, retryable) => {
    const mapped = gcsError(error, 'write a file', config);
    expect(mapped).toMatchObject({ code, retryable, remedy: expect.any(String) });
    expect(mapped.fault === 'customer').toBe(!retryable);
  });

  test('the permission that is missing is named, and no secret', () => {
    const message = 'x@y.z does not have storage.objects.create access, hush-hush';
    const mapped = gcsError(answered(403, 'forbidden', message), 'write', config);
    expect(mapped.message).toContain('storage.objects.create is missing');
    expect(mapped.message).not.toContain('hush-hush');
    expect(gcsError(answered(503, 'backendError', message), 'write', config).message).not.toContain('hush-hush');
  });

  test('an answer is told from none', () => {
    expect([answerOf(answered(412)), answerOf(new Error('x')), answerOf(undefined)]).toEqual([
      { status: 412, data: '' },
      undefined,
      undefined,
    ]);
  });
});
