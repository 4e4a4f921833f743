import { expect, test } from '@jest/globals';
import { DeliveryShard } from '../../delivery/shard/shard.ts';
import { eventually } from '../support/eventually.ts';
import { SimulatedWorld } from './simulation.ts';

/** Longer than the test: everything in it lies within the overlap that the tail reads again. */
const OVERLAP_MS = 30_000;

test.each([0, 1])('a new destination gets events from its creation on, beside %i others', async (others) => {
  const world = new SimulatedWorld();
  for (let count = 0; count < others; count += 1) {
    world.destination({ headers: { 'x-destination': 'other' } });
  }
  const stop = new AbortController();
  const shard = new DeliveryShard(world.ports(), {
    ...{ pollMs: 5, overlapMs: OVERLAP_MS, reportEveryMs: 60_000, drainMs: 1_000 },
    loadDestinations: () => Promise.resolve(world.configs),
  });
  const done = shard.run(stop.signal);
  for (let count = 0; count < 5; count += 1) {
    world.capture();
  }
  world.destination({ headers: { 'x-destination': 'new' } });
  const { uuid } = world.capture();
  shard.refreshSoon();

  await eventually(() => expect(world.received).toContain(`new${uuid}`));
  // Two sweeps of the overlap later nothing older has come.
  await eventually(() => expect(shard.summary().live).toBe(others + 1));
  shard.refreshSoon();
  const { uuid: last } = world.capture();
  await eventually(() => expect(world.received).toContain(`new${last}`));
  stop.abort();
  await done;
  expect(world.received.filter((id) => id.startsWith('new'))).toEqual([`new${uuid}`, `new${last}`]);
  expect(world.received).toHaveLength(2 + others * 7);
});
