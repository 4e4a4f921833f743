import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { errorCode } from '../core/errors.ts';
import { findPostgresHome } from './postgres-home.ts';
import type { PostgresHome } from './postgres-home.ts';
import { keptSecret } from './private-file.ts';
import { runStep } from './run-step.ts';
import type { ServiceSpec } from './service.ts';

const USER = 'sluice';
const DATABASE = 'sluice';

/** Real PostgreSQL from npm, on loopback only, with its data kept in the data folder. */
export async function postgresService(
  place: { dataDir: string; port: number },
  onProgress: (line: string) => void,
): Promise<{ spec: ServiceSpec; url: string }> {
  const password = await keptSecret(join(place.dataDir, 'postgres-password'));
  const home = await findPostgresHome(place.dataDir, password);
  await initialise(home, password, onProgress);
  const url = `postgres://${USER}:${password}@127.0.0.1:${place.port}/${DATABASE}`;
  const spec: ServiceSpec = {
    name: 'postgres',
    command: join(home.native, 'bin', 'postgres'),
    args: ['-D', join(home.data, 'cluster'), '-p', String(place.port), ...serverSettings()],
    cwd: '/',
    env: { LC_ALL: 'C', TZ: 'UTC' },
    ...home.owner,
    stopSignal: 'INT', // fast shutdown: open connections do not hold it up
    logFile: join(place.dataDir, 'postgres.log'),
    readyTimeoutMs: 60_000,
    prepare: () => dropForeignLock(join(home.data, 'cluster', 'postmaster.pid')),
    probe: () => ensureDatabase(url),
  };
  return { spec, url };
}

/**
 * After a kill -9 the lock file stays. PostgreSQL sees by itself that its writer is gone (and that no orphan of it still
 * has the memory), except when the pid belongs to some other program by now: only then is the file removed here.
 */
async function dropForeignLock(file: string): Promise<void> {
  const pid = Number((await readFile(file, 'utf8').catch(() => '')).split('\n')[0]);
  const program = pid > 0 ? await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '') : '';
  if (program !== '' && program.trim() !== 'postgres') {
    await rm(file, { force: true });
  }
}

function serverSettings(): string[] {
  const settings = { listen_addresses: '127.0.0.1', unix_socket_directories: '', max_connections: '200' };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

async function initialise(home: PostgresHome, password: string, onProgress: (line: string) => void): Promise<void> {
  if (existsSync(join(home.data, 'initialised'))) {
    return;
  }
  // What an interrupted initdb left is not a database.
  await rm(home.data, { recursive: true, force: true });
  await mkdir(home.data, { recursive: true, mode: 0o700 });
  const passwordFile = `${home.data}/.password`;
  const cluster = [`--pgdata=${home.data}/cluster`, `--username=${USER}`, '--auth=scram-sha-256'];
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  await giveTo(home, home.data, passwordFile);
  await Promise.all(['initdb', 'postgres'].map((program) => makeExecutable(join(home.native, 'bin', program))));
  await runStep({
    title: 'creating the Postgres data folder',
    command: join(home.native, 'bin', 'initdb'),
    args: [...cluster, `--pwfile=${passwordFile}`, '--encoding=UTF8', '--locale=C', '--no-instructions'],
    options: { cwd: '/', env: { ...process.env, LC_ALL: 'C' }, ...home.owner },
    onProgress,
  });
  await rm(passwordFile);
  await writeFile(join(home.data, 'initialised'), '');
}

async function giveTo(home: PostgresHome, ...paths: string[]): Promise<void> {
  const { owner } = home;
  if (owner !== undefined) {
    await Promise.all(paths.map((path) => chown(path, owner.uid, owner.gid)));
  }
}

/** npm may unpack the programs without their executable bit. */
async function makeExecutable(file: string): Promise<void> {
  await chmod(file, 0o755).catch((error: unknown) => {
    if (errorCode(error) !== 'EROFS' && errorCode(error) !== 'EPERM') {
      throw error;
    }
  });
}

/** Answers only when the server takes logins; makes the database on the first start. */
async function ensureDatabase(url: string): Promise<void> {
  const maintenance = new URL(url);
  maintenance.pathname = '/postgres';
  const client = new Client({ connectionString: maintenance.href, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined); // reported by the pending call
  await client.connect();
  try {
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
    if (found.rowCount === 0) {
      await client.query(`CREATE DATABASE ${DATABASE}`);
    }
  } finally {
    await client.end();
  }
}
