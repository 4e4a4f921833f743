import { afterEach, expect, test } from '@jest/globals';
import type { ShardPorts } from '../../delivery/shard/ports.ts';
import { eventually } from '../support/eventually.ts';
import { startShard, stopShards } from './running-shards.ts';
import { SimulatedWorld } from './simulation.ts';

/** A log of attempts that takes nothing for a while: what is sent meanwhile, and what of it is sent again. */
afterEach(stopShards);

/** An attempt log that refuses what it is offered while it does not take it. */
function refusingLog(world: SimulatedWorld, takes: () => boolean): { ports: ShardPorts; refused(): number } {
  const ports = world.ports();
  let refused = 0;
  const append: ShardPorts['log']['append'] = (rows) => {
    if (takes()) {
      return ports.log.append(rows);
    }
    refused += 1;
    return Promise.reject(new Error('refused'));
  };
  return { ports: { ...ports, log: { ...ports.log, append } }, refused: () => refused };
}

test('ends once what it has sent is on record, though the log refuses it for a while', async () => {
  const world = new SimulatedWorld();
  world.destination();
  const event = world.capture();
  let [isEnding, offered] = [false, 0];
  const log = refusingLog(world, () => isEnding && (offered += 1) > 4);
  const { stop } = startShard(world, log.ports, { drainMs: 20_000 });
  await eventually(() => expect(world.received).toEqual([event.uuid]));
  isEnding = true;
  await stop();
  expect(world.attempts).toHaveLength(1);
  startShard(world);
  const next = world.capture();
  await eventually(() => expect(world.received).toContain(next.uuid));
  expect(world.received).toEqual([event.uuid, next.uuid]);
}, 60_000);

test('sends no more than may wait for the log, and goes on when that takes rows again', async () => {
  const world = new SimulatedWorld();
  const { maxConcurrency } = world.destination();
  let isBack = false;
  const log = refusingLog(world, () => isBack);
  startShard(world, log.ports, { maxUnlogged: 20 });
  const events = Array.from({ length: 99 }, () => world.capture());
  await eventually(() => expect(log.refused()).toBeGreaterThan(2), { timeoutMs: 20_000 });
  expect(world.received.length).toBeGreaterThanOrEqual(20);
  expect(world.received.length).toBeLessThan(20 + maxConcurrency);
  isBack = true;
  await eventually(() => expect(world.attempts).toHaveLength(events.length), { timeoutMs: 20_000 });
  expect([...world.received].sort()).toEqual(events.map(({ uuid }) => uuid).sort());
}, 60_000);

test.each([1, 5])(
  'sets aside no more than may wait for the log, in requests of %s',
  async (maxEvents) => {
    const world = new SimulatedWorld();
    const hourMs = 3_600_000;
    const batch = { maxEvents, maxWaitMs: 0, maxBytes: 1_000_000 };
    const { destinationId } = world.destination({ ttlMs: hourMs, ...(maxEvents > 1 && { batch }) });
    world.cursors.set(destinationId, { positionMicros: (Date.now() - 3 * hourMs) * 1_000, afterUuid: null });
    const old = Array.from({ length: 500 }, () => world.capture({ ageMs: 2 * hourMs }));
    let isBack = false;
    const log = refusingLog(world, () => isBack);
    const { shard } = startShard(world, log.ports, { maxUnlogged: 200 });
    await eventually(() => expect(log.refused()).toBeGreaterThan(2), { timeoutMs: 20_000 });
    expect(shard.unlogged().rows).toBe(200);
    isBack = true;
    const young = world.capture();
    await eventually(() => expect(world.received).toEqual([young.uuid]), { timeoutMs: 20_000 });
    const expired = (): string[] =>
      world.attempts.filter(({ errorCode }) => errorCode === 'event_expired').map(({ eventUuid }) => eventUuid);
    await eventually(() => expect(expired().sort()).toEqual(old.map(({ uuid }) => uuid).sort()), { timeoutMs: 20_000 });
  },
  60_000,
);

test('asks for no mask while the log is full: what is masked would make rows too', async () => {
  const world = new SimulatedWorld();
  const { destinationId } = world.destination({ mask: { by: 'distinct_id', everySeconds: 60 } });
  let isBack = false;
  const log = refusingLog(world, () => isBack);
  startShard(world, log.ports, { maxUnlogged: 1 });
  const [first, second] = [world.capture(), world.capture({ distinctId: 'u2' })];
  await eventually(() => expect(world.received.length).toBeGreaterThan(0));
  const claimed = (): number => world.claims.get(destinationId)?.length ?? 0;
  const before = claimed();
  const later = world.capture({ distinctId: 'u3' });
  await eventually(() => expect(log.refused()).toBeGreaterThan(3), { timeoutMs: 20_000 });
  expect(claimed()).toBe(before);
  isBack = true;
  const all = [first, second, later].map(({ uuid }) => uuid).sort();
  await eventually(() => expect([...world.received].sort()).toEqual(all), { timeoutMs: 20_000 });
}, 60_000);
