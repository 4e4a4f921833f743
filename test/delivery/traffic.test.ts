import { afterEach, describe, expect, test } from '@jest/globals';
import { addTraffic, emptyTraffic, type TrafficReport } from '../../core/traffic.ts';
import { MAX_PAYLOAD_BYTES } from '../../delivery/payload.ts';
import type { ShardPorts } from '../../delivery/shard/ports.ts';
import { eventually } from '../support/eventually.ts';
import { startShard, stopShards } from './running-shards.ts';
import { ok, respond, SimulatedWorld } from './simulation.ts';

afterEach(stopShards);

const HOUR_MS = 3_600_000;

/** Ports whose reports are added up. */
function toldBy(world: SimulatedWorld): { ports: ShardPorts; total: TrafficReport } {
  const total = emptyTraffic();
  const ports = world.ports();
  const report = (_destinationId: string, traffic: TrafficReport): Promise<void> => {
    addTraffic(total, traffic);
    return Promise.resolve();
  };
  return { ports: { ...ports, health: { ...ports.health, report } }, total };
}

function capture(world: SimulatedWorld, count: number, propertiesJson = '{}'): string[] {
  return Array.from({ length: count }, () => world.capture({ propertiesJson }).uuid);
}

function settled(world: SimulatedWorld, outcome: string): number {
  return world.attempts.filter((row) => row.outcome === outcome).length;
}

describe('the entity workflow is told', () => {
  test('what a shard gives up without a retry workflow', async () => {
    const world = new SimulatedWorld();
    world.destination({ retryScheduleMs: [] });
    const good = capture(world, 3);
    const bad = capture(world, 2);
    const [oversize = ''] = capture(world, 1, `{"a":"${'x'.repeat(MAX_PAYLOAD_BYTES)}"}`);
    world.answer = (uuid) => (bad.includes(uuid) ? respond(500) : ok());
    const { ports, total } = toldBy(world);
    const { stop } = startShard(world, ports);
    await eventually(() => expect([settled(world, 'delivered'), settled(world, 'discarded')]).toEqual([3, 3]));
    await stop();
    expect(world.received.toSorted()).toEqual(good.toSorted());
    expect(world.received).not.toContain(oversize);
    // Each of the bad ones was tried twice; the oversize one was not sent.
    expect(total).toMatchObject({ matched: 6, delivered: 3, discarded: 3, failedAttempts: 5, retried: 0 });
    expect(total.retries).toBeUndefined();
  }, 30_000);

  test('how often what was parked has been retried', async () => {
    const world = new SimulatedWorld();
    const batch = { maxEvents: 4, maxWaitMs: 100, maxBytes: 100_000 };
    world.destination({ batch, maxConcurrency: 1, retryScheduleMs: [10, 10] });
    const uuids = capture(world, 4);
    const [poison = ''] = uuids;
    world.answer = (uuid) => (uuid === poison ? respond(500) : ok());
    const { ports, total } = toldBy(world);
    const { stop } = startShard(world, ports);
    await eventually(() => expect([settled(world, 'delivered'), settled(world, 'discarded')]).toEqual([3, 1]), {
      timeoutMs: 60_000,
    });
    await stop();
    const ends = world.attempts.filter(({ outcome }) => outcome === 'delivered' || outcome === 'discarded');
    const retries: Record<string, number> = {};
    ends.forEach(({ attempt }) => {
      retries[attempt - 2] = (retries[attempt - 2] ?? 0) + 1;
    });
    expect(ends.every(({ attempt }) => attempt > 2)).toBe(true);
    expect(total).toMatchObject({ delivered: 3, discarded: 1, retried: 0, retries });
  }, 90_000);

  test('what nobody wanted any more', async () => {
    const world = new SimulatedWorld();
    const { destinationId } = world.destination({ ttlMs: HOUR_MS });
    const positionMicros = (Date.now() - 3 * HOUR_MS) * 1_000;
    world.cursors.set(destinationId, { positionMicros, afterUuid: null });
    world.capture({ ageMs: 2 * HOUR_MS });
    const young = world.capture();
    const { ports, total } = toldBy(world);
    const { stop } = startShard(world, ports);
    await eventually(() => expect(world.received).toEqual([young.uuid]));
    await eventually(() => expect(settled(world, 'discarded')).toBe(1));
    await stop();
    expect(total).toMatchObject({ matched: 2, delivered: 1, expired: 1, failedAttempts: 0 });
    expect(total.discarded).toBeUndefined();
  }, 30_000);

  test('what a lane did that has ended since: its webhook was changed', async () => {
    const world = new SimulatedWorld();
    world.destination();
    const { ports, total } = toldBy(world);
    const { shard, stop } = startShard(world, ports);
    const [before = ''] = capture(world, 1);
    await eventually(() => expect(world.received).toEqual([before]));
    world.configs = world.configs.map((config) => ({ ...config, version: config.version + 1, retryScheduleMs: [] }));
    world.answer = () => respond(500);
    shard.refreshSoon();
    await eventually(() => {
      capture(world, 1);
      expect(settled(world, 'discarded')).toBeGreaterThan(0);
    });
    await stop();
    expect(total).toMatchObject({ delivered: 1, discarded: settled(world, 'discarded') });
  }, 30_000);

  test('with the next report what Temporal did not take', async () => {
    const world = new SimulatedWorld();
    world.destination();
    const { ports, total } = toldBy(world);
    let refused = 0;
    const report: ShardPorts['health']['report'] = (id, traffic) => {
      refused += 1;
      return refused <= 2 ? Promise.reject(new Error('unavailable')) : ports.health.report(id, traffic);
    };
    startShard(world, { ...ports, health: { ...ports.health, report } }, { reportEveryMs: 20 });
    capture(world, 3);
    await eventually(() => expect(total).toMatchObject({ matched: 3, delivered: 3 }));
    expect(refused).toBeGreaterThan(2);
  }, 30_000);
});
