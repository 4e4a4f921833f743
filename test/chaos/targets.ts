import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import pg from 'pg';
import type { WriteMode } from '../../core/write-modes.ts';
import { TABLE_FORMAT, type OutputFormat } from '../../core/formats.ts';
import { readManifests, microsOfText, type FilesRead } from './read-back.ts';

export type TargetName = 's3' | 's3-parts' | 'postgres' | 'file';

/** A place to export to, and how an outsider reads what is in it. */
export interface Target {
  name: TargetName;
  kind: 's3' | 'postgres' | 'file';
  /** As the destination parses it. */
  config: Record<string, unknown>;
  format: OutputFormat;
  mode: WriteMode;
  read(): Promise<FilesRead>;
}

export function fileTarget(directory: string): Target {
  const keys = async (): Promise<string[]> => {
    const entries = await readdir(directory, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
      .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1));
  };
  return {
    name: 'file',
    kind: 'file',
    config: { directory },
    format: { fileFormat: 'jsonl', compression: 'none' },
    mode: 'append',
    read: async () => readManifests({ keys: await keys(), read: (key) => readFile(join(directory, key)) }),
  };
}

export interface Bucket {
  client: S3Client;
  bucket: string;
  /** Of the destination, without the bucket. */
  access: Record<string, unknown>;
}

export function s3Target(name: 's3' | 's3-parts', { client, bucket, access }: Bucket): Target {
  const keys = async (): Promise<string[]> => {
    const found: string[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await client.send(new ListObjectsV2Command({ Bucket: bucket, ContinuationToken }));
      found.push(...(page.Contents ?? []).map(({ Key }) => Key ?? ''));
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
    return found;
  };
  const read = async (key: string): Promise<Buffer> => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  };
  return {
    name,
    kind: 's3',
    config: { ...access, bucket },
    format: { fileFormat: 'jsonl', compression: name === 's3' ? 'gzip' : 'none' },
    mode: 'append',
    read: async () => readManifests({ keys: await keys(), read }),
  };
}

/** A table of a database of its own on the server of `url`; the destination may reach it by another port. */
export async function postgresTarget(url: string, port?: number): Promise<Target> {
  const database = `chaos_${randomUUID().slice(0, 8)}`;
  await query(url, `CREATE DATABASE ${database}`);
  const own = new URL(url);
  own.pathname = `/${database}`;
  const read = async (): Promise<FilesRead> => {
    const rows = await query<{ uuid: string; inserted: string; distinct_id: string }>(
      own.href,
      `SELECT uuid::text AS uuid, distinct_id, to_char(inserted_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') AS inserted
        FROM events`,
    );
    return {
      rows: rows.map((row) => ({
        uuid: row.uuid,
        insertedAtMicros: microsOfText(row.inserted),
        distinctId: row.distinct_id,
      })),
      strayFiles: 0,
    };
  };
  return {
    name: 'postgres',
    kind: 'postgres',
    config: {
      host: own.hostname,
      port: port ?? Number(own.port),
      user: decodeURIComponent(own.username),
      password: decodeURIComponent(own.password),
      database,
      table: 'events',
      tlsMode: 'disable',
    },
    format: TABLE_FORMAT,
    mode: 'append',
    read,
  };
}

async function query<Row extends pg.QueryResultRow>(url: string, text: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}
