import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { ActivityDeps } from '../../activities/deps.ts';
import { healthChanges } from '../../activities/health-changes.ts';
import { tendNotices } from '../../activities/notify.ts';
import { getEndpointState } from '../../store/endpoint-state.ts';
import { listNotices } from '../../store/notices.ts';
import { createChannel } from '../../store/notification-channels.ts';
import { newTeam, newWebhook, startStore, type StoreFixture } from '../store/fixtures.ts';
import { eventually } from '../support/eventually.ts';
import { startShard, stopShards } from './running-shards.ts';
import { ok, respond, SimulatedWorld } from './simulation.ts';

const CONCURRENCY = 8;
const TIMEOUT_MS = 30_000;

afterEach(stopShards);

test('an endpoint that refuses all with Retry-After: 0 is asked ever more seldom, and then gets everything, uncharged', async () => {
  const world = new SimulatedWorld();
  world.destination({ maxConcurrency: CONCURRENCY });
  let isFull = true;
  world.answer = () => (isFull ? respond(429, { 'retry-after': '0' }) : ok());
  const captured = Array.from({ length: 3 * CONCURRENCY }, () => world.capture().uuid);
  startShard(world);
  const pauses = (): number[] =>
    world.requests.flatMap(({ atMs }, index) => {
      const pauseMs = atMs - (world.requests[index - 1]?.atMs ?? atMs);
      return pauseMs > 500 ? [pauseMs] : [];
    });
  await eventually(() => expect(pauses().length).toBeGreaterThanOrEqual(2), { timeoutMs: TIMEOUT_MS });
  const [first = 0, second = 0] = pauses();
  expect([first >= 950, second >= 1_900]).toEqual([true, true]);
  // Twice all at once, and then one by one.
  expect(world.requests.length).toBeLessThanOrEqual(2 * CONCURRENCY + 2);

  isFull = false;
  await eventually(() => expect([...world.received].sort()).toEqual([...captured].sort()), { timeoutMs: TIMEOUT_MS });
  expect(world.retriesStarted).toEqual([]);
  expect(world.transitions).toEqual([]);
  expect(world.attempts.every(({ attempt }) => attempt === 1)).toBe(true);
}, 60_000);

test('an endpoint that takes so many a second and refuses the others keeps getting as many', async () => {
  const world = new SimulatedWorld();
  world.destination({ maxConcurrency: CONCURRENCY });
  const [perSecond, burst] = [100, 20];
  let tokens = burst;
  let atMs = Date.now();
  world.answer = () => {
    tokens = Math.min(burst, tokens + ((Date.now() - atMs) / 1_000) * perSecond);
    atMs = Date.now();
    if (tokens < 1) {
      return respond(429, { 'retry-after': '0' });
    }
    tokens -= 1;
    return ok();
  };
  const events = 200;
  Array.from({ length: events }, () => world.capture());
  const startedMs = Date.now();
  startShard(world);
  await eventually(() => expect(new Set(world.received).size).toBe(events), { timeoutMs: TIMEOUT_MS });
  // Without a pause at all it takes two seconds; at pauses that grow a minute.
  expect(Date.now() - startedMs).toBeLessThan(10_000);
  expect(world.transitions).toEqual([]);
}, 60_000);

describe('a webhook that has long been throttled', () => {
  let store: StoreFixture;
  beforeAll(async () => {
    store = await startStore();
  }, 120_000);
  afterAll(() => store.stop());

  test('says so in its state, tells its team once, and Temporal; and that it is over', async () => {
    const teamId = await newTeam(store);
    const { id } = await newWebhook(store, teamId);
    const signals: unknown[] = [];
    const signalWithStart = (_workflow: string, { signalArgs }: { signalArgs: [{ to: string }] }): Promise<void> => {
      signals.push(signalArgs[0].to);
      return Promise.resolve();
    };
    const temporal = { client: { workflow: { signalWithStart } } };
    const draining = new AbortController().signal;
    const health = healthChanges({ db: store.db, temporal, logger: console, draining } as unknown as ActivityDeps);
    const remedy = 'Raise its limit.';
    const throttled = { throttledSince: '2026-11-21T12:00:00.000Z', lastError: 'http_429', remedy };
    await health.transition(id, 'degraded', { failures: 5 });
    await health.transition(id, 'degraded', throttled);
    await health.transition(id, 'degraded', throttled);
    expect(await getEndpointState(store.db, id)).toMatchObject({ health: 'degraded', evidence: throttled });
    await health.transition(id, 'healthy', { reason: 'it takes requests, and few of them fail' });
    expect(signals).toEqual(['degraded', 'degraded', 'healthy']);
    const notices = (await listNotices(store.db, { teamId, limit: 10 })).map(({ event, text }) => ({ event, text }));
    expect(notices).toEqual([
      { event: 'webhook.recovered', text: expect.any(String) },
      { event: 'webhook.throttled', text: expect.stringContaining(remedy) },
    ]);
  });

  test('and one of which some requests fail for half an hour is told of by the next sweep, once', async () => {
    const teamId = await newTeam(store);
    const { id } = await newWebhook(store, teamId);
    const config = { kind: 'email', to: ['ops@example.com'] } as const;
    await createChannel(store.db, store.box, { teamId, name: 'ops', config, events: null, enabled: true });
    const started: string[] = [];
    const start = (_workflow: string, { workflowId }: { workflowId: string }): Promise<void> => {
      started.push(workflowId);
      return Promise.resolve();
    };
    const workflow = { start, signalWithStart: () => Promise.resolve() };
    const deps = { db: store.db, temporal: { client: { workflow } }, logger: console } as unknown as ActivityDeps;
    const health = healthChanges(deps);
    await health.transition(id, 'degraded', { failures: 5, lastError: 'http_500' });
    await health.close();
    await tendNotices(deps);
    expect(started).toEqual([]);
    await store.db.kysely
      .updateTable('endpointStates')
      .set({ since: new Date(Date.now() - 31 * 60_000) })
      .where('destinationId', '=', id)
      .execute();
    await tendNotices(deps);
    await tendNotices(deps);
    const [notice, ...others] = await listNotices(store.db, { teamId, limit: 10 });
    expect([notice?.event, others]).toEqual(['webhook.degraded', []]);
    expect(started).toEqual([expect.stringContaining(notice?.id ?? '?')]);
  });
});
