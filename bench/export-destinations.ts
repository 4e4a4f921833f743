import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { createDestination } from '../store/destinations.ts';
import type { Bench } from './bench-system.ts';

const BUCKET = 'bench';

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
  const { endpoint, accessKeyId, secretAccessKey, region } = s3Access(bench);
  const s3 = await createDestination(bench.db, bench.box, {
    teamId,
    kind: 's3',
    name: 'local S3 server',
    config: { bucket: BUCKET, region, endpoint, forcePathStyle: true, accessKeyId, secretAccessKey },
    secretFields: ['secretAccessKey'],
  });
  return {
    ids: { file: file.id, s3: s3.id },
    clear: async () => {
      await rm(directory, { recursive: true, force: true });
      // The server keeps a bucket as a folder; what is inside is objects.
      const bucket = join(bench.dataDir, 's3', BUCKET);
      await rm(bucket, { recursive: true, force: true });
      await mkdir(bucket);
    },
  };
}

export async function createBucket(bench: Bench): Promise<void> {
  const { endpoint, region, accessKeyId, secretAccessKey } = s3Access(bench);
  const client = new S3Client({
    endpoint,
    region,
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
  });
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
