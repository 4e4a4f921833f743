import Fastify from 'fastify';
import { answers } from './activities/answers.ts';
import { webhookRules } from './activities/webhook-rules.ts';
import { registerApi } from './api/app.ts';
import type { ApiDeps } from './api/deps.ts';
import { downloadDeps } from './api/download-links.ts';
import { drainRefusedBody } from './api/drain-body.ts';
import { readiness } from './api/readiness.ts';
import { refuseAddress } from './api/refused-addresses.ts';
import { createEventStore, type EventStore } from './capture/event-store.ts';
import { createCapturePlugin } from './capture/plugin.ts';
import { cachedTeams } from './capture/team-cache.ts';
import { createClickHouse, type ClickHouse } from './clickhouse/client.ts';
import { eventReads } from './clickhouse/event-reads.ts';
import { queryChecks } from './clickhouse/user-sql/check-query.ts';
import { nowMicros } from './clickhouse/tail.ts';
import { createControlPlane } from './client/control-plane.ts';
import { openTemporal, pingTemporal, type TemporalClient } from './client/temporal.ts';
import type { Config } from './config.ts';
import { EventClock } from './delivery/event-clock.ts';
import { destinationsWith } from './destinations/registry.ts';
import { createAddressPolicy, type AddressPolicy } from './net/address-policy.ts';
import { createAuthorizedSend } from './net/authorized-client.ts';
import { createGuardedClient, type GuardedClient } from './net/guarded-client.ts';
import { createOutboundNetwork } from './net/outbound-network.ts';
import { createNotifier } from './notifications/notifier.ts';
import { createPinoLogger } from './observability/logger.ts';
import { serveMetrics } from './observability/metrics-server.ts';
import { createMetrics, type Metrics } from './observability/metrics.ts';
import { startTracing, type ProcessTracing } from './observability/tracing.ts';
import { openDatabase, pingDatabase, type Database } from './store/database.ts';
import { createSecretBox } from './store/secrets.ts';
import { findTeamByCaptureToken } from './store/teams.ts';

export interface RunningServer {
  url: string;
  /** Settles when the server has stopped. */
  done: Promise<void>;
  /** Refuses new requests, stores what was accepted, then closes. */
  stop(): Promise<void>;
}

interface Parts {
  db: Database;
  clickhouse: ClickHouse;
  temporal: TemporalClient;
  metrics: Metrics;
  tracing: ProcessTracing;
  notifier: ApiDeps['notifier'];
  /** For tests of webhooks. */
  http: GuardedClient;
}

/** The REST API and event capture in one process. */
export async function startServer(config: Config): Promise<RunningServer> {
  const logger = createPinoLogger({ name: 'server', level: config.logLevel });
  const tracing = await startTracing(config.tracing, { service: 'sluice-server', takesRequests: true, logger });
  const db = openDatabase(config.postgres);
  const clickhouse = createClickHouse(config.clickhouse);
  const eventClock = new EventClock(() => nowMicros(clickhouse));
  const metrics = createMetrics({
    ...{ postgres: () => db.use(), clickhouse: () => clickhouse.use() },
    clockAheadMs: () => eventClock.recentlyAheadMs(),
  });
  const parts: Parts = {
    ...{ db, clickhouse, tracing, metrics },
    temporal: openTemporal(config.temporal, tracing.clientInterceptors, metrics.temporalRequest),
    http: createGuardedClient({ ...config.net, policy: policyOf(config), userAgent: 'Sluice-Webhooks/1' }),
    notifier: createNotifier({ ...config.net, smtp: config.smtp, publicUrl: config.access.publicUrl }),
  };
  const events = createEventStore(parts, config.capture, {
    failed: (error, willRetry) => {
      logger.warn({ err: error, willRetry }, 'capture could not store a batch');
    },
    untold: (error) => {
      logger.warn({ err: error }, 'delivery shards could not be told of events; they find them by polling');
    },
  });
  const { host, port, trustProxy } = config.server;
  const { maxBodyBytes: bodyLimit } = config.capture;
  const app = Fastify({ trustProxy, requestIdHeader: false, bodyLimit, frameworkErrors: refuseAddress });
  app.addHook('onSend', drainRefusedBody);
  tracing.traceRequests(app);
  registerApi(app, { ...apiDeps(config, parts), logger });
  await app.register(capturePlugin(config, parts, events));
  const url = await app.listen({ host, port });
  const metricsServer = await serveMetrics(parts.metrics, config.metrics);
  logger.info({ url }, 'server listens');

  let stopped: Promise<void> | undefined;
  let settle: () => void;
  const done = new Promise<void>((resolve) => {
    settle = resolve;
  });
  const shutDown = async (): Promise<void> => {
    await app.close();
    await events.close();
    await metricsServer?.close();
    await Promise.all([
      parts.http.close(),
      parts.notifier.close(),
      parts.temporal.close(),
      parts.clickhouse.close(),
      parts.db.close(),
    ]);
    await tracing.stop();
    settle();
  };
  return { url, done, stop: () => (stopped ??= shutDown()) };
}

function capturePlugin(
  config: Config,
  { db, metrics }: Parts,
  events: EventStore,
): ReturnType<typeof createCapturePlugin> {
  return createCapturePlugin({
    resolveTeam: cachedTeams(async (token) => (await findTeamByCaptureToken(db, token))?.id),
    store: events.store,
    limits: { maxEventBytes: config.capture.maxEventBytes, maxBodyBytes: config.capture.maxBodyBytes },
    observe: {
      captured: metrics.captureAccepted,
      refused: (code) => metrics.captureRejected(code, 1),
    },
  });
}

function apiDeps(config: Config, { db, clickhouse, temporal, notifier, http }: Parts): ApiDeps {
  const policy = policyOf(config);
  const sendAuthorized = createAuthorizedSend(http);
  const box = createSecretBox(config.encryptionKey, config.oldEncryptionKeys);
  const destinations = destinationsWith({ ...config.destinations, policy });
  return {
    ...{ db, box, notifier, controlPlane: createControlPlane(temporal) },
    ...downloadDeps(destinations.downloads, config),
    ...{ findDestination: destinations.find, destinationKinds: destinations.all },
    assertHost: createOutboundNetwork(policy).assertHost,
    events: eventReads(clickhouse),
    queries: queryChecks(clickhouse),
    ...answers({
      ...{ db, box, clickhouse, findDestination: destinations.find },
      send: sendAuthorized,
    }),
    ...{ webhookRules: webhookRules(policy, config.net), console: config.temporal, ...config.access },
    checkReady: readiness({
      clickhouse: (signal) => clickhouse.ping(signal),
      postgres: () => pingDatabase(db),
      temporal: () => pingTemporal(temporal),
    }),
  };
}

function policyOf(config: Config): AddressPolicy {
  return createAddressPolicy({ allowCidrs: config.net.allowedCidrs });
}
