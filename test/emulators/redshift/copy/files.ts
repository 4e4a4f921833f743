import { GetObjectCommand, HeadObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Readable } from 'node:stream';
import { nodeError, SqlError } from '../errors.ts';
import { s3Error } from './access.ts';
import { parseS3Url, type CopyCommand } from './parse-copy.ts';

export interface SourceFile {
  bucket: string;
  key: string;
  bytes: number;
}

interface ManifestEntry {
  url: string;
  mandatory?: boolean;
  meta?: { content_length?: number };
}

/** The files that a COPY reads: those of its manifest, else every key with the prefix. */
export async function listFiles(client: S3Client, copy: CopyCommand): Promise<SourceFile[]> {
  return copy.isManifest ? manifestFiles(client, copy) : prefixFiles(client, copy);
}

async function prefixFiles(client: S3Client, { bucket, key }: CopyCommand): Promise<SourceFile[]> {
  const answer = await client
    .send(new ListObjectsV2Command({ Bucket: bucket, Prefix: key }))
    .catch((error: unknown) => Promise.reject(s3Error(error)));
  const found = (answer.Contents ?? []).map((object) => ({ bucket, key: object.Key ?? '', bytes: object.Size ?? 0 }));
  if (found.length === 0) {
    throw new SqlError(`The specified S3 prefix '${key}' does not exist`);
  }
  return found;
}

async function manifestFiles(client: S3Client, { bucket, key }: CopyCommand): Promise<SourceFile[]> {
  const entries = parseManifest(await readText(client, bucket, key));
  const files: SourceFile[] = [];
  for (const entry of entries) {
    const file = await manifestFile(client, entry);
    if (file !== undefined) {
      files.push(file);
    }
  }
  return files;
}

function parseManifest(text: string): ManifestEntry[] {
  let entries: unknown;
  try {
    entries = (JSON.parse(text) as { entries?: unknown }).entries;
  } catch {
    entries = undefined;
  }
  if (!Array.isArray(entries)) {
    throw nodeError(
      'Manifest file is not in correct json format.',
      8001,
      'Manifest file is not in correct json format.',
    );
  }
  return entries as ManifestEntry[];
}

/** Undefined for a missing file that the manifest does not call mandatory. */
async function manifestFile(client: S3Client, entry: ManifestEntry): Promise<SourceFile | undefined> {
  const expected = entry.meta?.content_length;
  if (expected === undefined) {
    throw nodeError("File entry does not have 'meta' key.", 15003, '');
  }
  const { bucket, key } = parseS3Url(entry.url);
  try {
    const { ContentLength: bytes = 0 } = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
    if (bytes !== expected) {
      throw nodeError(
        'Spectrum Scan Error',
        15001,
        `File ${entry.url} has ${bytes} bytes, content_length says ${expected}`,
      );
    }
    return { bucket, key, bytes };
  } catch (error: unknown) {
    const isMissing = (error as Error).name === 'NotFound';
    if (isMissing && entry.mandatory !== true) {
      return undefined;
    }
    throw error instanceof SqlError
      ? error
      : s3Error(isMissing ? missing(entry.url) : error, isMissing ? 404 : undefined);
  }
}

const missing = (url: string): object => ({ name: 'NoSuchKey', message: `The specified key does not exist. (${url})` });

async function readText(client: S3Client, bucket: string, key: string): Promise<string> {
  try {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return (await Body?.transformToString('utf8')) ?? '';
  } catch (error: unknown) {
    throw s3Error(error);
  }
}

export async function download(client: S3Client, file: SourceFile, path: string, signal: AbortSignal): Promise<void> {
  try {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: file.bucket, Key: file.key }), {
      abortSignal: signal,
    });
    await pipeline(Body as Readable, createWriteStream(path), { signal });
  } catch (error: unknown) {
    throw s3Error(error);
  }
}
