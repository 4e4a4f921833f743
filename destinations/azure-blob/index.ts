import type { OutboundNetwork } from '../../net/outbound-network.ts';
import type { Destination } from '../contract.ts';
import { createObjectStoreDestination, type ObjectStoreOptions } from '../object-store/destination.ts';
import { createAzureBlobStore } from './client.ts';
import { type AzureBlobConfig, azureBlobConfigSchema, serviceUrl } from './config.ts';

export interface AzureBlobOptions extends ObjectStoreOptions {
  /** Which hosts may be called; undefined: any. */
  network?: OutboundNetwork;
}

export function createAzureBlobDestination(options: AzureBlobOptions = {}): Destination<AzureBlobConfig> {
  return createObjectStoreDestination(
    {
      kind: 'azure-blob',
      title: 'Azure Blob Storage',
      configSchema: azureBlobConfigSchema,
      secretFields: ['accountKey', 'sasToken'],
      openStore: async (config) => {
        await options.network?.assertHost('endpoint', new URL(serviceUrl(config)).hostname);
        return createAzureBlobStore(config, options.network);
      },
    },
    options,
  );
}
