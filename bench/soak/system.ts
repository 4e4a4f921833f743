import { createClickHouse, type ClickHouse } from '../../clickhouse/client.ts';
import { loadConfig } from '../../config.ts';
import { apiClient, type ApiCall } from '../../dev/api-client.ts';
import type { Service } from '../../dev/service.ts';
import type { System } from '../../dev/system.ts';
import type { Toxiproxy } from '../../dev/toxiproxy.ts';
import { startProxiedSystem } from '../../test/chaos/proxied-system.ts';
import { fileTarget, postgresTarget, type Target } from '../../test/chaos/targets.ts';

export const WORKERS = ['worker', 'worker-2', 'worker-3'] as const;
export type ProcessName = 'server' | (typeof WORKERS)[number];

/** A server and three workers, each for all queues, under a supervisor; destinations and ClickHouse behind proxies. */
export interface SoakSystem {
  system: System;
  proxies: Toxiproxy;
  processes: Readonly<Record<ProcessName, Service>>;
  api: ApiCall;
  clickhouse: ClickHouse;
  /** Where exports go. */
  targets: readonly Target[];
  stop(): Promise<void>;
}

const ENV = {
  // An interval's run begins so long after its end; inserts are shorter.
  SLUICE_VISIBILITY_BOUND_MS: '10000',
  SLUICE_CAPTURE_INSERT_TIMEOUT_MS: '9000',
  SLUICE_DELIVERY_SHARDS: '4',
  SLUICE_LOG_LEVEL: 'error',
};
/** In two minutes an endpoint that fails has to be noticed within seconds. */
const QUICK_ENV = { SLUICE_BREAKER_MIN_FAILING_MS: '2000' };

export async function startSoakSystem(options: {
  quick: boolean;
  program: readonly string[] | undefined;
  onProgress(line: string): void;
}): Promise<SoakSystem> {
  const { quick, program, onProgress } = options;
  const { system, proxies, proxied, files, stop } = await startProxiedSystem({
    s3: false,
    ...(program === undefined ? {} : { program }),
    env: quick ? { ...ENV, ...QUICK_ENV } : ENV,
    onProgress,
  });
  try {
    const { worker, server, stack, apiUrl, access } = system;
    const clickhouse = createClickHouse(loadConfig(system.env).clickhouse);
    const [second, third] = [await system.startWorker('worker-2'), await system.startWorker('worker-3')];
    return {
      ...{ system, proxies, clickhouse },
      stop: async () => {
        await clickhouse.close();
        await stop();
      },
      processes: { server, worker, 'worker-2': second, 'worker-3': third },
      api: apiClient(apiUrl, access.apiKey),
      targets: [fileTarget(files), await postgresTarget(stack.databaseUrl, proxied.postgres)],
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
