import { NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import { gentleDeps } from './activities/backfill/gentle-deps.ts';
import { deploymentState } from './activities/deployment-state.ts';
import type { ActivityDeps } from './activities/deps.ts';
import { createActivities, type ActivityGroups } from './activities/index.ts';
import { tracedSend } from './activities/traced-send.ts';
import { createClickHouse } from './clickhouse/client.ts';
import { LogWriter } from './clickhouse/log-writer.ts';
import { ensureShards } from './client/deliveries.ts';
import { connectTemporal } from './client/temporal.ts';
import type { Config } from './config.ts';
import { TASK_QUEUES, type QueueName } from './core/ids.ts';
import { destinationsWith } from './destinations/registry.ts';
import { createAddressPolicy } from './net/address-policy.ts';
import { createAuthorizedSend } from './net/authorized-client.ts';
import { createGuardedClient } from './net/guarded-client.ts';
import { createNotifier } from './notifications/notifier.ts';
import { createLogger } from './observability/logger.ts';
import { createMetrics } from './observability/metrics.ts';
import { serveMetrics } from './observability/metrics-server.ts';
import { installTemporalRuntime } from './observability/temporal-runtime.ts';
import { startTracing, type ProcessTracing } from './observability/tracing.ts';
import { workflowCode } from './observability/workflow-code.ts';
import { openDatabase } from './store/database.ts';
import { createSecretBox } from './store/secrets.ts';

/** Above the longest request time-out of a webhook, so that a stopping worker can finish what is in flight. */
const SHUTDOWN_MARGIN_MS = 5_000;
/** Every shard of a deployment may land on one worker, and the default of 100 slots would make some wait for ever. */
const MAX_DELIVERY_ACTIVITIES = 1_000;
/** Requests take twice RETRY_PLACES and one more per webhook: what decides, notifies or gives way finds a slot beside them. */
const MAX_RETRY_ACTIVITIES = 1_000;
/** Loading waits for its turn inside of the activity, so that short decisions find a slot. */
const MAX_BACKFILL_ACTIVITIES = 200;

export interface RunningWorker {
  metricsUrl: string | undefined;
  /** Settles when the worker has stopped; rejects when it failed. */
  done: Promise<void>;
  /** Stops reading, finishes and logs what is in flight, saves cursors, gives tasks back. */
  stop(): Promise<void>;
}

/** Starts one worker process's workers: one for workflows, one activity-only worker per other queue. */
export async function startWorker(config: Config, queues: readonly QueueName[]): Promise<RunningWorker> {
  const logger = createLogger({ name: 'worker', level: config.logLevel });
  const runtimeMetrics = await installTemporalRuntime(logger, { metrics: config.metrics.port !== undefined });
  const tracing = await startTracing(config.tracing, { service: 'sluice-worker', takesRequests: false, logger });
  const draining = new AbortController();
  const db = openDatabase(config.postgres);
  const clickhouse = createClickHouse(config.clickhouse);
  const metrics = createMetrics({
    ...{ others: runtimeMetrics, postgres: () => db.use(), clickhouse: () => clickhouse.use() },
    ...(queues.includes('deliveries') && { shards: config.worker.deliveryShards }),
    // One kind of worker tells it, not each.
    ...(queues.includes('exports') && { deployment: () => deploymentState({ db, clickhouse }) }),
  });
  const logWriter = new LogWriter(clickhouse, (error) => {
    logger.warn({ err: error }, 'lines of run logs could not be stored yet');
  });
  const temporal = await connectTemporal(config.temporal, tracing.clientInterceptors);
  const policy = createAddressPolicy({ allowCidrs: config.net.allowedCidrs });
  const http = createGuardedClient({ ...config.net, policy, userAgent: 'Sluice-Webhooks/1', ...tracing.connections });
  const sendAuthorized = createAuthorizedSend(http);
  const destinations = destinationsWith({ ...config.destinations, policy });
  const notifier = createNotifier({ ...config.net, smtp: config.smtp });
  const deps: ActivityDeps = {
    ...{ db, clickhouse, temporal, logger, logWriter, metrics, notifier, tracing },
    findDestination: destinations.find,
    ...(destinations.downloads && { downloads: destinations.downloads }),
    box: createSecretBox(config.encryptionKey, config.oldEncryptionKeys),
    send: tracedSend((request, signal) => sendAuthorized({ ...request, signal }), tracing),
    settings: { ...config.worker, downloadTtlMs: config.downloadTtlMs },
    draining: draining.signal,
  };
  const backfillClickhouse = createClickHouse({ ...config.clickhouse, profile: 'backfill' });
  const activities = createActivities(deps, gentleDeps(deps, backfillClickhouse, config.worker.backfillConcurrency));
  const connection = await NativeConnection.connect(nativeOptions(config));
  const workers = await Promise.all(
    queues.map((queue) =>
      createWorker({ connection, namespace: config.temporal.namespace }, { config, tracing }, queue, activities),
    ),
  );
  if (queues.includes('deliveries')) {
    await ensureShards(temporal, config.worker.deliveryShards);
  }
  const metricsServer = await serveMetrics(metrics, config.metrics);
  const close = async (): Promise<void> => {
    await metricsServer?.close();
    await logWriter.flush();
    await notifier.close();
    await Promise.all([temporal.close(), connection.close(), http.close(), db.close()]);
    await Promise.all([clickhouse.close(), backfillClickhouse.close()]);
    await tracing.stop();
  };
  const running = Promise.all(workers.map((worker) => worker.run()));
  const done = running.then(close, async (error: unknown) => {
    await close();
    throw error;
  });
  return {
    metricsUrl: metricsServer?.url,
    done,
    stop: async () => {
      draining.abort();
      for (const worker of workers.filter((worker) => worker.getState() === 'RUNNING')) {
        worker.shutdown();
      }
      await done;
    },
  };
}

function nativeOptions({ temporal }: Config): Parameters<typeof NativeConnection.connect>[0] {
  return {
    address: temporal.address,
    ...(temporal.tls || temporal.apiKey !== undefined ? { tls: true } : {}),
    ...(temporal.apiKey === undefined ? {} : { apiKey: temporal.apiKey }),
  };
}

async function createWorker(
  base: Pick<WorkerOptions, 'connection' | 'namespace'>,
  { config, tracing }: { config: Config; tracing: ProcessTracing },
  queue: QueueName,
  activities: ActivityGroups,
): Promise<Worker> {
  const shared = {
    ...{ ...base, ...tracing.worker },
    taskQueue: TASK_QUEUES[queue],
    shutdownGraceTime: config.worker.drainMs + SHUTDOWN_MARGIN_MS,
    shutdownForceTime: config.worker.drainMs + 2 * SHUTDOWN_MARGIN_MS,
    maxHeartbeatThrottleInterval: 2_000,
  };
  switch (queue) {
    case 'workflows':
      return Worker.create({ ...shared, ...workflowCode(tracing.workflowModules) });
    case 'exports':
      return Worker.create({
        ...shared,
        activities: activities.exports,
        maxConcurrentActivityTaskExecutions: config.worker.exportConcurrency,
      });
    case 'backfills':
      return Worker.create({
        ...shared,
        activities: activities.backfills,
        maxConcurrentActivityTaskExecutions: MAX_BACKFILL_ACTIVITIES,
      });
    case 'deliveries':
      return Worker.create({
        ...shared,
        activities: activities.deliveries,
        maxConcurrentActivityTaskExecutions: MAX_DELIVERY_ACTIVITIES,
      });
    case 'retries':
      return Worker.create({
        ...shared,
        activities: activities.retries,
        maxConcurrentActivityTaskExecutions: MAX_RETRY_ACTIVITIES,
      });
  }
}
