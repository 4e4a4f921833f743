import type { z } from 'zod';
import Fastify, { type FastifyInstance, type InjectOptions, type LightMyRequestResponse } from 'fastify';
import { registerApi } from '../../api/app.ts';
import type { ControlPlane } from '../../api/control-plane.ts';
import type { ApiDeps, EventReads, RejectedView } from '../../api/deps.ts';
import { refuseAddress } from '../../api/refused-addresses.ts';
import type { AttemptRecord } from '../../core/attempts.ts';
import type { MessageLogState } from '../../core/message-states.ts';
import { judgementOf } from '../../delivery/judged.ts';
import { DESTINATIONS, findDestination } from '../../destinations/registry.ts';
import { webhookRules } from '../../activities/webhook-rules.ts';
import { createAddressPolicy } from '../../net/address-policy.ts';
import { createOutboundNetwork } from '../../net/outbound-network.ts';
import { createNotifier } from '../../notifications/notifier.ts';
import { createApiKey } from '../../store/api-keys.ts';
import { newTeam, startStore, type StoreFixture } from '../store/fixtures.ts';

/** 12:07:30: the last finished interval of five minutes ended at 12:05. */
export const NOW = new Date('2026-11-21T12:07:30.500Z');

/** Keeps what it was told; `failure` is thrown by the next call. */
export class RecordingControlPlane implements ControlPlane {
  calls: [keyof ControlPlane, unknown][] = [];
  failure: Error | undefined;

  private async record(name: keyof ControlPlane, argument: unknown): Promise<void> {
    const failure = this.failure;
    this.failure = undefined;
    if (failure) {
      throw failure;
    }
    this.calls.push([name, argument]);
  }

  upsertExportSchedule: ControlPlane['upsertExportSchedule'] = (schedule) =>
    this.record('upsertExportSchedule', schedule);
  deleteExportSchedule: ControlPlane['deleteExportSchedule'] = (id) => this.record('deleteExportSchedule', id);
  reconcileExport: ControlPlane['reconcileExport'] = async (range) => {
    await this.record('reconcileExport', range);
    return { workflowId: `reconcile/${range.exportId}-${range.to.toISOString()}` };
  };
  cancelExportRun: ControlPlane['cancelExportRun'] = (id) => this.record('cancelExportRun', id);
  destinationChanged: ControlPlane['destinationChanged'] = (change) => this.record('destinationChanged', change);
  backfillChanged: ControlPlane['backfillChanged'] = (backfill) => this.record('backfillChanged', backfill);
  nextRetry: Date | null = null;
  nextRetryAt: ControlPlane['nextRetryAt'] = async (workflowId) => {
    await this.record('nextRetryAt', workflowId);
    return this.nextRetry;
  };
  /** Retries that have ended. */
  readonly ended = new Set<string>();
  retryNow: ControlPlane['retryNow'] = async (workflowIds) => {
    await this.record('retryNow', workflowIds);
    return workflowIds.filter((id) => !this.ended.has(id));
  };
  statistics: ControlPlane['statistics'] = async (of) => {
    await this.record('statistics', of);
    const latency = { queueMs: null, runMs: null, endToEndMs: null };
    const counts = {
      outcomes: { completed: 1 },
      open: 0,
      successRate: 1,
      retries: { 0: 1 },
      latency,
      historiesRead: 1,
    };
    return { ...counts, of: of.webhook ? 'deliveries' : 'runs', from: of.from, to: of.to, reachesBackTo: of.from };
  };
  whileStarting: () => Promise<void> = () => Promise.resolve();
  startReplay: ControlPlane['startReplay'] = async (replay) => {
    await this.whileStarting();
    await this.record('startReplay', replay);
  };
  replayChanged: ControlPlane['replayChanged'] = (id) => this.record('replayChanged', id);
  startErasure: ControlPlane['startErasure'] = (erasureId) => this.record('startErasure', erasureId);
  startNotification: ControlPlane['startNotification'] = (send) => this.record('startNotification', send);
  startExportRun: ControlPlane['startExportRun'] = async (run) => {
    await this.record('startExportRun', run);
    return { workflowId: `export/${run.exportId}-${run.intervalEnd.toISOString()}` };
  };
}

/** Attempts as ClickHouse would return them, newest first. */
export class FixedEvents implements EventReads {
  attempts: AttemptRecord[] = [];
  queries: unknown[] = [];
  /** Another clock than the database's. */
  clockMicros = 1_700_000_000_000_001;

  nowMicros(): Promise<number> {
    return Promise.resolve(this.clockMicros);
  }

  async listAttempts(query: Parameters<EventReads['listAttempts']>[0]): Promise<AttemptRecord[]> {
    this.queries.push(query);
    return this.attempts
      .filter((row) => row.teamId === query.teamId && row.destinationId === query.destinationId)
      .filter((row) => query.outcome === undefined || row.outcome === query.outcome)
      .filter((row) => query.before === undefined || row.attemptedAt < query.before.attemptedAt)
      .slice(0, query.limit);
  }

  async deliveryChart(query: Parameters<EventReads['deliveryChart']>[0]): ReturnType<EventReads['deliveryChart']> {
    this.queries.push(query);
    return { totals: { delivered: 3, discarded: 1, attempts: 5, p50Ms: 12.5, p99Ms: null }, points: [] };
  }

  readonly messages = new Map<string, MessageLogState>();

  async messageStates(
    asked: readonly { destinationId: string; uuid: string }[],
  ): Promise<ReadonlyMap<string, MessageLogState>> {
    this.queries.push(asked);
    return this.messages;
  }

  /** Ranges are too wide to be counted. */
  countsInPart = false;

  async planReplay({ uuids }: Parameters<EventReads['planReplay']>[0]): ReturnType<EventReads['planReplay']> {
    const keys = uuids.slice(0, 1).map((uuid) => ({ uuid, insertedAtMicros: this.clockMicros - 1 }));
    const events = uuids.length === 0 ? 4_000 : keys.length;
    return { events, masked: 0, isMinimum: this.countsInPart, keys, sample: keys, requestMs: 100 };
  }

  sourceMinutes: EventReads['sourceMinutes'] = () => Promise.resolve([]);
  eventsByDay: EventReads['eventsByDay'] = () => Promise.resolve([]);
  deliveriesByDay: EventReads['deliveriesByDay'] = () => Promise.resolve([]);
  deliveryTotals: EventReads['deliveryTotals'] = () => Promise.resolve([]);
  deliverySummaries: EventReads['deliverySummaries'] = () => Promise.resolve([]);
  listEvents: EventReads['listEvents'] = () => Promise.resolve([]);
  findEvent: EventReads['findEvent'] = () => Promise.resolve(undefined);
  attemptsOfEvent: EventReads['attemptsOfEvent'] = () => Promise.resolve([]);
  propertyNames: EventReads['propertyNames'] = () => Promise.resolve({ event: ['total'], person: [] });

  async undelivered(): ReturnType<EventReads['undelivered']> {
    return { events: 7, parked: 2 };
  }

  rejected: RejectedView[] = [];

  async listRejected(query: Parameters<EventReads['listRejected']>[0]): Promise<RejectedView[]> {
    this.queries.push(query);
    return this.rejected.slice(0, query.limit);
  }

  async rejectedIntervals(): Promise<{ intervalEnd: Date; records: number }[]> {
    return this.rejected.map(({ intervalEnd }) => ({ intervalEnd, records: 1 }));
  }

  async countIntervals(query: Parameters<EventReads['countIntervals']>[0]): ReturnType<EventReads['countIntervals']> {
    return { rows: query.intervals.map(() => 1_000), sample: null, rowBytes: 500 };
  }

  runManifest: EventReads['runManifest'] = () => Promise.resolve('day/interval_manifest.json');

  async listLogEntries(query: Parameters<EventReads['listLogEntries']>[0]): ReturnType<EventReads['listLogEntries']> {
    this.queries.push(query);
    const position = { loggedMs: NOW.getTime(), hash: '18446744073709551615' };
    return [{ level: 'info', message: 'planned', loggedAt: NOW, fields: { chunks: 3 }, position }];
  }
}

export interface Caller {
  teamId: number;
  key: string;
  call(method: Method, url: string, body?: unknown): Promise<LightMyRequestResponse>;
}
export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

export interface ApiFixture {
  app: FastifyInstance;
  /** Every route as it was registered, HEAD included, with what it takes as a body. */
  routes: { method: string; url: string; body?: z.ZodType }[];
  store: StoreFixture;
  controlPlane: RecordingControlPlane;
  events: FixedEvents;
  /** Everything that was logged, as one text. */
  logged(): string;
  newCaller(): Promise<Caller>;
  stop(): Promise<void>;
}

/** `overrides`: what a test has of its own; a function is given the store that was started. */
export async function startApi(
  overrides: Partial<ApiDeps> | ((store: StoreFixture) => Partial<ApiDeps>) = {},
): Promise<ApiFixture> {
  const store = await startStore();
  const controlPlane = new RecordingControlPlane();
  const events = new FixedEvents();
  const lines: string[] = [];
  const notifier = createNotifier({ allowedCidrs: [] });
  const app = Fastify({
    // As capture needs it: the API has its own, smaller limit.
    bodyLimit: 20_971_520,
    requestIdHeader: false,
    frameworkErrors: refuseAddress,
    logger: { level: 'debug', stream: { write: (line: string) => lines.push(line) } },
  });
  const routes: ApiFixture['routes'] = [];
  app.addHook('onRoute', ({ method, url, schema }) => {
    const body = schema?.body === undefined ? {} : { body: schema.body as z.ZodType };
    routes.push(...[method].flat().map((name) => ({ method: name, url, ...body })));
  });
  const deps = {
    db: store.db,
    box: store.box,
    controlPlane,
    events,
    queries: noQueries,
    webhookRules: webhookRules(policy, { requireHttps: false }),
    findDestination,
    dryRun: () => Promise.reject(new Error('no dry run in this test')),
    testWebhook: () => Promise.reject(new Error('no webhook is tested in this test')),
    simulateWebhook: () => Promise.reject(new Error('nothing is simulated in this test')),
    previewWebhook: () => Promise.reject(new Error('nothing is previewed in this test')),
    greetHook: () => Promise.reject(new Error('no hook is greeted in this test')),
    sampleHook: () => Promise.reject(new Error('no hook is shown in this test')),
    judgeAttempt: judgementOf,
    explainDelivery: () => Promise.reject(new Error('nothing is explained in this test')),
    assertHost: createOutboundNetwork(policy).assertHost,
    destinationKinds: [...DESTINATIONS.values()],
    notifier,
  };
  const own = typeof overrides === 'function' ? overrides(store) : overrides;
  registerApi(app, { ...deps, checkReady: () => Promise.resolve([]), now: () => NOW, ...own });
  await app.ready();
  return {
    ...{ app, routes, store, controlPlane, events },
    logged: () => lines.join(''),
    newCaller: () => newCaller(app, store),
    stop: async () => {
      await app.close();
      await notifier.close();
      await store.stop();
    },
  };
}

async function newCaller(app: FastifyInstance, store: StoreFixture): Promise<Caller> {
  const teamId = await newTeam(store);
  const { key } = await createApiKey(store.db, { teamId, name: 'test' });
  const headers = { authorization: `Bearer ${key}` };
  return {
    ...{ teamId, key },
    call: (method, url, body) => {
      const request: InjectOptions = { method, url, headers };
      return app.inject(body === undefined ? request : { ...request, payload: body as Record<string, unknown> });
    },
  };
}

/** Queries need the engine: test/api/queries.test.ts has one. */
const noQueries: ApiDeps['queries'] = {
  columns: () => Promise.reject(new Error('no engine')),
  check: () => Promise.reject(new Error('no engine')),
};

/** The rules that server.ts passes in. */
const policy = createAddressPolicy({ allowCidrs: [] });

export const BUCKET = {
  kind: 's3',
  name: 'Lake',
  config: { bucket: 'lake', region: 'eu-central-1', access_key_id: 'AKIA', secret_access_key: 'hunter2-secret-key' },
};
export const WEBHOOK = { name: 'Hook', url: 'https://example.com/hook', events: ['signup'] };

/** Creates something and returns its id. */
export async function createdId(caller: Caller, url: string, body: unknown): Promise<string> {
  const response = await caller.call('POST', url, body);
  if (response.statusCode !== 201 && response.statusCode !== 202) {
    throw new Error(`POST ${url} answered ${String(response.statusCode)}: ${response.body}`);
  }
  return response.json<{ id: string }>().id;
}

export async function newExportOf(caller: Caller, changes: Record<string, unknown> = {}): Promise<string> {
  const destinationId = await createdId(caller, '/api/v1/destinations', BUCKET);
  const body = { name: 'Nightly', destination_id: destinationId, interval: '5m', ...changes };
  return createdId(caller, '/api/v1/exports', body);
}

export async function newOnDemandOf(caller: Caller, range: { from: string; to: string }): Promise<string> {
  const destinationId = await createdId(caller, '/api/v1/destinations', BUCKET);
  const response = await caller.call('POST', '/api/v1/on-demand-exports', { ...range, destination_id: destinationId });
  return response.json<{ id: string }>().id;
}
