import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createClickHouse, type ClickHouse } from '../../clickhouse/client.ts';
import { migrateClickHouse } from '../../clickhouse/migrate.ts';
import { freePort } from '../../dev/free-port.ts';
import { eventually } from '../support/eventually.ts';

export interface TestClickHouse {
  url: string;
  ch: ClickHouse;
  /** Drops the database, and stops the server when this call started it. */
  stop(): Promise<void>;
}

/** A fresh, migrated database: on TEST_CLICKHOUSE_URL's server, else on an embedded engine of its own. */
export async function startTestClickHouse(): Promise<TestClickHouse> {
  const given = process.env['TEST_CLICKHOUSE_URL'];
  const server = given === undefined ? await startEmbeddedClickHouse() : { url: given, stop: () => Promise.resolve() };
  const ch = createClickHouse({ url: server.url, database: `sluice_test_${randomBytes(6).toString('hex')}` });
  await migrateClickHouse(ch);
  return {
    url: server.url,
    ch,
    stop: async () => {
      await ch.command({ sql: `DROP DATABASE ${ch.database}` });
      await ch.close();
      await server.stop();
    },
  };
}

const FRONT = fileURLToPath(new URL('../../dev/clickhouse-front.ts', import.meta.url));

/**
 * The engine behind its HTTP front, as a process that ends with this one; with data that stay where the caller says, and
 * the configuration of a server, where one is given (XML).
 */
export async function startEmbeddedClickHouse(
  dataPath?: string,
  config?: string,
): Promise<{ url: string; stop(): Promise<void> }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'sluice-clickhouse-'));
  const port = await freePort();
  const args = ['--import', 'tsx', FRONT, '--port', String(port), '--path', dataPath ?? path.join(folder, 'chdb')];
  if (config !== undefined) {
    await writeFile(path.join(folder, 'config.xml'), config);
    args.push('--config-file', path.join(folder, 'config.xml'));
  }
  const env = { ...process.env, TZ: 'UTC', UV_THREADPOOL_SIZE: '64', NODE_OPTIONS: '' };
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = `http://127.0.0.1:${String(port)}`;
  const probe = createClickHouse({ url, database: 'default' });
  await eventually(() => probe.rows({ sql: 'SELECT 1' }), { timeoutMs: 30_000 });
  await probe.close();
  return {
    url,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
