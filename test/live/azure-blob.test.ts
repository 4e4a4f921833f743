import { ContainerClient, StorageSharedKeyCredential } from '@azure/storage-blob';
import { afterAll } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { azureBlobConfigSchema, serviceUrl } from '../../destinations/azure-blob/config.ts';
import { type AzureBlobFolder, azureBlobPlace, emptyAzureBlobFolder } from '../conformance/azure-blob-place.ts';
import { describeDestination } from '../conformance/destination-suite.ts';
import { accountOf } from './accounts.ts';

const config = azureBlobConfigSchema.parse(accountOf('azure-blob'));
const { accountName, accountKey = '', container: name } = config;

const credential = new StorageSharedKeyCredential(accountName, accountKey);
const container = new ContainerClient(`${serviceUrl(config)}/${name}`, credential);
const folders: AzureBlobFolder[] = [];

afterAll(async () => {
  for (const folder of folders) {
    await emptyAzureBlobFolder(folder);
  }
});

describeDestination({
  kind: 'azure-blob',
  place: () => {
    const folder = { container, folder: `sluice-live-${randomUUID()}/`, config };
    folders.push(folder);
    return Promise.resolve(azureBlobPlace(folder));
  },
  wrongConfigs: () => {
    const right = { ...config, prefix: 'sluice-live-wrong' };
    // Azurite says AuthorizationFailure for what Azure calls AuthenticationFailed.
    const wrongKey = Buffer.from('not the key of the account').toString('base64');
    return Promise.resolve([
      {
        name: 'container',
        config: { ...right, container: `missing-${randomUUID()}` },
        code: 'azure_blob_container_missing',
        secret: accountKey,
      },
      {
        name: 'key',
        config: { ...right, accountKey: wrongKey },
        code: config.endpoint === undefined ? 'azure_blob_credentials_refused' : 'azure_blob_access_denied',
        secret: wrongKey,
      },
    ]);
  },
});
