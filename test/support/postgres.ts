import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { freePort } from '../../dev/free-port.ts';
import { postgresService } from '../../dev/postgres.ts';
import { Service } from '../../dev/service.ts';

export interface TestDatabase {
  url: string;
  /** Drops the database, and stops the server when this call started it. */
  stop(): Promise<void>;
}

/** What a test wants of its database. */
export interface TestDatabaseOptions {
  /** A server of its own, for tests that change settings of the server. */
  ownServer?: boolean;
  /** The control plane's schema may be there already; migrations are still the caller's to run. */
  mayBeMigrated?: boolean;
}

/** A fresh database, empty unless told otherwise: on TEST_DATABASE_URL's server, else on an embedded server of its own. */
export async function startTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const given = options.ownServer === true ? undefined : process.env['TEST_DATABASE_URL'];
  const server = given === undefined ? await startPostgresServer() : { url: given, stop: () => Promise.resolve() };
  const name = `sluice_test_${randomBytes(6).toString('hex')}`;
  const template = options.mayBeMigrated === true ? process.env['TEST_DATABASE_TEMPLATE'] : undefined;
  await execute(server.url, `CREATE DATABASE ${name} TEMPLATE ${template ?? 'template1'}`);
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    stop: async () => {
      await execute(server.url, `DROP DATABASE ${name} WITH (FORCE)`);
      await server.stop();
    },
  };
}

async function execute(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/**
 * The same server, started in the same way, as in `sluice dev`: it ends with this process, however that ends. With data
 * where the caller says, it is started again whenever it ends by itself.
 */
export async function startPostgresServer(dataDir?: string): Promise<TestDatabase> {
  const folder = await mkdtemp(path.join(tmpdir(), 'sluice-postgres-'));
  // The server runs as its own user when we are root.
  await chmod(folder, 0o755);
  const place = { dataDir: dataDir ?? folder, port: await freePort() };
  const { spec, url } = await postgresService(place, () => undefined);
  const data = spec.args[spec.args.indexOf('-D') + 1] ?? folder;
  const service = await Service.start(
    // Many pools at once, where a run shares the server.
    {
      ...spec,
      args: [...spec.args, '-c', 'fsync=off', '-c', 'max_connections=500'],
      logFile: path.join(folder, 'postgres.log'),
    },
    {
      ...{ supervise: dataDir !== undefined, restartDelaysMs: [500] },
      ...{ onProgress: () => undefined, onPid: () => undefined },
    },
  );
  return {
    url,
    stop: async () => {
      await service.stop();
      await Promise.all([data, folder].map((place) => rm(place, { recursive: true, force: true })));
    },
  };
}
