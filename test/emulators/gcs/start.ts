import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { findFakeGcsServer } from '../../../dev/fake-gcs-server.ts';
import { freePort } from '../../../dev/free-port.ts';
import { eventually } from '../../support/eventually.ts';
import { Authority, type ServiceAccountKey } from '../bigquery/auth.ts';
import { type GcsProxy, startGcsProxy } from './proxy.ts';

const PROJECT = 'sluice-test';
const SCOPES = ['devstorage.read_write', 'devstorage.full_control', 'cloud-platform'].map(
  (name) => `https://www.googleapis.com/auth/${name}`,
);

export interface GcsServer extends GcsProxy {
  /** Of an account that may do everything. */
  key: ServiceAccountKey;
  authority: Authority;
  /** fake-gcs-server itself, which asks nobody who he is. */
  behind: string;
  createBucket(): Promise<string>;
  stop(): Promise<void>;
}

/** An empty Cloud Storage on a loopback port: fake-gcs-server behind the proxy of this folder. */
export async function startGcs(): Promise<GcsServer> {
  const program = await findFakeGcsServer((line) => process.stderr.write(`${line}\n`));
  const [authority, port] = [new Authority(SCOPES), await freePort()];
  const behind = `http://127.0.0.1:${String(port)}`;
  const proxy = await startGcsProxy(behind, authority);
  const address = ['-scheme', 'http', '-host', '127.0.0.1', '-port', String(port), '-backend', 'memory'];
  const server = spawn(program, [...address, '-log-level', 'error'], { stdio: 'ignore' });
  const exited = new Promise((resolve) => server.once('exit', resolve));
  await eventually(() => createBucket(behind, 'probe'));
  return Object.assign(proxy, {
    authority,
    behind,
    key: authority.createAccount('exporter', PROJECT),
    createBucket: () => createBucket(behind, `test-${randomUUID()}`),
    stop: async () => {
      await proxy.close();
      server.kill();
      await exited;
    },
  });
}

async function createBucket(behind: string, name: string): Promise<string> {
  const response = await fetch(`${behind}/storage/v1/b?project=${PROJECT}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name }),
  });
  if (!response.ok) {
    throw new Error(`no bucket: ${await response.text()}`);
  }
  return name;
}
