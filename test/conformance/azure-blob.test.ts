import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { createAzureBlobDestination } from '../../destinations/azure-blob/index.ts';
import { type Azurite, startAzurite } from '../emulators/azure/azurite.ts';
import { azureBlobPlace } from './azure-blob-place.ts';
import { contextOf } from './context.ts';
import { destinationUnderTest } from './destinations-under-test.ts';
import { describeDestination, SUITE_TIMEOUT_MS } from './destination-suite.ts';
import { describeObjectStoreFaults } from './object-store-faults.ts';
import type { Place } from './place.ts';

jest.setTimeout(SUITE_TIMEOUT_MS);

let server: Azurite;
beforeAll(async () => {
  server = await startAzurite();
});
afterAll(() => server.stop());

function configOf(container: string): Record<string, unknown> {
  const { endpoint, accountName, accountKey } = server;
  return { container, accountName, accountKey, endpoint, prefix: 'out/{table}/year={year}' };
}

async function place(): Promise<Place> {
  const name = await server.createContainer();
  return azureBlobPlace({ container: server.container(name), folder: '', config: configOf(name) });
}

describe('azure-blob', () => {
  describeDestination({
    kind: 'azure-blob',
    place,
    wrongConfigs: async () => {
      const container = await server.createContainer();
      const right = configOf(container);
      const wrongKey = Buffer.from('not the key of the account').toString('base64');
      const withSas = (sasToken: string): object => ({ ...right, accountKey: undefined, sasToken });
      const [readOnly, expired] = [server.sasToken(container, 'rl'), server.sasToken(container, 'racwdl', -60_000)];
      return [
        {
          name: 'container',
          config: { ...right, container: 'no-such-container' },
          code: 'azure_blob_container_missing',
          secret: server.accountKey,
        },
        {
          name: 'account',
          config: { ...right, endpoint: `${server.endpoint}x` },
          code: 'azure_blob_container_missing',
        },
        // Azurite says AuthorizationFailure for what Azure calls AuthenticationFailed.
        { name: 'key', config: { ...right, accountKey: wrongKey }, code: 'azure_blob_access_denied', secret: wrongKey },
        { name: 'expired', config: withSas(expired), code: 'azure_blob_access_denied', secret: signatureOf(expired) },
        {
          name: 'signature for another container',
          config: { ...withSas(readOnly), container: await server.createContainer() },
          code: 'azure_blob_access_denied',
          secret: signatureOf(readOnly),
        },
      ];
    },
  });
  describe('faults of the store', () => {
    describeObjectStoreFaults({
      place,
      destinationWith: (options) => createAzureBlobDestination(options),
      // Blocks of a name are gone when another attempt commits its own.
      endUpload: async (store, { key }, signal) => {
        const other = await store.createUpload({ key, contentType: 'text/plain', metadata: {} }, signal);
        await store.completeUpload(other, [await store.uploadPart(other, 1, Buffer.from('x'), signal)], signal);
        await store.remove(key, signal);
      },
    });
  });

  test('no store at the endpoint: retryable, the endpoint is named', async () => {
    const config = { ...configOf('anything'), endpoint: 'http://127.0.0.1:9/sluicetest' };
    const opened = destinationUnderTest('azure-blob').open(config, contextOf());
    await expect(opened).rejects.toMatchObject({
      code: 'azure_blob_unreachable',
      retryable: true,
      fault: 'destination',
      message: expect.stringContaining('127.0.0.1:9'),
    });
  });
});

function signatureOf(sasToken: string): string {
  return new URLSearchParams(sasToken).get('sig') ?? 'no signature';
}
