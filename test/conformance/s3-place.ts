import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  type S3Client,
} from '@aws-sdk/client-s3';
import { destinationUnderTest } from './destinations-under-test.ts';
import type { Place } from './place.ts';

/** What lies below `folder` of a bucket ('' for all of it) is one place. */
export interface S3Folder {
  client: S3Client;
  bucket: string;
  folder: string;
  /** Of the destination; its prefix is set here. */
  config: Record<string, unknown>;
}

const isManifest = (key: string): boolean => key.endsWith('_manifest.json');

export function s3Place(at: S3Folder): Place {
  return {
    destination: destinationUnderTest('s3'),
    config: { ...at.config, bucket: at.bucket, prefix: `${at.folder}out/{table}/year={year}` },
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
    leftovers: async () => (await openUploads(at)).map(({ Key, UploadId }) => `${Key} ${UploadId}`),
    remove: (key) => removeKey(at, key),
  };
}

/** Ends what a failed test left. */
export async function emptyS3Folder(at: Listed): Promise<void> {
  for (const { Key, UploadId } of await openUploads(at)) {
    await at.client.send(new AbortMultipartUploadCommand({ Bucket: at.bucket, Key, UploadId }));
  }
  for (const key of await keysOf(at)) {
    await removeKey(at, key);
  }
}

type Listed = Omit<S3Folder, 'config'>;

/** Keys of objects and of uploads that have not ended. */
export async function objectsIn(at: Listed): Promise<string[]> {
  return [...(await keysOf(at)), ...(await openUploads(at)).map(({ Key }) => Key)];
}

async function keysOf({ client, bucket, folder }: Listed): Promise<string[]> {
  const { Contents } = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: folder }));
  return (Contents ?? []).map(({ Key }) => Key ?? '');
}

async function bytesOf({ client, bucket }: S3Folder, key: string): Promise<Buffer> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

async function openUploads({ client, bucket, folder }: Listed): Promise<{ Key: string; UploadId: string }[]> {
  const { Uploads } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: folder }));
  return (Uploads ?? []).map(({ Key = '', UploadId = '' }) => ({ Key, UploadId }));
}

async function removeKey({ client, bucket }: Listed, key: string): Promise<void> {
  await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
}
