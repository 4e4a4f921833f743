import { mkdtemp, mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { ClickHouse } from '../../clickhouse/client.ts';
import { loadConfig } from '../../config.ts';
import { apiClient, type ApiCall } from '../../dev/api-client.ts';
import { freePort } from '../../dev/free-port.ts';
import { startSystem, type System } from '../../dev/system.ts';
import { startToxiproxy, type Toxiproxy } from '../../dev/toxiproxy.ts';
import { grantTeam } from '../../setup.ts';
import { fileTarget, postgresTarget, s3Target, type Target } from './targets.ts';

/** How soon the interval of a killed worker is free again. */
const LEASE_MS = 5_000;
/** Every restart is after a kill of ours: none is put off. */
const RESTART_MS = 250;
/** A killed ClickHouse is back within seconds. */
const MAX_INSERT_ATTEMPTS = 400;
export const PROXIES = ['clickhouse', 's3', 'postgres'] as const;
export const PARTS = ['worker', 'worker', 'server', 'clickhouse', 'temporal'] as const;

/** Repeats what a kill has cut off: a row that is stored twice so is a copy, which exports skip. */
class PatientClickHouse extends ClickHouse {
  override async command(...args: Parameters<ClickHouse['command']>): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await super.command(...args);
      } catch (error) {
        if (attempt === MAX_INSERT_ATTEMPTS) {
          throw error;
        }
        await new Promise((resolve) => setTimeout(resolve, RESTART_MS));
      }
    }
  }
}

/** The whole product in processes that a supervisor restarts, with proxies where connections are to be cut. */
export interface ChaosSystem {
  /** Past the proxies. */
  clickhouse: ClickHouse;
  proxies: Toxiproxy;
  targets: readonly Target[];
  newExport(target: Target): Promise<{ api: ApiCall; exportId: string; teamId: number }>;
  /** `kill -9`; false when the part is down. */
  kill(part: (typeof PARTS)[number]): boolean;
  stop(): Promise<void>;
}

export async function startChaosSystem(onProgress: (line: string) => void): Promise<ChaosSystem> {
  const directory = await mkdtemp(join(tmpdir(), 'sluice-chaos-'));
  const dataDir = join(directory, 'data');
  const files = join(directory, 'files');
  await Promise.all([mkdir(dataDir), mkdir(files)]);
  const ports = { clickhouse: await freePort(), s3: await freePort(), postgres: await freePort() };
  const proxied = { clickhouse: await freePort(), s3: await freePort(), postgres: await freePort() };
  const proxies = await startToxiproxy({ dataDir, port: await freePort() }, onProgress);
  await Promise.all(PROXIES.map((name) => proxies.add(name, ports[name], proxied[name])));
  const system = await startSystem({
    dataDir,
    s3: true,
    ports,
    supervise: true,
    restartDelaysMs: [RESTART_MS],
    env: {
      CLICKHOUSE_URL: `http://127.0.0.1:${String(proxied.clickhouse)}`,
      SLUICE_VISIBILITY_BOUND_MS: '1000',
      SLUICE_CAPTURE_INSERT_TIMEOUT_MS: '900',
      SLUICE_EXPORT_LEASE_MS: String(LEASE_MS),
      SLUICE_DELIVERY_SHARDS: '1',
      SLUICE_LOG_LEVEL: 'error',
    },
    onProgress,
  });
  const config = loadConfig(system.env);
  const clickhouse = new PatientClickHouse({ ...config.clickhouse, url: system.stack.clickhouseUrl });
  return {
    clickhouse,
    proxies,
    targets: [
      await bucketTarget(system, proxied.s3),
      await postgresTarget(system.stack.databaseUrl, proxied.postgres),
      fileTarget(files),
    ],
    newExport: async (target) => {
      const { apiKey, teamId } = await grantTeam(config, target.name);
      const api = apiClient(system.apiUrl, apiKey);
      return { api, teamId, exportId: await createExport(api, target) };
    },
    kill: (part) => killed(system, part),
    stop: async () => {
      await clickhouse.close();
      await system.stop();
      await proxies.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function killed({ stack, worker, server }: System, part: (typeof PARTS)[number]): boolean {
  const pid = {
    worker: worker.pid,
    server: server.pid,
    clickhouse: stack.pids['clickhouse'],
    temporal: stack.pids['temporal'],
  }[part];
  return pid !== undefined && process.kill(pid, 'SIGKILL');
}

async function bucketTarget({ stack }: System, port: number): Promise<Target> {
  const { endpoint, region, accessKeyId, secretAccessKey } = stack.s3!;
  const client = new S3Client({
    endpoint,
    region,
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
  });
  const bucket = `chaos-${randomUUID()}`;
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  const access = {
    endpoint: `http://127.0.0.1:${String(port)}`,
    region,
    forcePathStyle: true,
    accessKeyId,
    secretAccessKey,
  };
  return s3Target('s3', { client, bucket, access });
}

async function createExport(api: ApiCall, { kind, name, config, format, mode }: Target): Promise<string> {
  const snake = Object.entries(config).map(
    ([key, value]) => [key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), value] as const,
  );
  const body = { kind, name, config: Object.fromEntries(snake) };
  const destination = await api<{ id: string }>('POST', '/destinations', body);
  const files =
    kind === 'postgres' ? { mode } : { format: { file_format: format.fileFormat, compression: format.compression } };
  const of = { name, destination_id: destination.id, interval: '1m', paused: true, max_file_mb: 1, ...files };
  return (await api<{ id: string }>('POST', '/exports', of)).id;
}
