import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { systemClock } from '../../activities/clock.ts';
import type { SendOutcome, ShardPorts } from '../../delivery/shard/ports.ts';
import { DeliveryShard } from '../../delivery/shard/shard.ts';
import { ok, SimulatedWorld } from './simulation.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const EVENTS = 120;
/** Between two looks of the activity. */
const BEAT_MS = 2_000;

let world: SimulatedWorld;
let stop: () => Promise<unknown> = () => Promise.resolve();

/** Nobody waits for minutes of lag. */
beforeEach(() => {
  jest.useFakeTimers({ now: new Date('2026-11-21T12:00:00Z') });
  world = new SimulatedWorld();
});
afterEach(async () => {
  await stop();
  jest.useRealTimers();
});

function startShard(ports: ShardPorts = world.ports()): DeliveryShard {
  const stopping = new AbortController();
  const shard = new DeliveryShard(ports, {
    ...{ pollMs: 100, overlapMs: 400, reportEveryMs: MINUTE_MS, drainMs: SECOND_MS },
    loadDestinations: () => Promise.resolve(world.configs),
  });
  const done = shard.run(stopping.signal);
  stop = async () => {
    stopping.abort();
    await jest.advanceTimersByTimeAsync(MINUTE_MS);
    return done;
  };
  return shard;
}

async function pass(ms: number): Promise<void> {
  await jest.advanceTimersByTimeAsync(ms);
}

function captureMany(): void {
  for (let index = 0; index < EVENTS; index += 1) {
    world.capture();
  }
}

/** So many were sent, and none of them is late because of us. */
function expectShortWaits(events: number): void {
  expect(world.waitsMs).toHaveLength(events);
  expect(Math.max(...world.waitsMs)).toBeLessThan(SECOND_MS);
}

describe('that is the customer’s doing', () => {
  test('a webhook with a low rate limit', async () => {
    world.destination({ rateLimitPerSecond: 1 });
    const shard = startShard();
    await pass(SECOND_MS);
    captureMany();
    await pass(MINUTE_MS);
    expect(world.received.length).toBeLessThan(EVENTS);
    const { ms, heldMs } = shard.lag();
    expect(heldMs).toBeGreaterThan(MINUTE_MS - 2 * SECOND_MS);
    expect(ms).toBe(0);
    expectShortWaits(world.received.length);
  });

  test('events that wait for others to share a request with', async () => {
    world.destination({ batch: { maxEvents: 2 * EVENTS, maxBytes: 1_000_000, maxWaitMs: 20 * SECOND_MS } });
    startShard();
    await pass(SECOND_MS);
    captureMany();
    await pass(MINUTE_MS);
    expectShortWaits(EVENTS);
  });

  test('an endpoint that answers slowly', async () => {
    world.destination({ maxConcurrency: 1 });
    world.answer = () => new Promise((resolve) => setTimeout(() => resolve(ok()), 20 * SECOND_MS));
    const shard = startShard();
    await pass(SECOND_MS);
    captureMany();
    await pass(MINUTE_MS);
    const { ms, heldMs } = shard.lag();
    expect(heldMs).toBeGreaterThan(MINUTE_MS - 2 * SECOND_MS);
    expect(ms).toBe(0);
    expectShortWaits(world.requests.length);
    world.answer = () => ok();
  });

  test('a backlog that came while the webhook was paused', async () => {
    const config = world.destination();
    const reads = slowReads();
    const shard = startShard(reads.ports);
    await pass(SECOND_MS);
    world.configs = [];
    shard.refreshSoon();
    await pass(SECOND_MS);
    captureMany();
    await pass(MINUTE_MS);
    reads.eachTakesMs = 30 * SECOND_MS;
    world.configs = [config];
    shard.refreshSoon();
    await pass(20 * SECOND_MS);
    const { ms, heldMs } = shard.lag();
    expect(heldMs).toBeGreaterThan(MINUTE_MS);
    expect(ms).toBe(0);
    await pass(MINUTE_MS);
    expect(world.received).toHaveLength(EVENTS);
    expect(world.waitsMs).toEqual([]);
  });
});

describe('that is ours', () => {
  test('a backlog with which a shard begins, while it is read', async () => {
    world.destination();
    captureMany();
    await pass(MINUTE_MS);
    const reads = slowReads();
    reads.eachTakesMs = 30 * SECOND_MS;
    const shard = startShard(reads.ports);
    await pass(20 * SECOND_MS);
    const { ms, heldMs } = shard.lag();
    expect(ms).toBeGreaterThan(MINUTE_MS);
    expect(heldMs).toBe(0);
    await pass(MINUTE_MS);
    expect(world.waitsMs).toHaveLength(EVENTS);
    expect(Math.min(...world.waitsMs)).toBeGreaterThan(MINUTE_MS);
  });

  test('events that the tail finds late, however busy their endpoint is', async () => {
    world.destination({ maxConcurrency: 1 });
    world.answer = () => new Promise((resolve) => setTimeout(() => resolve(ok()), SECOND_MS));
    const reads = slowReads();
    startShard(reads.ports);
    await pass(SECOND_MS);
    reads.eachTakesMs = 10 * SECOND_MS;
    await pass(SECOND_MS);
    captureMany();
    await pass(MINUTE_MS);
    expect(world.waitsMs.length).toBeGreaterThan(10);
    expect(Math.min(...world.waitsMs)).toBeGreaterThan(5 * SECOND_MS);
    expect(Math.max(...world.waitsMs)).toBeLessThan(15 * SECOND_MS);
    world.answer = () => ok();
  });

  test('an attempt that fails because something of ours is away, however long it takes', async () => {
    world.destination({ maxConcurrency: 1 });
    const away: SendOutcome = { kind: 'error', code: 'dns_unavailable', message: 'no', timings: { totalMs: 1 } };
    world.answer = () => new Promise((resolve) => setTimeout(() => resolve(away), 4 * SECOND_MS));
    const shard = startShard();
    await pass(SECOND_MS);
    captureMany();
    for (let looks = 0; looks < MINUTE_MS / BEAT_MS; looks += 1) {
      await pass(BEAT_MS);
      shard.lag();
    }
    const { ms, heldMs } = shard.lag();
    expect(ms).toBeGreaterThan(MINUTE_MS - 2 * SECOND_MS);
    expect(heldMs).toBe(0);
    world.answer = () => ok();
  });
});

/** What a lane reads for itself, and what the tail finds, comes late, so that nothing else holds it. */
function slowReads(): { ports: ShardPorts; eachTakesMs: number } {
  const ports = world.ports();
  const { source } = ports;
  const reads = {
    eachTakesMs: 0,
    ports: {
      ...ports,
      source: {
        ...source,
        readRange: async (query: Parameters<typeof source.readRange>[0]) => {
          await systemClock.sleep(reads.eachTakesMs, new AbortController().signal);
          return source.readRange(query);
        },
        pollTail: async (query: Parameters<typeof source.pollTail>[0]) => {
          await systemClock.sleep(reads.eachTakesMs, new AbortController().signal);
          return source.pollTail(query);
        },
      },
    },
  };
  return reads;
}
