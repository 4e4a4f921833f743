import type { Destination } from '../contract.ts';
import { renderPrefix } from '../prefix.ts';
import { checkS3 } from './check.ts';
import { createS3Api, type S3Api } from './client.ts';
import { type S3Config, s3ConfigSchema } from './config.ts';
import { firstPartBytes } from './part-sizes.ts';
import { S3Session } from './session.ts';

export interface S3Options {
  /** Size of the first parts; at least 5 MiB. Memory of one chunk is (partsInFlight + 1) times this. */
  partBytes?: number;
  partsInFlight?: number;
  /** Builds the client; tests put faults between. */
  createApi?: (config: S3Config) => S3Api;
}

/** With 4 in flight a chunk holds 40 MiB; with 16 MiB parts three chunks at once would need 240 MiB. */
const DEFAULT_PART_BYTES = 8 * 1024 * 1024;
const DEFAULT_PARTS_IN_FLIGHT = 4;

export function createS3Destination(options: S3Options = {}): Destination<S3Config> {
  const createApi = options.createApi ?? createS3Api;
  return {
    kind: 's3',
    title: 'Amazon S3 and compatible stores',
    summary: 'Files in a bucket, with a manifest that lists them.',
    guarantee: 'exactly_once',
    modes: ['append'],
    configSchema: s3ConfigSchema,
    secretFields: ['secretAccessKey'],
    formats: [
      { fileFormat: 'parquet', compression: 'zstd' },
      { fileFormat: 'jsonl', compression: 'gzip' },
      { fileFormat: 'jsonl', compression: 'none' },
    ],
    check: async (config, signal) => {
      const api = createApi(config);
      try {
        return await checkS3(api, config, signal);
      } finally {
        api.close();
      }
    },
    open: async (config, context) => {
      const { interval, model: table, exportId, maxFileBytes } = context;
      const prefix = renderPrefix(config.prefix, { interval, table, exportId });
      const session = new S3Session({
        api: createApi(config),
        context,
        prefix,
        firstPartBytes: firstPartBytes(options.partBytes ?? DEFAULT_PART_BYTES, maxFileBytes),
        maxInFlight: options.partsInFlight ?? DEFAULT_PARTS_IN_FLIGHT,
      });
      try {
        await session.checkGeneration();
      } catch (error) {
        await session.close();
        throw error;
      }
      return session;
    },
  };
}

export const s3Destination = createS3Destination();
