import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './eventually.ts';

const BINARY = join(homedir(), '.cache/sluice/bin/versitygw-1.8.0/versitygw');

export interface S3Server {
  endpoint: string;
  accessKeyId: string;
  secretAccessKey: string;
  createBucket(): Promise<string>;
  client(): S3Client;
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function accepts(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** A real S3 server on a free port of the loopback, with an empty store. */
export async function startS3Server(): Promise<S3Server> {
  const [accessKeyId, secretAccessKey] = ['AKIDSLUICETEST', `secret-${randomUUID()}`];
  const [directory, port] = [await mkdtemp(join(tmpdir(), 'sluice-s3-')), await freePort()];
  const server = spawn(BINARY, ['--quiet', '--keep-alive', '--port', `127.0.0.1:${String(port)}`, 'posix', directory], {
    env: { ROOT_ACCESS_KEY: accessKeyId, ROOT_SECRET_KEY: secretAccessKey },
    stdio: 'ignore',
  });
  const exited = new Promise((resolve) => server.once('exit', resolve));
  const endpoint = `http://127.0.0.1:${String(port)}`;
  await eventually(() => accepts(port), 'the S3 server listens');
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
