import type { OutboundNetwork } from '../../net/outbound-network.ts';
import type { Destination } from '../contract.ts';
import { createObjectStoreDestination, type ObjectStoreOptions } from '../object-store/destination.ts';
import type { ObjectStore } from '../object-store/store.ts';
import { createS3Store } from './client.ts';
import { type S3Config, s3ConfigSchema } from './config.ts';
import { type AmbientCredentials, credentialsOf, type RoleOptions } from './credentials.ts';
import { roleSteps } from './role-steps.ts';

export interface S3Options extends ObjectStoreOptions {
  network?: OutboundNetwork;
  /** `never` by default. */
  ambientCredentials?: AmbientCredentials;
  /** Of an emulator of STS. */
  stsEndpoint?: string;
}

export function createS3Destination(options: S3Options = {}): Destination<S3Config> {
  const role: RoleOptions = {
    network: options.network,
    ambientCredentials: options.ambientCredentials ?? 'never',
    stsEndpoint: options.stsEndpoint,
  };
  return createObjectStoreDestination(
    {
      kind: 's3',
      title: 'Amazon S3 and compatible stores',
      configSchema: s3ConfigSchema,
      secretFields: ['secretAccessKey', 'sessionToken'],
      openStore: (config) => openStore(config, role),
      checkSteps: (config) => roleSteps(config, role),
    },
    options,
  );
}

async function openStore(config: S3Config, options: RoleOptions): Promise<ObjectStore> {
  const credentials = credentialsOf(config, options);
  if (config.endpoint !== undefined) {
    await options.network?.assertHost('endpoint', new URL(config.endpoint).hostname);
  }
  return createS3Store(config, { credentials, network: options.network });
}

export const s3Destination = createS3Destination();
