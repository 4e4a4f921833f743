import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { createDestination } from '../store/destinations.ts';
import type { Bench } from './bench-system.ts';

export const BUCKET = 'bench';

/** Makes a destination of each kind for a team, with `clear` to give the disk back between runs. */
export interface BenchDestinations {
  ids: Record<'s3' | 'file', string>;
  clear(): Promise<void>;
}

export async function createDestinations(bench: Bench, teamId: number): Promise<BenchDestinations> {
  const directory = join(bench.dataDir, 'exports');
  const file = await createDestination(bench.db, bench.box, {
    teamId,
    kind: 'file',
    name: 'local folder',
    config: { directory },
    secretFields: [],
  });
  const s3 = await createDestination(bench.db, bench.box, {
    teamId,
    kind: 's3',
    name: 'local S3 server',
    config: s3Config(bench),
    secretFields: ['secretAccessKey'],
  });
  return {
    ids: { file: file.id, s3: s3.id },
    clear: async () => {
      await rm(directory, { recursive: true, force: true });
      await emptyBucket(bench);
    },
  };
}

/** Of the destination `s3` on the embedded server. */
export function s3Config(bench: Bench): Record<string, unknown> {
  return { bucket: BUCKET, forcePathStyle: true, ...s3Access(bench) };
}

/** The server keeps a bucket as a folder; what is inside is objects. */
export async function emptyBucket({ dataDir }: Bench): Promise<void> {
  const bucket = join(dataDir, 's3', BUCKET);
  await rm(bucket, { recursive: true, force: true });
  await mkdir(bucket);
}

/** A plain client of the embedded server. */
export function s3Client(bench: Bench): S3Client {
  const { endpoint, region, accessKeyId, secretAccessKey } = s3Access(bench);
  return new S3Client({ endpoint, region, forcePathStyle: true, credentials: { accessKeyId, secretAccessKey } });
}

export async function createBucket(bench: Bench): Promise<void> {
  const client = s3Client(bench);
  try {
    await client.send(new CreateBucketCommand({ Bucket: BUCKET }));
  } finally {
    client.destroy();
  }
}

function s3Access({ system }: Bench): NonNullable<typeof system.stack.s3> {
  if (system.stack.s3 === undefined) {
    throw new Error('the S3 server is not started');
  }
  return system.stack.s3;
}
