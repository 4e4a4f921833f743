import { spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import {
  ContainerClient,
  ContainerSASPermissions,
  generateBlobSASQueryParameters,
  StorageSharedKeyCredential,
} from '@azure/storage-blob';

const ACCOUNT = 'sluicetest';
const HOUR_MS = 3_600_000;

export interface Azurite {
  /** The blob service, with the account in its path. */
  endpoint: string;
  accountName: string;
  accountKey: string;
  createContainer(): Promise<string>;
  /** With the account's key. */
  container(name: string): ContainerClient;
  /** A shared access signature for a container; `permissions` as in Azure, `racwdl`. */
  sasToken(container: string, permissions: string, expiresInMs?: number): string;
  stop(): Promise<void>;
}

/** Microsoft's emulator of Blob Storage on a free port of the loopback, with an empty account in memory. */
export async function startAzurite(): Promise<Azurite> {
  const accountKey = randomBytes(64).toString('base64');
  const program = createRequire(import.meta.url).resolve('azurite/dist/src/blob/main.js');
  const server = spawn(
    process.execPath,
    // Without --disableTelemetry it reports to Microsoft.
    [
      program,
      ...['--blobHost', '127.0.0.1', '--blobPort', '0', '--inMemoryPersistence'],
      ...['--silent', '--disableTelemetry', '--skipApiVersionCheck'],
    ],
    {
      env: { PATH: process.env['PATH'], AZURITE_ACCOUNTS: `${ACCOUNT}:${accountKey}` },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const exited = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  const endpoint = `${await addressIn(createInterface(server.stdout))}/${ACCOUNT}`;
  server.stdout.resume();
  const credential = new StorageSharedKeyCredential(ACCOUNT, accountKey);
  const container = (name: string): ContainerClient => new ContainerClient(`${endpoint}/${name}`, credential);
  return {
    endpoint,
    accountName: ACCOUNT,
    accountKey,
    container,
    createContainer: async () => {
      const name = `test-${randomUUID()}`;
      await container(name).create();
      return name;
    },
    sasToken: (containerName, permissions, expiresInMs = HOUR_MS) =>
      generateBlobSASQueryParameters(
        {
          containerName,
          permissions: ContainerSASPermissions.parse(permissions),
          startsOn: new Date(Date.now() - 2 * HOUR_MS),
          expiresOn: new Date(Date.now() + expiresInMs),
        },
        credential,
      ).toString(),
    stop: async () => {
      server.kill();
      await exited;
    },
  };
}

/** Azurite prints where it listens. */
async function addressIn(lines: AsyncIterable<string>): Promise<string> {
  for await (const line of lines) {
    const address = /successfully listens on (http:\/\/\S+)/.exec(line)?.[1];
    if (address !== undefined) {
      return address;
    }
  }
  throw new Error('Azurite ended before it listened');
}
