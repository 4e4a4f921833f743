import { afterEach, expect, test } from '@jest/globals';
import { eventually } from '../support/eventually.ts';
import { startShard, stopShards } from './running-shards.ts';
import { SimulatedWorld } from './simulation.ts';

/** A destination whose filter fails, beside one whose filter does not. */
afterEach(stopShards);

const named = (name: string): { headers: Record<string, string> } => ({ headers: { 'x-destination': `${name}:` } });

test('a filter that cannot be compiled holds up no other destination, and is tried again when it is changed', async () => {
  const world = new SimulatedWorld();
  const unreadable = { source: 'event', key: 'plan', operator: 'regex', value: '(' } as const;
  const broken = world.destination({ ...named('broken'), filter: { properties: [unreadable] } });
  world.destination(named('well'));
  const { shard } = startShard(world);
  const event = world.capture();
  await eventually(() => expect(world.received).toEqual([`well:${event.uuid}`]));
  world.configs = world.configs.map((config) =>
    config.destinationId === broken.destinationId ? { ...config, filter: {}, version: 2 } : config,
  );
  shard.refreshSoon();
  await eventually(() => expect(world.received).toContain(`broken:${event.uuid}`));
}, 60_000);

test('a filter that fails on an event holds up no other destination, nor loses the event', async () => {
  const world = new SimulatedWorld();
  let isBroken = false;
  const sample = {
    get percent(): number {
      if (isBroken) {
        throw new TypeError('no number');
      }
      return 100;
    },
    by: 'event',
  } as const;
  world.destination({ ...named('broken'), filter: { sample } });
  world.destination(named('well'));
  startShard(world);
  const first = world.capture();
  await eventually(() => expect(world.received).toHaveLength(2));
  isBroken = true;
  const second = world.capture();
  await eventually(() => expect(world.received).toContain(`well:${second.uuid}`));
  expect(world.received).not.toContain(`broken:${second.uuid}`);
  isBroken = false;
  const all = [first, second].flatMap(({ uuid }) => [`broken:${uuid}`, `well:${uuid}`]);
  await eventually(() => expect([...world.received].sort()).toEqual(all.sort()));
}, 60_000);
