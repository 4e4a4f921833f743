import {
  CompleteMultipartUploadCommand,
  type CompletedPart,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { type FileHandle, open } from 'node:fs/promises';
import type { Bench } from '../bench-system.ts';
import { BUCKET, createBucket, emptyBucket, s3Client, s3Config } from '../export-destinations.ts';
import { type BareLoader, mustBeEqual, type ReadyFile, type Target } from './target.ts';

/** As the destination has it. */
const PART_BYTES = 8 * 1024 * 1024;
const PARTS_IN_FLIGHT = 4;
const OBJECT = { Bucket: BUCKET, Key: 'bare' };

export async function s3Target(bench: Bench): Promise<Target> {
  await createBucket(bench);
  const client = s3Client(bench);
  return {
    kind: 's3',
    config: s3Config(bench),
    loaders: () => Promise.resolve([multipartUpload(client)]),
    clear: () => emptyBucket(bench),
    close: () => Promise.resolve(client.destroy()),
  };
}

function multipartUpload(client: S3Client): BareLoader {
  return {
    name: `multipart upload, parts of 8 MiB, ${String(PARTS_IN_FLIGHT)} in flight`,
    prepare: (file) =>
      Promise.resolve({
        run: () => upload(client, file),
        check: async () => {
          const { ContentLength } = await client.send(new HeadObjectCommand(OBJECT));
          mustBeEqual('bytes uploaded', ContentLength, file.bytes);
        },
      }),
  };
}

async function upload(client: S3Client, { path, bytes }: ReadyFile): Promise<void> {
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(OBJECT));
  const count = Math.ceil(bytes / PART_BYTES);
  const parts: CompletedPart[] = [];
  const handle = await open(path);
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) {
      const Body = await readPart(handle, index, bytes);
      const PartNumber = index + 1;
      const { ETag } = await client.send(new UploadPartCommand({ ...OBJECT, UploadId, PartNumber, Body }));
      parts[index] = { ETag, PartNumber };
    }
  };
  try {
    await Promise.all(Array.from({ length: PARTS_IN_FLIGHT }, lane));
  } finally {
    await handle.close();
  }
  await client.send(new CompleteMultipartUploadCommand({ ...OBJECT, UploadId, MultipartUpload: { Parts: parts } }));
}

async function readPart(handle: FileHandle, index: number, bytes: number): Promise<Buffer> {
  const from = index * PART_BYTES;
  const part = Buffer.allocUnsafe(Math.min(PART_BYTES, bytes - from));
  const { bytesRead } = await handle.read(part, 0, part.length, from);
  mustBeEqual('bytes read of a part', bytesRead, part.length);
  return part;
}
