import { describe, expect, test } from '@jest/globals';
import { type AzureBlobConfig, azureBlobConfigSchema } from './config.ts';
import { azureBlobError } from './errors.ts';
import { isRefusal } from './failure.ts';

const KEY = Buffer.from('hush-hush').toString('base64');
const config: AzureBlobConfig = azureBlobConfigSchema.parse({
  accountName: 'myaccount',
  container: 'events',
  accountKey: KEY,
});
const rest = (statusCode: number, code?: string, message = ''): object => ({
  name: 'RestError',
  statusCode,
  message,
  ...(code !== undefined && { code }),
});

describe('failures of Azure', () => {
  test.each([
    [rest(403, 'AuthenticationFailed'), 'azure_blob_credentials_refused', false],
    [rest(403, 'KeyBasedAuthenticationNotPermitted'), 'azure_blob_keys_disabled', false],
    [rest(403, 'AuthorizationFailure'), 'azure_blob_access_denied', false],
    [rest(403, 'AuthorizationPermissionMismatch'), 'azure_blob_access_denied', false],
    [rest(403), 'azure_blob_access_denied', false],
    [rest(403, 'AccountIsDisabled'), 'azure_blob_account_disabled', false],
    [rest(404, 'ContainerNotFound'), 'azure_blob_container_missing', false],
    [rest(409, 'ContainerBeingDeleted'), 'azure_blob_container_missing', false],
    [rest(400, 'BlobAccessTierNotSupportedForAccountType'), 'azure_blob_tier_unsupported', false],
    [rest(409, 'BlobImmutableDueToPolicy'), 'azure_blob_immutable', false],
    [rest(412, 'LeaseIdMissing'), 'azure_blob_leased', true],
    [rest(403, 'AuthenticationFailed', 'Request date header too old'), 'azure_blob_clock_skewed', true],
    [rest(503, 'ServerBusy'), 'azure_blob_throttled', true],
    [rest(429), 'azure_blob_throttled', true],
    [rest(500, 'OperationTimedOut'), 'azure_blob_unavailable', true],
    [rest(400, 'Md5Mismatch'), 'azure_blob_unavailable', true],
    [rest(418, 'BrandNewError'), 'azure_blob_unavailable', true],
    [{ name: 'RestError', code: 'ENOTFOUND', message: 'getaddrinfo' }, 'azure_blob_unreachable', true],
    [{ name: 'Error', message: 'connect ECONNREFUSED 127.0.0.1:9' }, 'azure_blob_unreachable', true],
    [{ name: 'AbortError', message: 'The operation was aborted.' }, 'azure_blob_unreachable', true],
    [undefined, 'azure_blob_unavailable', true],
  ])('%j is %s', (error, code, retryable) => {
    const mapped = azureBlobError(error, 'write a file', config);
    expect(mapped).toMatchObject({ code, retryable, remedy: expect.any(String) });
    expect(mapped.fault === 'customer').toBe(!retryable);
    expect(mapped.message).toContain('write a file');
  });

  test.each(['AuthenticationFailed', 'InternalError'])('%s never quotes a credential', (code) => {
    const sasToken = 'sv=2024-05-04&sp=rl&sig=s1gn%2Fature';
    const withSas = { ...config, sasToken };
    const told = `MAC signature s1gn/ature of ${sasToken} with ${KEY} does not match`;
    const mapped = azureBlobError(rest(500, code, told), 'read', withSas);
    const text = JSON.stringify([mapped, mapped.message, mapped.stack, mapped.cause]);
    for (const secret of [KEY, 's1gn/ature', 's1gn%2Fature']) {
      expect(text).not.toContain(secret);
    }
  });

  test.each([
    [rest(409, 'BlobAlreadyExists'), true],
    [rest(412, 'ConditionNotMet'), true],
    [rest(412, 'LeaseIdMissing'), false],
    [rest(409, 'BlobImmutableDueToPolicy'), false],
    [rest(409, 'SnapshotsPresent'), false],
  ])('%j lost against another writer: %s', (error, refused) => {
    expect(isRefusal(error)).toBe(refused);
  });
});
