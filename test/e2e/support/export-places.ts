import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { S3Access } from '../../../dev/s3.ts';
import type { TestSystem } from '../../support/test-system.ts';

export type PlaceKind = 'file' | 's3';

/** An empty place to export to, seen by its own means and not through the destination's code. */
export interface ExportPlace {
  kind: PlaceKind;
  /** As the API takes it. */
  config: Record<string, unknown>;
  /** Everything that is stored, hidden files too. */
  keys(): Promise<string[]>;
  read(key: string): Promise<Buffer>;
  /** Changes with each write of the key, also of the same bytes. */
  stamp(key: string): Promise<string>;
  write(key: string, content: string): Promise<void>;
  remove(key: string): Promise<void>;
  /** Files being written: temporary files, or open multipart uploads. */
  unfinished(): Promise<string[]>;
}

export function newPlace(kind: PlaceKind, system: TestSystem): Promise<ExportPlace> {
  return kind === 'file' ? filePlace(system.directory) : s3Place(s3Access(system));
}

export function s3Access(system: TestSystem): S3Access {
  const { s3 } = system.system.stack;
  if (s3 === undefined) {
    throw new Error('the system was started without an S3 server');
  }
  return s3;
}

/** In a folder that is there. */
export async function filePlace(parent: string): Promise<ExportPlace> {
  const directory = join(parent, `export-${randomUUID()}`);
  await mkdir(directory);
  const keys = async (): Promise<string[]> => {
    const entries = await readdir(directory, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    return files.map((file) => relative(directory, join(file.parentPath, file.name)).split(sep).join('/')).sort();
  };
  return {
    kind: 'file',
    config: { directory },
    keys,
    read: (key) => readFile(join(directory, key)),
    stamp: async (key) => {
      const { ino, mtimeNs, size } = await stat(join(directory, key), { bigint: true });
      return [ino, mtimeNs, size].join(' ');
    },
    write: (key, content) => writeFile(join(directory, key), content),
    remove: (key) => rm(join(directory, key)),
    unfinished: async () => (await keys()).filter((key) => key.endsWith('.tmp')),
  };
}

export function s3Config(access: S3Access, bucket: string): Record<string, unknown> {
  return {
    bucket,
    region: access.region,
    endpoint: access.endpoint,
    force_path_style: true,
    access_key_id: access.accessKeyId,
    secret_access_key: access.secretAccessKey,
  };
}

async function s3Place(access: S3Access): Promise<ExportPlace> {
  const { endpoint, region, accessKeyId, secretAccessKey } = access;
  const bucket = `export-${randomUUID()}`;
  const client = new S3Client({
    endpoint,
    region,
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
  });
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  return {
    kind: 's3',
    config: s3Config(access, bucket),
    keys: async () => {
      const { Contents = [], IsTruncated } = await client.send(new ListObjectsV2Command({ Bucket: bucket }));
      if (IsTruncated === true) {
        throw new Error('more than one page of objects');
      }
      return Contents.map(({ Key }) => Key ?? '').sort();
    },
    read: async (key) => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return Buffer.from((await Body?.transformToByteArray()) ?? []);
    },
    stamp: async (key) => {
      const { ETag, LastModified } = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
      return `${ETag ?? ''} ${LastModified?.toISOString() ?? ''}`;
    },
    write: async (key, content) => {
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: content }));
    },
    remove: async (key) => {
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
    },
    unfinished: async () => {
      const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
      return Uploads.map(({ Key }) => Key ?? '');
    },
  };
}
