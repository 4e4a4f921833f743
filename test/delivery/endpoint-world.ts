import { randomUUID } from 'node:crypto';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import type { ActivityDeps } from '../../activities/deps.ts';
import { listAttempts } from '../../clickhouse/attempt-queries.ts';
import { createClickHouse, type ClickHouse } from '../../clickhouse/client.ts';
import { nowMicros } from '../../clickhouse/tail.ts';
import { EventClock } from '../../delivery/event-clock.ts';
import type { SendOutcome } from '../../delivery/shard/ports.ts';
import type { EndpointHealth } from '../../core/endpoint-health.ts';
import { createDestination } from '../../store/destinations.ts';
import { setHealth } from '../../store/endpoint-state.ts';
import type { SecretBox } from '../../store/secrets.ts';
import { insertAt } from '../clickhouse/events.ts';
import { startTestClickHouse, type TestClickHouse } from '../clickhouse/server.ts';
import { newTeam, startStore, type StoreFixture } from '../store/fixtures.ts';
import { startSettingsProxy } from '../support/settings-proxy.ts';
import { ok } from './simulation.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
/** What a test makes fail is an error of the activity. */
export const SILENT = new DefaultLogger('ERROR', () => undefined);
/** Of every webhook's cursor; its events follow by a microsecond each. */
const START_MICROS = (Date.now() - 3_600_000) * 1_000;

export interface Webhook {
  id: string;
  teamId: number;
}

export interface SignalSent {
  workflowId: string;
  signal: string;
  payload: unknown;
}

/** Both databases with activities of webhooks on them; a test is the endpoint, and reads what Temporal is told. */
export class EndpointWorld {
  readonly store: StoreFixture;
  readonly deps: ActivityDeps;
  /** Uuids of the events that were sent. */
  readonly sent: string[] = [];
  readonly signals: SignalSent[] = [];
  answer: (uuid: string) => SendOutcome = () => ok();
  readonly #server: TestClickHouse;

  private constructor(store: StoreFixture, server: TestClickHouse) {
    this.store = store;
    this.#server = server;
    const silent = { warn: () => undefined, error: () => undefined };
    const signalWithStart = (_workflow: string, of: { workflowId: string; signal: string; signalArgs: unknown[] }) => {
      this.signals.push({ workflowId: of.workflowId, signal: of.signal, payload: of.signalArgs[0] });
      return Promise.resolve();
    };
    // What these activities use; all else would throw.
    this.deps = {
      ...{ db: store.db, box: store.box, clickhouse: server.ch, logger: silent },
      eventClock: new EventClock(() => nowMicros(server.ch)),
      ...{
        metrics: { attempt: () => undefined, retryGaveWay: () => undefined },
        settings: { openRetriesCap: 10, breakerMinFailingMs: 60_000 },
      },
      temporal: { client: { workflow: { signalWithStart } } },
      draining: new AbortController().signal,
      send: ({ about }: { about: { eventUuids: string[] } }) => {
        const [uuid = ''] = about.eventUuids;
        this.sent.push(uuid);
        return Promise.resolve(this.answer(uuid));
      },
    } as unknown as ActivityDeps;
  }

  static async start(): Promise<EndpointWorld> {
    return new EndpointWorld(...(await Promise.all([startStore(), startTestClickHouse()])));
  }

  async stop(): Promise<void> {
    await Promise.all([this.store.stop(), this.#server.stop()]);
  }

  /** Of a team of its own. */
  async webhook(
    health: EndpointHealth,
    config: Record<string, unknown> = {},
    sealedBy: SecretBox = this.store.box,
  ): Promise<Webhook> {
    const teamId = await newTeam(this.store);
    const { id } = await createDestination(this.store.db, sealedBy, {
      ...{ teamId, kind: 'webhook', name: 'crm', secretFields: ['secret'], startMicros: START_MICROS },
      config: { url: 'https://example.com/hook', secret: SECRET, ...config },
    });
    await setHealth(this.store.db, { destinationId: id, to: health, evidence: { lastError: 'http_500' } });
    return { id, teamId };
  }

  /** Events with these properties, in this order, an hour old unless said otherwise; answers their uuids. */
  async capture(
    { teamId }: Webhook,
    properties: readonly string[],
    { ageMs }: { ageMs?: number } = {},
  ): Promise<string[]> {
    const youngerMicros = ageMs === undefined ? 0 : (Date.now() - ageMs) * 1_000 - START_MICROS;
    const events = properties.map((propertiesJson, index) => ({
      ...{ teamId, uuid: randomUUID(), propertiesJson },
      insertedAtMicros: insertedAtMicros(index) + youngerMicros,
    }));
    await insertAt(this.#server.ch, events);
    return events.map(({ uuid }) => uuid);
  }

  /** What the log says of the webhook's events, the oldest row first. */
  async attempts({ id, teamId }: Webhook): Promise<{ uuid: string; outcome: string; attempt: number }[]> {
    const rows = await listAttempts(this.#server.ch, { teamId, destinationId: id, limit: 100 });
    return rows.reverse().map(({ eventUuid, outcome, attempt }) => ({ uuid: eventUuid, outcome, attempt }));
  }

  /** As a worker runs it. */
  run<Result>(activity: (deps: ActivityDeps) => Promise<Result>): Promise<Result> {
    return new MockActivityEnvironment(undefined, { logger: SILENT }).run(() => activity(this.deps));
  }

  /** At a ClickHouse that takes no writes until somebody has warned of that. */
  async runWhileRefused<Result>(activity: (deps: ActivityDeps) => Promise<Result>): Promise<Result> {
    return this.withRefusingLog(async ({ clickhouse, refuse }) => {
      refuse(true);
      const logger = { error: () => undefined, warn: () => refuse(false) } as unknown as ActivityDeps['logger'];
      return this.run((deps) => activity({ ...deps, clickhouse, logger }));
    });
  }

  /** A way to ClickHouse that takes writes or refuses them. */
  async withRefusingLog<Result>(
    work: (log: { clickhouse: ClickHouse; refuse: (refuses: boolean) => void }) => Promise<Result>,
  ): Promise<Result> {
    const { url, database } = this.deps.clickhouse;
    const proxy = await startSettingsProxy(url);
    const clickhouse = createClickHouse({ url: `http://127.0.0.1:${String(proxy.port)}`, database });
    const refuse = (refuses: boolean): void => proxy.force(refuses ? { readonly: '2' } : {});
    try {
      return await work({ clickhouse, refuse });
    } finally {
      await clickhouse.close();
      await proxy.stop();
    }
  }
}

/** Of the n-th event that was captured together. */
export function insertedAtMicros(index: number): number {
  return START_MICROS + index + 1;
}
