import { createClickHouse, type ClickHouseConfig } from '../clickhouse/client.ts';
import { connectTemporal, type TemporalConfig } from '../client/temporal.ts';
import type { InstallationOptions } from '../destinations/registry.ts';
import { destinationsWith } from '../destinations/registry.ts';
import { createAddressPolicy } from '../net/address-policy.ts';
import { openDatabase, type DatabaseConfig } from '../store/database.ts';
import { scheduledExports } from '../store/inspect.ts';
import { createSecretBox } from '../store/secrets.ts';
import { checkClickHouse, checkEventSchema, checkReplicas } from './clickhouse.ts';
import { folderFinding } from './disks.ts';
import { checked, fail, ok, type Finding } from './finding.ts';
import { checkDatabase, checkKey, checkSchema, checkShards, type DatabaseParts } from './postgres.ts';
import { checkServices, type ServicesConfig } from './services.ts';
import { checkExportSchedules, checkMaintenance, checkNamespace, checkQueues, type TemporalParts } from './temporal.ts';

/** As much of the configuration as is checked. */
export interface DoctorConfig extends ServicesConfig {
  postgres: DatabaseConfig;
  clickhouse: ClickHouseConfig;
  temporal: TemporalConfig & { retentionDays: number };
  encryptionKey: Buffer;
  oldEncryptionKeys: readonly Buffer[];
  worker: { visibilityBoundMs: number; deliveryShards: number };
  net: { allowedCidrs: readonly string[] };
  destinations: Omit<InstallationOptions, 'policy'>;
}

/** A bucket that is away answers or fails well before. */
const CHECK_TIMEOUT_MS = 30_000;

/** Looks at everything behind Sluice and changes nothing. Never rejects: what cannot be looked at is a finding. */
export async function runDoctor(config: DoctorConfig): Promise<Finding[]> {
  const db = openDatabase({ ...config.postgres, maxConnections: 2 });
  const parts = {
    db,
    box: createSecretBox(config.encryptionKey, config.oldEncryptionKeys),
    visibilityBoundMs: config.worker.visibilityBoundMs,
    deliveryShards: config.worker.deliveryShards,
  };
  try {
    return (
      await Promise.all([
        databaseFindings(parts),
        clickhouseFindings(config),
        temporalFindings(config, parts),
        placeFindings(config),
        checkServices(config),
      ])
    ).flat();
  } finally {
    await db.close();
  }
}

async function databaseFindings(parts: DatabaseParts): Promise<Finding[]> {
  const connection = await checked('postgres.connection', 'Check DATABASE_URL, and that the server is up.', () =>
    checkDatabase(parts),
  );
  if (!answers(connection)) {
    return connection;
  }
  const schema = await checked('postgres.schema', 'Run sluice setup.', () => checkSchema(parts));
  if (!answers(schema)) {
    return [...connection, ...schema];
  }
  const key = await checked('encryption.key', 'Run sluice setup.', () => checkKey(parts));
  const shards = await checked('delivery.shards', 'Run sluice setup.', () => checkShards(parts));
  return [...connection, ...schema, ...key, ...shards];
}

async function clickhouseFindings({ clickhouse: config, worker }: DoctorConfig): Promise<Finding[]> {
  const clickhouse = createClickHouse(config);
  try {
    const connection = await checked('clickhouse.connection', 'Check CLICKHOUSE_URL, and that the server is up.', () =>
      checkClickHouse(clickhouse, worker.visibilityBoundMs),
    );
    const schema = (): Promise<Finding[]> =>
      checked('clickhouse.schema', 'Run sluice setup.', () => checkEventSchema(clickhouse));
    const replicas = (): Promise<Finding[]> =>
      checked('clickhouse.replicas', 'Check CLICKHOUSE_CLUSTER.', () => checkReplicas(clickhouse));
    return answers(connection) ? [...connection, ...(await schema()), ...(await replicas())] : connection;
  } finally {
    await clickhouse.close();
  }
}

async function temporalFindings(config: DoctorConfig, { db, visibilityBoundMs }: DatabaseParts): Promise<Finding[]> {
  const { namespace, retentionDays, address } = config.temporal;
  return checked('temporal.namespace', `Check TEMPORAL_ADDRESS (${address}) and that the server is up.`, async () => {
    const temporal = await connectTemporal(config.temporal);
    const parts: TemporalParts = { temporal, namespace, retentionDays, visibilityBoundMs };
    try {
      const found = await checked('temporal.namespace', 'Make the namespace, or correct TEMPORAL_NAMESPACE.', () =>
        checkNamespace(parts),
      );
      return found[0]?.status === 'fail' ? found : [...found, ...(await namespaceFindings(parts, db))];
    } finally {
      await temporal.close();
    }
  });
}

async function namespaceFindings(parts: TemporalParts, db: DatabaseParts['db']): Promise<Finding[]> {
  const rights = 'Give the key of Temporal the right to read task queues and Schedules.';
  return [
    ...(await checked('queues', rights, () => checkQueues(parts))),
    ...(await checked('schedules.maintenance', rights, () => checkMaintenance(parts))),
    ...(await checked('schedules.exports', 'First see to what failed of PostgreSQL.', () =>
      checkExportSchedules(parts, () => scheduledExports(db)),
    )),
  ];
}

/** Where files go that this installation keeps. */
async function placeFindings({ destinations: options, net }: DoctorConfig): Promise<Finding[]> {
  const folders = (options.fileRoots ?? []).map((folder) => folderFinding(folder, folder));
  const policy = createAddressPolicy({ allowCidrs: net.allowedCidrs });
  const { downloads } = destinationsWith({ ...options, policy });
  const place = downloads
    ? checked('downloads.place', 'Check SLUICE_DOWNLOADS_URL.', async () => {
        const steps = await downloads.destination.check({}, AbortSignal.timeout(CHECK_TIMEOUT_MS));
        const failed = steps.find(({ status }) => status === 'failed');
        return [
          failed === undefined
            ? ok('downloads.place', 'the place for downloads can be written and read')
            : fail('downloads.place', `${failed.name}: ${failed.message ?? ''}`, 'Check SLUICE_DOWNLOADS_URL.'),
        ];
      })
    : Promise.resolve([]);
  return [...(await Promise.all(folders)), ...(await place)];
}

/** The first finding of a server is whether it answers. */
function answers([first]: readonly Finding[]): boolean {
  return first !== undefined && first.status !== 'fail';
}
