import { afterEach, expect, test } from '@jest/globals';
import { webhookIdOf } from '../../delivery/identity.ts';
import { eventually } from '../support/eventually.ts';
import { startShard, stopShards } from './running-shards.ts';
import { ok, respond, SimulatedWorld } from './simulation.ts';

afterEach(stopShards);

const BATCH = { maxEvents: 10, maxWaitMs: 300, maxBytes: 100_000 };

function capture(world: SimulatedWorld, count: number, propertiesJson = '{}'): string[] {
  return Array.from({ length: count }, () => world.capture({ propertiesJson }).uuid);
}

test('full batches are sent at once, the rest when its time is over', async () => {
  const world = new SimulatedWorld();
  const { destinationId } = world.destination({ batch: BATCH, maxConcurrency: 1 });
  const capturedAtMs = Date.now();
  const uuids = capture(world, 25);
  startShard(world);
  await eventually(() => expect(new Set(world.received)).toEqual(new Set(uuids)));
  expect(world.requests.map((request) => request.uuids.length)).toEqual([10, 10, 5]);
  const [first, , last] = world.requests;
  // Timers may be early by a millisecond or two.
  expect((last?.atMs ?? 0) - capturedAtMs).toBeGreaterThan(BATCH.maxWaitMs - 10);
  await eventually(() => expect(world.attempts).toHaveLength(25));
  const ofFirst = world.attempts.filter(({ eventUuid }) => first?.uuids.includes(eventUuid));
  expect(new Set(ofFirst.map((row) => row.webhookId))).toEqual(new Set([first?.headers['webhook-id']]));

  const [single = ''] = capture(world, 1);
  await eventually(() => expect(world.received).toContain(single));
  expect(world.requests.at(-1)?.headers['webhook-id']).toBe(webhookIdOf(destinationId, single));
}, 30_000);

test('what came back is logged for each event of a batch, without secrets', async () => {
  const world = new SimulatedWorld();
  world.destination({ batch: BATCH, maxConcurrency: 1, hidden: ['hunter2'] });
  const timings = { totalMs: 9, connectMs: 2, firstByteMs: 6 };
  const headers = { 'x-request-id': 'r1 of hunter2', 'set-cookie': 'a=b' };
  world.answer = () => ({ kind: 'response', status: 200, headers, body: 'ok', timings });
  const uuids = capture(world, BATCH.maxEvents);
  startShard(world);
  await eventually(() => expect(world.attempts.map(({ eventUuid }) => eventUuid).sort()).toEqual(uuids.toSorted()));
  for (const row of world.attempts) {
    expect(row).toMatchObject({ durationMs: 9, phases: { connectMs: 2, firstByteMs: 6 }, responseBody: 'ok' });
    expect(row.responseHeaders).toBe('x-request-id: r1 of (not shown)\nset-cookie: (not shown)\n');
  }
}, 30_000);

test('a batch has at most its bytes; a larger event goes alone', async () => {
  const world = new SimulatedWorld();
  world.destination({ batch: { ...BATCH, maxBytes: 3_000 }, maxConcurrency: 1 });
  const uuids = [
    ...capture(world, 6, `{"a":"${'x'.repeat(900)}"}`),
    ...capture(world, 1, `{"a":"${'x'.repeat(5_000)}"}`),
  ];
  startShard(world);
  await eventually(() => expect(new Set(world.received)).toEqual(new Set(uuids)));
  expect(world.requests.every(({ uuids: sent, bytes }) => sent.length === 1 || bytes <= 3_000)).toBe(true);
  expect(world.received).toEqual(uuids);
}, 30_000);

test('an event that the endpoint refuses is found, and costs the others of its batch nothing', async () => {
  const world = new SimulatedWorld();
  world.destination({ batch: BATCH, maxConcurrency: 1, retryScheduleMs: [] });
  const uuids = capture(world, 20);
  const poison = uuids[13] ?? '';
  world.answer = (uuid) => (uuid === poison ? respond(422) : ok());
  startShard(world);
  const good = uuids.filter((uuid) => uuid !== poison);
  await eventually(() => expect(new Set(world.received)).toEqual(new Set(good)));
  await eventually(() =>
    expect(world.attempts.filter(({ eventUuid }) => eventUuid === poison).at(-1)?.outcome).toBe('discarded'),
  );
  expect(world.received).toHaveLength(good.length);
}, 30_000);

test('a failing batch is tried again as the same set, then parked and sent in smaller ones', async () => {
  const world = new SimulatedWorld();
  world.destination({ batch: BATCH, maxConcurrency: 1, retryScheduleMs: [10, 10, 10] });
  const uuids = capture(world, 10);
  let failures = 2;
  world.answer = () => (failures > 0 ? respond(500) : ok());
  const ports = world.ports();
  world.ports = () => ({
    ...ports,
    send: async (...args) => {
      const outcome = await ports.send(...args);
      failures -= 1;
      return outcome;
    },
  });
  startShard(world);
  await eventually(() => expect(new Set(world.received)).toEqual(new Set(uuids)));
  const [first, second, ...retries] = world.requests;
  expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
  expect(second?.headers['sluice-attempt']).toBe('2');
  expect(retries.map((request) => request.uuids.length)).toEqual([2, 2, 2, 2, 2]);
  expect(world.retriesStarted).toEqual([]);
  expect(world.received).toHaveLength(uuids.length);
}, 30_000);

test('one event that breaks every request is given up alone', async () => {
  const world = new SimulatedWorld();
  world.destination({ batch: BATCH, maxConcurrency: 1, retryScheduleMs: [10] });
  const uuids = capture(world, 10);
  const poison = uuids[4] ?? '';
  world.answer = (uuid) => (uuid === poison ? respond(500) : ok());
  startShard(world);
  const good = uuids.filter((uuid) => uuid !== poison);
  await eventually(() => expect(new Set(world.received)).toEqual(new Set(good)));
  await eventually(() => expect(world.attempts.filter(({ outcome }) => outcome === 'discarded')).toHaveLength(1));
  expect(world.attempts.find(({ outcome }) => outcome === 'discarded')?.eventUuid).toBe(poison);
}, 40_000);

test('a stopping shard sends nothing that waits for its batch, and the next one sends it once', async () => {
  const world = new SimulatedWorld();
  world.destination({ batch: { ...BATCH, maxWaitMs: 60_000 } });
  const uuids = capture(world, 15);
  const shard = startShard(world);
  await eventually(() => expect(world.received).toHaveLength(10));
  await shard.stop();
  expect(world.received).toHaveLength(10);
  world.configs = world.configs.map((config) => ({ ...config, batch: { ...BATCH, maxWaitMs: 100 } }));
  startShard(world);
  await eventually(() => expect(world.received.toSorted()).toEqual(uuids.toSorted()));
}, 30_000);

test('a parked event whose endpoint asks to wait stays parked, and is sent in the end', async () => {
  const world = new SimulatedWorld();
  world.retryCap = 0;
  world.destination({ retryScheduleMs: [10, 10] });
  const [uuid = ''] = capture(world, 1);
  const answers = [respond(500), respond(500), respond(429), respond(429)];
  world.answer = () => answers.shift() ?? ok();
  startShard(world);
  await eventually(() => expect(world.received).toEqual([uuid]), { timeoutMs: 40_000 });
  const outcomes = ['failed_attempt', 'parked', 'failed_attempt', 'failed_attempt', 'delivered'];
  await eventually(() => expect(world.attempts.map(({ outcome }) => outcome)).toEqual(outcomes));
}, 60_000);
