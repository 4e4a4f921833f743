import type { Destination } from '../contract.ts';
import { createObjectStoreDestination, type ObjectStoreOptions } from '../object-store/destination.ts';
import { createS3Store } from './client.ts';
import { type S3Config, s3ConfigSchema } from './config.ts';

export function createS3Destination(options: ObjectStoreOptions = {}): Destination<S3Config> {
  return createObjectStoreDestination(
    {
      kind: 's3',
      title: 'Amazon S3 and compatible stores',
      configSchema: s3ConfigSchema,
      secretFields: ['secretAccessKey'],
      openStore: (config) => Promise.resolve(createS3Store(config)),
    },
    options,
  );
}

export const s3Destination = createS3Destination();
