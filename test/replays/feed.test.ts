import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { AttemptRecord } from '../../core/attempts.ts';
import type { LaneConfig } from '../../delivery/shard/lane-config.ts';
import type { ReplayTask } from '../../delivery/shard/ports.ts';
import { DeliveryShard } from '../../delivery/shard/shard.ts';
import { ok, respond, SimulatedWorld } from '../delivery/simulation.ts';
import { eventually } from '../support/eventually.ts';

const OVERLAP_MS = 200;
const WAIT = { intervalMs: 10 };

interface Running {
  shard: DeliveryShard;
  stop: AbortController;
  done: Promise<unknown>;
}

const running: Running[] = [];

function startShard(world: SimulatedWorld, ports = world.ports()): Running {
  const stop = new AbortController();
  const shard = new DeliveryShard(ports, {
    ...{ pollMs: 5, overlapMs: OVERLAP_MS, reportEveryMs: 60_000, drainMs: 1_000 },
    loadDestinations: () => Promise.resolve(world.configs),
  });
  const started = { shard, stop, done: shard.run(stop.signal) };
  running.push(started);
  return started;
}

async function stopShard({ stop, done }: Running): Promise<void> {
  stop.abort();
  await done;
}

/** Everything that was captured so far. */
function replayOf(world: SimulatedWorld, config: LaneConfig, events: { insertedAtMicros: number }[]): ReplayTask {
  const micros = events.map(({ insertedAtMicros }) => insertedAtMicros);
  const fromMicros = Math.min(...micros);
  const task: ReplayTask = {
    ...{ id: randomUUID(), destinationId: config.destinationId, teamId: 1, scope: 'matched', keys: [] },
    ...{ fromMicros, untilMicros: Math.max(...micros) + 1, begunAt: new Date() },
    position: { positionMicros: fromMicros, afterUuid: null },
    counts: { delivered: 0, failed: 0, skipped: 0 },
  };
  world.replays.push(task);
  return task;
}

function capture(world: SimulatedWorld, count: number): ReturnType<SimulatedWorld['capture']>[] {
  return Array.from({ length: count }, () => world.capture());
}

function sorted(uuids: readonly string[]): string[] {
  return [...uuids].sort();
}

afterEach(async () => {
  for (const one of running.splice(0)) {
    one.stop.abort();
    await one.done.catch(() => undefined);
  }
});

describe('a replay', () => {
  test('sends what was there before its destination, each event once, and counts it', async () => {
    const world = new SimulatedWorld();
    const events = capture(world, 350);
    const config = world.destination();
    const task = replayOf(world, config, events);
    startShard(world);
    await eventually(() => expect(world.replaysCompleted).toEqual([task.id]), WAIT);
    expect(sorted(world.received)).toEqual(sorted(events.map(({ uuid }) => uuid)));
    expect(new Set(world.attempts.map(({ via, attempt }) => `${via} ${String(attempt)}`))).toEqual(
      new Set(['replay 1']),
    );
  });

  test('goes on over a stretch in which nothing matches, and is completed there', async () => {
    const world = new SimulatedWorld();
    world.stepRows = 10;
    const events = capture(world, 60);
    const rare = world.capture({ event: 'rare' });
    const config = world.destination({ filter: { includeEvents: ['rare'] } });
    const task = replayOf(world, config, [...events, rare, ...capture(world, 60)]);
    startShard(world);
    await eventually(() => expect(world.replaysCompleted).toEqual([task.id]), WAIT);
    expect(world.received).toEqual([rare.uuid]);
    expect(world.steps.filter((found) => found === 0).length).toBeGreaterThanOrEqual(10);
  });

  test('goes on after a restart without what is in the log', async () => {
    const world = new SimulatedWorld();
    const events = capture(world, 300);
    const config = world.destination({ maxConcurrency: 4 });
    replayOf(world, config, events);
    world.answer = () => new Promise((resolve) => setTimeout(() => resolve(ok()), 2));
    const first = startShard(world);
    await eventually(() => expect(world.received.length).toBeGreaterThan(50), WAIT);
    await stopShard(first);
    expect(world.received.length).toBeLessThan(300);
    startShard(world);
    await eventually(() => expect(world.replaysCompleted).toHaveLength(1), WAIT);
    expect(sorted(world.received)).toEqual(sorted(events.map(({ uuid }) => uuid)));
  });

  test('takes half of the concurrency at most, and live events do not wait for it', async () => {
    const world = new SimulatedWorld();
    const old = new Set(capture(world, 200).map(({ uuid }) => uuid));
    const config = world.destination({ maxConcurrency: 8 });
    const open = { old: 0, live: 0 };
    let mostOld = 0;
    let mostLive = 0;
    world.answer = async (uuid) => {
      const kind = old.has(uuid) ? 'old' : 'live';
      open[kind] += 1;
      mostOld = Math.max(mostOld, open.old);
      mostLive = Math.max(mostLive, open.live);
      await new Promise((resolve) => setTimeout(resolve, 20));
      open[kind] -= 1;
      return ok();
    };
    replayOf(
      world,
      config,
      [...old].map((_, index) => ({
        insertedAtMicros: world.cursors.get(config.destinationId)!.positionMicros - 1 - index,
      })),
    );
    world.replays[0] = { ...world.replays[0]!, fromMicros: 0, position: { positionMicros: 0, afterUuid: null } };
    startShard(world);
    await eventually(() => expect(open.old).toBe(4), WAIT);
    const live = capture(world, 60).map(({ uuid }) => uuid);
    await eventually(() => expect(live.every((uuid) => world.received.includes(uuid))).toBe(true), WAIT);
    expect(world.received.length).toBeLessThan(260);
    expect(mostLive).toBeGreaterThan(4);
    await eventually(() => expect(world.replaysCompleted).toHaveLength(1), WAIT);
    expect(mostOld).toBe(4);
  });

  test('an event that fails again takes the usual way, and the attempts go on counting', async () => {
    const world = new SimulatedWorld();
    const config = world.destination();
    const [bad] = capture(world, 1);
    startShard(world);
    await eventually(() => expect(world.attempts).toHaveLength(1), WAIT);
    world.answer = () => respond(500);
    const task = replayOf(world, config, [bad!]);
    running[0]!.shard.refreshSoon();
    await eventually(() => expect(world.replaysCompleted).toEqual([task.id]), WAIT);
    expect(world.attempts.map(({ via, attempt, outcome }) => [via, attempt, outcome])).toEqual([
      ['live', 1, 'delivered'],
      ['replay', 2, 'failed_attempt'],
      ['replay', 3, 'retry_scheduled'],
    ]);
    expect(world.retriesStarted).toEqual([bad!.uuid]);
  });

  test('an event that fails again at an endpoint that takes nothing is not parked: its schedule may be used up', async () => {
    const world = new SimulatedWorld();
    const [old] = capture(world, 1);
    const config = world.destination({ health: 'degraded' });
    world.answer = () => respond(500);
    const task = replayOf(world, config, [old!]);
    startShard(world);
    await eventually(() => expect(world.replaysCompleted).toEqual([task.id]), WAIT);
    expect(world.retryRequests).toMatchObject([{ eventUuid: old!.uuid, replayed: true }]);
    expect(world.retryRequests[0]).not.toHaveProperty('mayPark');
  });

  test('an event that becomes due while it is replayed is sent by one of them', async () => {
    const world = new SimulatedWorld();
    const [parked] = capture(world, 1);
    const config = world.destination({ maxConcurrency: 1 });
    const log: AttemptRecord = {
      ...{ teamId: 1, destinationId: config.destinationId, eventUuid: parked!.uuid, webhookId: 'msg_1', attempt: 2 },
      ...{ eventInsertedAtMicros: parked!.insertedAtMicros, attemptedAt: new Date(), outcome: 'parked' },
      ...{ statusCode: 500, errorCode: '', errorMessage: '', durationMs: 1, latencyMs: 1, responseBody: '' },
      ...{ nextAttemptAt: new Date(Date.now() + 500), via: 'live' },
    };
    world.attempts.push(log);
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    world.answer = async () => {
      await held;
      return ok();
    };
    let looksWhileDue = 0;
    const ports = world.ports();
    const { dueParked } = ports.log;
    ports.log.dueParked = async (ids, now, limits) => {
      const found = await dueParked(ids, now, limits);
      looksWhileDue += found.length;
      return found;
    };
    const task = replayOf(world, config, [parked!]);
    startShard(world, ports);
    await eventually(() => expect(world.requests).toHaveLength(1), WAIT);
    await eventually(() => expect(looksWhileDue).toBeGreaterThan(0), WAIT);
    release();
    await eventually(() => expect(world.replaysCompleted).toEqual([task.id]), WAIT);
    const live = world.capture();
    await eventually(() => expect(world.received).toContain(live.uuid), WAIT);
    expect(world.requests.map(({ uuids }) => uuids)).toEqual([[parked!.uuid], [live.uuid]]);
  });

  test('stops when it is cancelled, and nothing of it stays in the lane', async () => {
    const world = new SimulatedWorld();
    const events = capture(world, 300);
    const config = world.destination({ maxConcurrency: 2 });
    world.answer = () => new Promise((resolve) => setTimeout(() => resolve(ok()), 10));
    replayOf(world, config, events);
    const { shard } = startShard(world);
    await eventually(() => expect(world.received.length).toBeGreaterThan(5), WAIT);
    world.replays = [];
    shard.refreshSoon();
    const live = world.capture();
    await eventually(() => expect(world.received).toContain(live.uuid), WAIT);
    await eventually(() => {
      expect(world.attempts).toHaveLength(world.received.length);
      expect(shard.summary().inFlightAndQueued).toBe(0);
    }, WAIT);
    const before = world.received.length;
    expect(before).toBeLessThan(200);
    const later = world.capture();
    await eventually(() => expect(world.received).toContain(later.uuid), WAIT);
    expect(world.received).toHaveLength(before + 1);
  });

  test('waits while its destination is suspended, and goes on by itself', async () => {
    const world = new SimulatedWorld();
    const events = capture(world, 40);
    const config = world.destination({ health: 'paused_auto' });
    replayOf(world, config, events);
    const { shard } = startShard(world);
    const witness = world.destination({ headers: { 'x-destination': 'witness:' } });
    shard.refreshSoon();
    const live = world.capture();
    await eventually(() => expect(world.received).toContain(`witness:${live.uuid}`), WAIT);
    expect(world.received).toHaveLength(1);
    world.configs = [{ ...config, health: 'recovering' }, witness];
    shard.refreshSoon();
    await eventually(() => expect(world.replaysCompleted).toHaveLength(1), WAIT);
    for (const { uuid } of events) {
      expect(world.received).toContain(uuid);
    }
  });
});
