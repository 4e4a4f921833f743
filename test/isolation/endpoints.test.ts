import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { createHistogram } from 'node:perf_hooks';
import type { TailEvent } from '../../core/webhook-event.ts';
import type { LaneConfig } from '../../delivery/shard/lane-config.ts';
import type { ShardPorts } from '../../delivery/shard/ports.ts';
import { DeliveryShard } from '../../delivery/shard/shard.ts';
import { createAddressPolicy } from '../../net/address-policy.ts';
import { createGuardedClient } from '../../net/guarded-client.ts';
import { SimulatedWorld } from '../delivery/simulation.ts';
import { eventually } from '../support/eventually.ts';
import { Endpoint, FAULTS, type Behaviour } from './endpoint.ts';

/**
 * The engine of a shard with its real HTTP client and real endpoints; the event log, cursors and retries around it are
 * in memory, so that nothing but the endpoints can be slow.
 */
jest.setTimeout(60_000);

const TIMEOUT_MS = 6_000;
/** Half of the time-out that a healthy destination would wait for if it stood behind a broken one; machines stand still at times. */
const SLACK_MS = TIMEOUT_MS / 2;
const EVENTS = 50;
const EVERY_MS = 10;
const POLL_MS = 10;

interface Running {
  world: SimulatedWorld;
  shard: DeliveryShard;
  stop(): Promise<void>;
}

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) {
    await close();
  }
});

async function endpoints(count: number): Promise<Endpoint[]> {
  const started = await Promise.all(Array.from({ length: count }, () => Endpoint.start()));
  closers.push(...started.map((endpoint) => () => endpoint.close()));
  return started;
}

function startShard(world: SimulatedWorld): Running {
  const policy = createAddressPolicy({ allowCidrs: ['127.0.0.0/8'] });
  const http = createGuardedClient({ policy, userAgent: 'test/1' });
  const stopping = new AbortController();
  const ports: ShardPorts = { ...world.ports(), send: (request, signal) => http.request({ ...request, signal }) };
  const shard = new DeliveryShard(ports, {
    pollMs: POLL_MS,
    overlapMs: 400,
    reportEveryMs: 60_000,
    drainMs: 100,
    loadDestinations: () => Promise.resolve(world.configs),
  });
  const done = shard.run(stopping.signal);
  const stop = async (): Promise<void> => {
    stopping.abort();
    await done;
  };
  closers.push(() => http.destroy(), stop);
  return { world, shard, stop };
}

const toward = (endpoint: Endpoint, rest: Partial<LaneConfig> = {}): Partial<LaneConfig> => ({
  url: endpoint.url,
  timeoutMs: TIMEOUT_MS,
  ...rest,
});

/** One event at a time; resolves when all are captured. */
function feed(world: SimulatedWorld, count: number, options: { teamId?: number } = {}): Promise<TailEvent[]> {
  const events: TailEvent[] = [];
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      events.push(world.capture(options));
      if (events.length === count) {
        clearInterval(timer);
        resolve(events);
      }
    }, EVERY_MS);
  });
}

const hasAll = (endpoint: Endpoint, events: readonly TailEvent[]): boolean =>
  events.every(({ uuid }) => endpoint.taken.has(uuid));

/** Waits until the endpoint has all; milliseconds from capture to arrival, 99th percentile. */
async function p99Of(endpoint: Endpoint, events: readonly TailEvent[]): Promise<number> {
  await eventually(() => expect(hasAll(endpoint, events)).toBe(true));
  const histogram = createHistogram();
  for (const { uuid, insertedAtMicros } of events) {
    const arrivals = endpoint.taken.get(uuid) ?? [];
    expect(arrivals).toHaveLength(1);
    histogram.record(Math.max(1, Math.round((arrivals[0] ?? 0) - insertedAtMicros / 1_000)));
  }
  return histogram.percentile(99);
}

describe('beside an endpoint', () => {
  test.each(FAULTS)('that is %s, the others keep their p99 and nothing is lost', async (fault) => {
    const world = new SimulatedWorld();
    const [suspect, ...healthy] = (await endpoints(4)) as [Endpoint, ...Endpoint[]];
    world.destination(toward(suspect));
    healthy.forEach((endpoint) => world.destination(toward(endpoint)));
    startShard(world);
    const all: TailEvent[] = [];
    const phase = async (behaviour: Behaviour): Promise<number> => {
      suspect.behaviour = behaviour;
      const events = await feed(world, EVENTS);
      all.push(...events);
      return Math.max(...(await Promise.all(healthy.map((endpoint) => p99Of(endpoint, events)))));
    };
    await phase('well');
    const [before, during, after] = [await phase('well'), await phase(fault), await phase('well')];
    expect(during).toBeLessThan(Math.max(before, after) + SLACK_MS);
    await eventually(
      () => {
        const retried = new Set(world.retriesStarted);
        expect(all.filter(({ uuid }) => !suspect.taken.has(uuid) && !retried.has(uuid))).toEqual([]);
      },
      { timeoutMs: 30_000 },
    );
    expect(new Set(world.retriesStarted).size).toBe(world.retriesStarted.length);
  });

  test('that hangs, memory is bounded and the cursors of the others go on', async () => {
    const world = new SimulatedWorld();
    const [hanging, healthy] = (await endpoints(2)) as [Endpoint, Endpoint];
    hanging.behaviour = 'hanging';
    const stuck = world.destination(toward(hanging, { timeoutMs: 30_000 }));
    const free = world.destination(toward(healthy, { maxConcurrency: 32 }));
    const events = Array.from({ length: 3_000 }, () => world.capture());
    const { shard, stop } = startShard(world);
    await eventually(() => expect(hasAll(healthy, events)).toBe(true), { timeoutMs: 30_000 });
    // 2,000 wait in its queue at most, and as many as it may have are on their way; what the other has taken may not be answered yet.
    const onTheirWay = stuck.maxConcurrency + free.maxConcurrency;
    expect(shard.summary().inFlightAndQueued).toBeLessThanOrEqual(2_000 + onTheirWay);
    const begun = events[0]?.insertedAtMicros ?? 0;
    // A live lane's checkpoint stays an overlap behind the newest event, so the log has to go on.
    await eventually(
      () => {
        world.capture();
        expect(world.cursors.get(free.destinationId)?.positionMicros).toBeGreaterThan(begun);
      },
      { timeoutMs: 30_000, intervalMs: 100 },
    );
    await stop();
    expect(world.cursors.get(stuck.destinationId)?.positionMicros).toBeLessThanOrEqual(begun);
  });

  test('that works off a backlog, live events of another are not delayed', async () => {
    const world = new SimulatedWorld();
    const [slow, live] = (await endpoints(2)) as [Endpoint, Endpoint];
    slow.answerMs = 20;
    world.destination(toward(slow, { teamId: 1 }));
    const backlog = Array.from({ length: 2_000 }, () => world.capture({ teamId: 1 }));
    world.destination(toward(live, { teamId: 2 }));
    startShard(world);
    await eventually(() => expect(slow.taken.size).toBeGreaterThan(0));
    const p99 = await p99Of(live, await feed(world, EVENTS, { teamId: 2 }));
    expect(hasAll(slow, backlog)).toBe(false);
    expect(p99).toBeLessThan(SLACK_MS);
  });
});
