import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../dev/free-port.ts';
import { findVersitygw } from '../../dev/s3.ts';
import { eventually } from '../support/eventually.ts';

export interface S3Server {
  endpoint: string;
  accessKeyId: string;
  secretAccessKey: string;
  createBucket(): Promise<string>;
  client(): S3Client;
  stop(): Promise<void>;
}

async function connects(port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
  });
}

/** A real S3 server on a free port of the loopback, with an empty store. */
export async function startS3Server(): Promise<S3Server> {
  const [accessKeyId, secretAccessKey] = ['AKIDSLUICETEST', `secret-${randomUUID()}`];
  const [directory, port] = [await mkdtemp(join(tmpdir(), 'sluice-s3-')), await freePort()];
  const program = await findVersitygw(() => undefined);
  const server = spawn(
    program,
    ['--quiet', '--keep-alive', '--port', `127.0.0.1:${String(port)}`, 'posix', directory],
    {
      env: { ROOT_ACCESS_KEY: accessKeyId, ROOT_SECRET_KEY: secretAccessKey },
      stdio: 'ignore',
    },
  );
  const exited = new Promise((resolve) => server.once('exit', resolve));
  const endpoint = `http://127.0.0.1:${String(port)}`;
  await eventually(() => connects(port));
  const credentials = { accessKeyId, secretAccessKey };
  const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials });
  return {
    endpoint,
    accessKeyId,
    secretAccessKey,
    client: () => client,
    createBucket: async () => {
      const bucket = `test-${randomUUID()}`;
      await client.send(new CreateBucketCommand({ Bucket: bucket }));
      return bucket;
    },
    stop: async () => {
      client.destroy();
      server.kill();
      await exited;
      await rm(directory, { recursive: true, force: true });
    },
  };
}
