import { gentleDeps } from './activities/backfill/gentle-deps.ts';
import { deploymentState } from './activities/deployment-state.ts';
import type { ActivityDeps } from './activities/deps.ts';
import { createActivities } from './activities/index.ts';
import { tracedSend } from './activities/traced-send.ts';
import { createClickHouse, type ClickHouse } from './clickhouse/client.ts';
import { LogWriter } from './clickhouse/log-writer.ts';
import { nowMicros } from './clickhouse/tail.ts';
import { openTemporal } from './client/temporal.ts';
import type { Config } from './config.ts';
import type { QueueName } from './core/ids.ts';
import { EventClock } from './delivery/event-clock.ts';
import { VENDORS } from './delivery/vendors/registry.ts';
import { destinationsWith, type Destinations } from './destinations/registry.ts';
import { createAddressPolicy } from './net/address-policy.ts';
import { createAuthorizedSend } from './net/authorized-client.ts';
import { createGuardedClient } from './net/guarded-client.ts';
import { createNotifier } from './notifications/notifier.ts';
import { createLogger } from './observability/logger.ts';
import { createMetrics, type MetricsOptions } from './observability/metrics.ts';
import { serveMetrics } from './observability/metrics-server.ts';
import { installTemporalRuntime } from './observability/temporal-runtime.ts';
import { startTracing } from './observability/tracing.ts';
import { openDatabase, type Database } from './store/database.ts';
import { agreeOnShards } from './store/delivery-division.ts';
import { untilDatabaseAnswers } from './store/patience.ts';
import { createSecretBox } from './store/secrets.ts';
import { Serving } from './worker/serving.ts';

export interface RunningWorker {
  metricsUrl: string | undefined;
  /** Settles when the worker has stopped; rejects when it failed. */
  done: Promise<void>;
  /** Stops reading, finishes and logs what is in flight, saves cursors, gives tasks back. */
  stop(): Promise<void>;
}

/**
 * Starts one worker process's workers: one for workflows, one activity-only worker per other queue. Resolves before they
 * serve, which they do once Temporal answers; `onServing` is told then.
 */
export async function startWorker(
  config: Config,
  queues: readonly QueueName[],
  onServing: () => void,
): Promise<RunningWorker> {
  const logger = createLogger({ name: 'worker', level: config.logLevel });
  const tracing = await startTracing(config.tracing, { service: 'sluice-worker', takesRequests: false, logger });
  const draining = new AbortController();
  const db = openDatabase(config.postgres);
  const clickhouse = createClickHouse(config.clickhouse);
  let runtimeMetrics: (() => Promise<string>) | undefined;
  const policy = createAddressPolicy({ allowCidrs: config.net.allowedCidrs });
  const destinations = destinationsWith({ ...config.destinations, policy });
  const eventClock = new EventClock(() => nowMicros(clickhouse));
  const metrics = createMetrics({
    others: async () => (await runtimeMetrics?.()) ?? '',
    ...metricsOf({ db, clickhouse, destinations, eventClock }, queues, config.worker.deliveryShards),
  });
  const logWriter = new LogWriter(clickhouse, (error) => {
    logger.warn({ err: error }, 'lines of run logs could not be stored yet');
  });
  const temporal = openTemporal(config.temporal, tracing.clientInterceptors, metrics.temporalRequest);
  const http = createGuardedClient({ ...config.net, policy, userAgent: 'Sluice-Webhooks/1' });
  const sendAuthorized = createAuthorizedSend(http);
  const notifier = createNotifier({ ...config.net, smtp: config.smtp, publicUrl: config.access.publicUrl });
  const deps: ActivityDeps = {
    ...{ db, clickhouse, temporal, logger, logWriter, metrics, notifier, tracing },
    ...{ findDestination: destinations.find, eventClock },
    ...(destinations.downloads && { downloads: destinations.downloads }),
    box: createSecretBox(config.encryptionKey, config.oldEncryptionKeys),
    send: tracedSend(sendAuthorized, tracing),
    ...{ settings: { ...config.worker, downloadTtlMs: config.downloadTtlMs }, draining: draining.signal },
  };
  const backfillClickhouse = createClickHouse({ ...config.clickhouse, profile: 'backfill' });
  const activities = createActivities(deps, gentleDeps(deps, backfillClickhouse, config.worker.backfillConcurrency));
  metrics.workerServes(false);
  const serving = new Serving({
    ...{ client: temporal, temporal: config.temporal, queues, activities, tracing, logger },
    ...{ drainMs: config.worker.drainMs, exportConcurrency: config.worker.exportConcurrency },
    shards: config.worker.deliveryShards,
    agreeOnShards: (changed) =>
      untilDatabaseAnswers(() => agreeOnShards(db, config.worker.deliveryShards), { signal: draining.signal, changed }),
    draining: draining.signal,
    installRuntime: async () => {
      runtimeMetrics ??= await installTemporalRuntime(logger, { metrics: config.metrics.port !== undefined });
    },
    onServing: () => {
      metrics.workerServes(true);
      onServing();
    },
  });
  const metricsServer = await serveMetrics(metrics, config.metrics, () => serving.state);
  const close = async (): Promise<void> => {
    await metricsServer?.close();
    await logWriter.flush();
    await notifier.close();
    await Promise.all([temporal.close(), http.close(), db.close()]);
    await Promise.all([clickhouse.close(), backfillClickhouse.close()]);
    await tracing.stop();
  };
  const done = serving.run().finally(close);
  return {
    metricsUrl: metricsServer?.url,
    done,
    stop: async () => {
      draining.abort();
      await done;
    },
  };
}

interface MeasuredParts {
  db: Database;
  clickhouse: ClickHouse;
  destinations: Destinations;
  eventClock: EventClock;
}

/** What a worker's metrics show follows from the queues that it serves. */
function metricsOf(
  { db, clickhouse, destinations, eventClock }: MeasuredParts,
  queues: readonly QueueName[],
  shards: number,
): MetricsOptions {
  const exporting = queues.includes('exports') || queues.includes('backfills');
  return {
    ...{ postgres: () => db.use(), clickhouse: () => clickhouse.use() },
    clockAheadMs: () => eventClock.recentlyAheadMs(),
    ...(queues.includes('deliveries') && { shards }),
    ...(exporting && { kinds: destinations.all.map(({ kind }) => kind) }),
    ...((queues.includes('deliveries') || queues.includes('retries')) && {
      webhookKinds: [...VENDORS.keys()],
    }),
    // One kind of worker tells it, not each.
    ...(queues.includes('exports') && { deployment: () => deploymentState({ db, clickhouse }) }),
  };
}
