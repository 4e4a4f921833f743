import { afterEach, expect, test } from '@jest/globals';
import { eventually } from '../support/eventually.ts';
import { startShard, stopShards } from './running-shards.ts';
import { ok, respond, SimulatedWorld } from './simulation.ts';

const CONCURRENCY = 10;
const TIMEOUT_MS = 30_000;

afterEach(stopShards);

function brokenEndpoint(): { world: SimulatedWorld; captured: string[]; repair: () => void } {
  const world = new SimulatedWorld();
  world.destination({ maxConcurrency: CONCURRENCY });
  let isBroken = true;
  world.answer = () => (isBroken ? respond(500) : ok());
  const captured = Array.from({ length: CONCURRENCY }, () => world.capture().uuid);
  const ports = world.ports();
  // Second tries come at different moments, as in life.
  startShard(world, { ...ports, clock: { ...ports.clock, random: () => Math.random() } });
  return { world, captured, repair: () => (isBroken = false) };
}

const untilAsked = (world: SimulatedWorld, requests: number): Promise<void> =>
  eventually(() => expect(world.requests.length).toBeGreaterThanOrEqual(requests), { timeoutMs: TIMEOUT_MS });

test('what was under way when an endpoint began to fail does not all need a retry at once', async () => {
  const { world, captured, repair } = brokenEndpoint();
  const secondTries = 4;
  await untilAsked(world, CONCURRENCY + secondTries);
  expect(world.retriesStarted.length).toBeLessThanOrEqual(secondTries + 1);

  repair();
  await eventually(() => expect([...world.received, ...world.retriesStarted].sort()).toEqual([...captured].sort()), {
    timeoutMs: TIMEOUT_MS,
  });
  expect(world.retriesStarted.length).toBeLessThan(CONCURRENCY / 2);
}, 60_000);

test('what was not answered in time asks one after the other: each holds a connection for as long again', async () => {
  const world = new SimulatedWorld();
  world.destination({ maxConcurrency: CONCURRENCY });
  const asked = new Set<string>();
  let hangUp = (): void => undefined;
  const silence = new Promise<void>((resolve) => (hangUp = resolve));
  world.answer = async (uuid) => {
    await (asked.has(uuid) ? silence : undefined);
    asked.add(uuid);
    return { kind: 'error', code: 'total_timeout', message: 'no response came', timings: { totalMs: 15_000 } };
  };
  const captured = Array.from({ length: CONCURRENCY }, () => world.capture().uuid);
  const { clock, ...ports } = world.ports();
  let waiting = 0;
  const sleep: typeof clock.sleep = async (ms, signal) => {
    const isBeforeSecondTry = ms >= 250;
    waiting += isBeforeSecondTry ? 1 : 0;
    await clock.sleep(ms, signal);
    waiting -= isBeforeSecondTry ? 1 : 0;
  };
  startShard(world, { ...ports, clock: { ...clock, sleep } });
  await untilAsked(world, CONCURRENCY + 1);
  await eventually(() => expect(waiting).toBe(0), { timeoutMs: TIMEOUT_MS });
  expect(world.requests).toHaveLength(CONCURRENCY + 1);

  world.answer = () => ok();
  hangUp();
  await eventually(() => expect([...world.received, ...world.retriesStarted].sort()).toEqual([...captured].sort()), {
    timeoutMs: TIMEOUT_MS,
  });
}, 60_000);

test('an event leaves its lane when its second try has failed, with the number of that try', async () => {
  const { world } = brokenEndpoint();
  await eventually(() => expect(world.retriesStarted.length).toBeGreaterThanOrEqual(2), { timeoutMs: TIMEOUT_MS });
  await eventually(() => {
    for (const uuid of world.retriesStarted.slice(0, 2)) {
      const rows = world.attempts.filter(({ eventUuid }) => eventUuid === uuid);
      expect(rows.map(({ attempt, outcome }) => ({ attempt, outcome }))).toEqual([
        { attempt: 1, outcome: 'failed_attempt' },
        { attempt: 2, outcome: 'retry_scheduled' },
      ]);
    }
  });
  expect(world.retryRequests.slice(0, 2)).toMatchObject([
    { attemptsMade: 2, mayPark: true },
    { attemptsMade: 2, mayPark: true },
  ]);
}, 60_000);

test('second tries of what failed for a moment only do not wait for each other', async () => {
  const world = new SimulatedWorld();
  world.destination({ maxConcurrency: CONCURRENCY });
  const asked = new Set<string>();
  world.answer = (uuid) => {
    const isSecond = asked.has(uuid);
    asked.add(uuid);
    return isSecond ? ok() : respond(500);
  };
  const captured = Array.from({ length: CONCURRENCY }, () => world.capture().uuid);
  startShard(world);
  await eventually(() => expect([...world.received].sort()).toEqual([...captured].sort()), { timeoutMs: TIMEOUT_MS });
  expect(world.retriesStarted).toEqual([]);
  expect(world.requests).toHaveLength(2 * CONCURRENCY);
}, 60_000);

test('an endpoint that refuses some events is sent the others without a pause: it takes those in between', async () => {
  const world = new SimulatedWorld();
  world.destination({ maxConcurrency: CONCURRENCY });
  const refused = new Set<string>();
  world.answer = (uuid) => (refused.has(uuid) ? respond(500) : ok());
  const captured = Array.from({ length: 600 }, () => world.capture().uuid);
  captured.filter((_, index) => index % 20 === 0).forEach((uuid) => refused.add(uuid));
  startShard(world);
  await eventually(
    () => {
      expect(world.received).toHaveLength(captured.length - refused.size);
      expect([...world.retriesStarted].sort()).toEqual([...refused].sort());
    },
    { timeoutMs: TIMEOUT_MS },
  );
  expect(world.transitions).toEqual([]);
}, 60_000);

test('where it refuses many in a row, what comes after them is not kept waiting for their second tries', async () => {
  const world = new SimulatedWorld();
  world.destination({ maxConcurrency: CONCURRENCY });
  const captured = Array.from({ length: 200 }, () => world.capture().uuid);
  const refused = new Set(captured.slice(0, CONCURRENCY));
  world.answer = (uuid) => (refused.has(uuid) ? respond(500) : ok());
  startShard(world);
  await eventually(() => expect(world.received).toHaveLength(captured.length - refused.size), {
    timeoutMs: TIMEOUT_MS,
  });
  const tried = world.requests.map(({ uuids: [uuid = ''] }) => refused.has(uuid));
  // After all that were sent together, the second try that failed, and one of those that waited.
  expect(tried.indexOf(false)).toBeLessThanOrEqual(CONCURRENCY + 2);
}, 60_000);
