import pg from 'pg';
import { openDatabase } from '../../store/database.ts';
import { migrateDatabase } from '../../store/migrate.ts';
import { startEmbeddedClickHouse } from '../clickhouse/server.ts';
import { startPostgresServer } from './postgres.ts';
import { startTestTemporal } from './temporal-server.ts';

/** Servers for all files of a run: each file makes databases, or a namespace, of its own there. */
export interface SharedServers {
  /** For the processes of the tests. Servers that the caller's environment names are used as they are. */
  env: Record<string, string>;
  stop(): Promise<void>;
}

const TEMPLATE = 'sluice_template';

/** One Postgres and one ClickHouse. */
export async function startSharedServers(): Promise<SharedServers> {
  const [postgres, clickhouse] = await Promise.all([
    process.env['TEST_DATABASE_URL'] === undefined ? startPostgresServer() : undefined,
    process.env['TEST_CLICKHOUSE_URL'] === undefined ? startEmbeddedClickHouse() : undefined,
  ]);
  if (postgres !== undefined) {
    await createTemplate(postgres.url);
  }
  return {
    env: {
      ...(postgres && { TEST_DATABASE_URL: postgres.url, TEST_DATABASE_TEMPLATE: TEMPLATE }),
      ...(clickhouse && { TEST_CLICKHOUSE_URL: clickhouse.url }),
    },
    stop: async () => {
      await Promise.all([postgres?.stop(), clickhouse?.stop()]);
    },
  };
}

/** One Temporal, for whole systems (test-system.ts). */
export async function startSharedTemporal(): Promise<SharedServers> {
  const { address, uiUrl, stop } = await startTestTemporal();
  return { env: { TEST_TEMPORAL_ADDRESS: address, TEST_TEMPORAL_UI_URL: uiUrl }, stop };
}

/** A database with the control plane's schema: its copies are made in a fraction of the migrations' time. */
async function createTemplate(serverUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  await client.query(`CREATE DATABASE ${TEMPLATE}`);
  await client.end();
  const url = new URL(serverUrl);
  url.pathname = `/${TEMPLATE}`;
  const db = openDatabase({ url: url.href, maxConnections: 1 });
  try {
    await migrateDatabase(db);
  } finally {
    await db.close();
  }
}
