import { TABLE_FORMAT } from '../../core/formats.ts';
import type { Destination } from '../contract.ts';
import type { ObjectStore } from '../object-store/store.ts';
import { createS3Store } from '../s3/client.ts';
import { s3ConfigSchema } from '../s3/config.ts';
import { checkRedshift } from './check.ts';
import { type RedshiftConfig, redshiftConfigSchema } from './config.ts';
import { DataApi } from './data-api.ts';
import { RedshiftSession } from './session.ts';

export interface RedshiftOptions {
  /** Tests call an emulator; users cannot name hosts, so nothing has to be guarded. */
  endpoint?: string;
  s3Endpoint?: string;
}

export function createRedshiftDestination(options: RedshiftOptions = {}): Destination<RedshiftConfig> {
  const connect = (config: RedshiftConfig): { api: DataApi; store: ObjectStore } => ({
    api: new DataApi(config, options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
    store: stagingStore(config, options),
  });
  return {
    kind: 'redshift',
    title: 'Amazon Redshift',
    summary: 'Rows of a table in Redshift, staged in S3, each interval in one transaction.',
    guarantee: 'exactly_once',
    modes: ['append', 'merge'],
    configSchema: redshiftConfigSchema,
    secretFields: ['secretAccessKey'],
    formats: [TABLE_FORMAT],
    check: async (config, signal) => {
      const { api, store } = connect(config);
      try {
        return await checkRedshift(config, { api, store }, signal);
      } finally {
        api.close();
        store.close();
      }
    },
    open: (config, context) => Promise.resolve(new RedshiftSession(config, connect(config), context)),
  };
}

function stagingStore(config: RedshiftConfig, { s3Endpoint }: RedshiftOptions): ObjectStore {
  const { bucket, region, accessKeyId, secretAccessKey } = config;
  const endpoint = s3Endpoint === undefined ? {} : { endpoint: s3Endpoint, forcePathStyle: true };
  return createS3Store(s3ConfigSchema.parse({ bucket, region, accessKeyId, secretAccessKey, ...endpoint }));
}
