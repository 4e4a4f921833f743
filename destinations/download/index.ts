import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { DownloadPlace } from '../../core/download-place.ts';
import { FILE_OUTPUTS } from '../../core/formats.ts';
import type { Destination } from '../contract.ts';
import { fileError } from '../file/errors.ts';
import { storedFile } from '../file/folder.ts';
import { createFileDestination } from '../file/index.ts';
import { createS3Store } from '../s3/client.ts';
import { s3ConfigSchema, type S3Config } from '../s3/config.ts';
import { createS3Destination } from '../s3/index.ts';
import { credentialsOf } from '../s3/credentials.ts';

/** What an installation keeps for downloads: runs write to it like to any destination, under the export's id. */
export interface Downloads {
  destination: Destination<unknown>;
  /** A file by the key of its receipt; undefined when it is gone. */
  read: (key: string, signal: AbortSignal) => Promise<AsyncIterable<Uint8Array> | undefined>;
  /** Removes every file of an export. Idempotent. */
  removeOf(exportId: string, signal: AbortSignal): Promise<void>;
}

/** One folder per export, so that all of it is found by its id. */
const FOLDER_OF_EXPORT = '{export_id}';

export function createDownloads(place: DownloadPlace): Downloads {
  return place.kind === 'file' ? inFolder(place.directory) : inBucket(place);
}

/** Its settings are the operator's, none of a team's. */
function withoutSettings(backing: Destination<never>, config: unknown): Destination<unknown> {
  const parsed = backing.configSchema.parse(config);
  return {
    ...backing,
    kind: 'download',
    title: 'Download',
    summary: 'Files that the installation keeps for a while.',
    configSchema: z.strictObject({}),
    secretFields: [],
    formats: FILE_OUTPUTS,
    check: (_config, signal) => backing.check(parsed, signal),
    open: (_config, context) => backing.open(parsed, context),
  };
}

function inFolder(directory: string): Downloads {
  return {
    destination: withoutSettings(createFileDestination() as Destination<never>, {
      directory,
      prefix: FOLDER_OF_EXPORT,
    }),
    read: async (key) => (await storedFile(join(directory, key), key))?.readAll(),
    removeOf: async (exportId) => {
      try {
        await rm(join(directory, exportId), { recursive: true, force: true });
      } catch (error) {
        throw fileError(error, `remove the files of ${exportId}`);
      }
    },
  };
}

function inBucket({ kind: _kind, prefix, ...rest }: Extract<DownloadPlace, { kind: 's3' }>): Downloads {
  const own = { network: undefined, ambientCredentials: 'direct', stsEndpoint: undefined } as const;
  const root = prefix === '' ? '' : `${prefix}/`;
  const input = { ...rest, prefix: `${root}${FOLDER_OF_EXPORT}` };
  const backing = createS3Destination({ ambientCredentials: 'direct' });
  const config: S3Config = s3ConfigSchema.parse(input);
  const store = createS3Store(config, { network: undefined, credentials: credentialsOf(config, own) });
  return {
    destination: withoutSettings(backing as Destination<never>, input),
    read: async (key, signal) => ((await store.head(key, signal)) === undefined ? undefined : store.read(key, signal)),
    removeOf: async (exportId, signal) => {
      const of = `${root}${exportId}/`;
      for (const key of await store.listKeys(of, signal)) {
        await store.remove(key, signal);
      }
      for (const upload of await store.listUploads(of, signal)) {
        await store.abortUpload(upload, signal);
      }
    },
  };
}
