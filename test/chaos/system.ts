import { randomUUID } from 'node:crypto';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { ClickHouse } from '../../clickhouse/client.ts';
import { loadConfig } from '../../config.ts';
import { apiClient, type ApiCall } from '../../dev/api-client.ts';
import type { System } from '../../dev/system.ts';
import type { Toxiproxy } from '../../dev/toxiproxy.ts';
import { grantTeam } from '../../setup.ts';
import { createMinuteExport, RESTART_MS, startProxiedSystem } from './proxied-system.ts';
import { fileTarget, postgresTarget, s3Target, type Target } from './targets.ts';

/** How soon the interval of a killed worker is free again. */
const LEASE_MS = 5_000;
/** A killed ClickHouse is back within seconds. */
const MAX_INSERT_ATTEMPTS = 400;
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
  const { system, proxies, proxied, files, stop } = await startProxiedSystem({
    s3: true,
    env: {
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
      return { api, teamId, exportId: await createMinuteExport(api, target, { paused: true, max_file_mb: 1 }) };
    },
    kill: (part) => killed(system, part),
    stop: async () => {
      await clickhouse.close();
      await stop();
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
