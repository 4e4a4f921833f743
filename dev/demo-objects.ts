import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import type { ApiCall } from './api-client.ts';
import { startReceiver, type Receiver } from './receiver.ts';
import { devDataDir } from './run-dev.ts';
import type { S3Access } from './s3.ts';
import type { System } from './system.ts';

export const DEMO_EVENTS = 5_000;
export const FLAKY_FOR_MS = 20_000;
const BUCKET = 'sluice-demo';

export interface Demo {
  teamId: number;
  exports: { id: string; destination: string }[];
  webhooks: { id: string; name: string; secret: string; receiver: Receiver }[];
  close(): Promise<void>;
}

/** What the demo shows: an export per destination, every minute, and two webhooks, one of them broken at first. */
export async function createDemo(system: System, api: ApiCall, teamId: number): Promise<Demo> {
  const startedAtMs = Date.now();
  const receivers = {
    healthy: await startReceiver(),
    flaky: await startReceiver({
      react: () => ({ status: Date.now() - startedAtMs < FLAKY_FOR_MS ? 500 : 200 }),
    }),
  };
  const exports = [await createExport(api, 'file', await fileConfig(teamId))];
  if (system.stack.s3 !== undefined) {
    exports.push(await createExport(api, 's3', await s3Config(system.stack.s3, teamId)));
  }
  const webhooks = [];
  for (const [name, receiver] of Object.entries(receivers)) {
    const created = await api<{ id: string; secret: string }>('POST', '/webhooks', { name, url: receiver.url });
    webhooks.push({ id: created.id, secret: created.secret, name, receiver });
  }
  const close = async (): Promise<void> => {
    await Promise.all(Object.values(receivers).map((receiver) => receiver.close()));
  };
  return { teamId, exports, webhooks, close };
}

async function createExport(
  api: ApiCall,
  kind: string,
  config: Record<string, unknown>,
): Promise<{ id: string; destination: string }> {
  const destination = await api<{ id: string }>('POST', '/destinations', { kind, name: `demo ${kind}`, config });
  const created = await api<{ id: string }>('POST', '/exports', {
    name: `every minute to ${kind}`,
    destination_id: destination.id,
    interval: '1m',
  });
  return { id: created.id, destination: kind };
}

async function fileConfig(teamId: number): Promise<Record<string, unknown>> {
  const directory = resolve(join(devDataDir(process.env), 'exports', `team-${String(teamId)}`));
  await mkdir(directory, { recursive: true });
  return { directory };
}

async function s3Config(s3: S3Access, teamId: number): Promise<Record<string, unknown>> {
  const { endpoint, region, accessKeyId, secretAccessKey } = s3;
  const client = new S3Client({
    endpoint,
    region,
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
  });
  try {
    await client.send(new CreateBucketCommand({ Bucket: BUCKET }));
  } catch (error) {
    if (!(error instanceof Error && error.name.startsWith('BucketAlready'))) {
      throw error;
    }
  } finally {
    client.destroy();
  }
  return {
    bucket: BUCKET,
    region,
    endpoint,
    force_path_style: true,
    access_key_id: accessKeyId,
    secret_access_key: secretAccessKey,
    prefix: `team-${String(teamId)}`,
  };
}
