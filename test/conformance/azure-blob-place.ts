import type { ContainerClient } from '@azure/storage-blob';
import { destinationUnderTest } from './destinations-under-test.ts';
import type { Place } from './place.ts';

/** What lies below `folder` of a container ('' for all of it) is one place. */
export interface AzureBlobFolder {
  container: ContainerClient;
  folder: string;
  /** Of the destination; its prefix is set here. */
  config: Record<string, unknown>;
}

const isManifest = (key: string): boolean => key.endsWith('_manifest.json');

export function azureBlobPlace(at: AzureBlobFolder): Place {
  return {
    destination: destinationUnderTest('azure-blob'),
    config: { ...at.config, prefix: `${at.folder}out/{table}/year={year}` },
    readBack: async () => {
      const keys = (await keysOf(at)).filter((key) => !isManifest(key));
      return new Map(await Promise.all(keys.map(async (key) => [key, await bytesOf(at, key)] as const)));
    },
    manifests: async () => {
      const keys = (await keysOf(at)).filter(isManifest);
      return await Promise.all(
        keys.map(async (key) => JSON.parse((await bytesOf(at, key)).toString()) as Record<string, unknown>),
      );
    },
    leftovers: () => uncommitted(at),
    // Azure has no call that takes blocks back; it drops them a week after the last one.
    lingering: ['failure', 'kill', 'race'],
    remove: async (key) => {
      await at.container.deleteBlob(key);
    },
  };
}

export async function emptyAzureBlobFolder(at: AzureBlobFolder): Promise<void> {
  for (const key of await keysOf(at)) {
    await at.container.deleteBlob(key);
  }
}

async function keysOf({ container, folder }: AzureBlobFolder): Promise<string[]> {
  const keys: string[] = [];
  for await (const { name } of container.listBlobsFlat({ prefix: folder })) {
    keys.push(name);
  }
  return keys;
}

function bytesOf({ container }: AzureBlobFolder, key: string): Promise<Buffer> {
  return container.getBlobClient(key).downloadToBuffer();
}

/** Blobs with blocks that nobody has committed. */
async function uncommitted({ container, folder }: AzureBlobFolder): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of container.listBlobsFlat({ prefix: folder, includeUncommitedBlobs: true })) {
    const { uncommittedBlocks = [] } = await container.getBlockBlobClient(name).getBlockList('uncommitted');
    names.push(...(uncommittedBlocks.length === 0 ? [] : [name]));
  }
  return names;
}
