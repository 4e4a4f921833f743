import { randomBytes } from 'node:crypto';
import { createClickHouse } from '../../clickhouse/client.ts';
import { connectTemporal } from '../../client/temporal.ts';
import type { StackAddresses } from '../../dev/stack.ts';
import { eventually } from './eventually.ts';
import { startTestDatabase } from './postgres.ts';

/** Where a system keeps its data, beyond what it starts for itself. */
export interface PlaceOfSystem {
  external: StackAddresses;
  env: Record<string, string>;
  /** Leaves nothing that is at work. After the system has stopped. */
  remove(): Promise<void>;
}

export const OWN_SERVERS: PlaceOfSystem = { external: {}, env: {}, remove: () => Promise.resolve() };

/** A database of each kind and a namespace, on the servers that the run shares; none where the run shares none. */
export async function placeOnSharedServers(): Promise<PlaceOfSystem> {
  const parts = await Promise.all([placeInPostgres(), placeInClickHouse(), placeInTemporal()]);
  return {
    external: Object.assign({}, ...parts.map(({ external }) => external)) as StackAddresses,
    env: Object.assign({}, ...parts.map(({ env }) => env)) as Record<string, string>,
    remove: async () => {
      await Promise.all(parts.map((part) => part.remove()));
    },
  };
}

function newName(): string {
  return `sluice_test_${randomBytes(6).toString('hex')}`;
}

async function placeInPostgres(): Promise<PlaceOfSystem> {
  if (process.env['TEST_DATABASE_URL'] === undefined) {
    return OWN_SERVERS;
  }
  const { url, stop } = await startTestDatabase({ mayBeMigrated: true });
  return { external: { databaseUrl: url }, env: {}, remove: stop };
}

async function placeInClickHouse(): Promise<PlaceOfSystem> {
  const url = process.env['TEST_CLICKHOUSE_URL'];
  if (url === undefined) {
    return OWN_SERVERS;
  }
  const database = newName();
  const remove = async (): Promise<void> => {
    // A system that was given a server of its own has made none here.
    const ch = createClickHouse({ url, database: 'default' });
    await ch.command({ sql: `DROP DATABASE IF EXISTS ${database}` });
    await ch.close();
  };
  return { external: { clickhouseUrl: url }, env: { CLICKHOUSE_DATABASE: database }, remove };
}

const RETENTION_SECONDS = 86_400;

async function placeInTemporal(): Promise<PlaceOfSystem> {
  const address = process.env['TEST_TEMPORAL_ADDRESS'];
  if (address === undefined) {
    return OWN_SERVERS;
  }
  const namespace = newName();
  const temporal = await connectTemporal({ address, namespace, tls: false });
  const { workflowService, operatorService } = temporal.connection;
  await workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: { seconds: RETENTION_SECONDS as never },
  });
  // The parts of the server learn of a new namespace one after another.
  await eventually(() => operatorService.listSearchAttributes({ namespace }), { timeoutMs: 30_000 });
  return {
    external: { temporalAddress: address },
    env: { TEMPORAL_NAMESPACE: namespace, TEMPORAL_UI_URL: process.env['TEST_TEMPORAL_UI_URL'] ?? '' },
    remove: async () => {
      // Schedules would go on starting what nobody works on.
      for await (const { scheduleId } of temporal.client.schedule.list()) {
        await temporal.client.schedule.getHandle(scheduleId).delete();
      }
      await temporal.close();
    },
  };
}
