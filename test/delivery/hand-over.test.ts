import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { DeliveryShard } from '../../delivery/shard/shard.ts';
import { eventually } from '../support/eventually.ts';
import { gate, type Gate } from '../support/gate.ts';
import { ok, SimulatedWorld } from './simulation.ts';

/** A shard that another worker is to have: who waits for whom. */
const TIMEOUT_MS = 30_000;
const HANGING = 'hanging:';
const QUICK = 'quick:';

let world: SimulatedWorld;
let endpoint: Gate;
const running: { stop: AbortController; handOver: AbortController; done: Promise<unknown>; ended: boolean }[] = [];

beforeEach(() => {
  world = new SimulatedWorld();
  endpoint = gate();
  for (const name of [HANGING, QUICK]) {
    world.destination({ headers: { 'x-destination': name }, filter: { includeEvents: [name] } });
  }
  world.answer = async (_uuid, destination) => {
    await (destination === HANGING ? endpoint.opened : undefined);
    return ok();
  };
});
afterEach(async () => {
  endpoint.open();
  for (const { stop, done } of running.splice(0)) {
    stop.abort();
    await done;
  }
});

function startShard(): (typeof running)[number] {
  const [stop, handOver] = [new AbortController(), new AbortController()];
  const shard = new DeliveryShard(world.ports(), {
    ...{ pollMs: 5, overlapMs: 400, reportEveryMs: 60_000, drainMs: 60_000 },
    loadDestinations: () => Promise.resolve(world.configs),
  });
  const started = { stop, handOver, done: Promise.resolve() as Promise<unknown>, ended: false };
  started.done = shard.run(stop.signal, handOver.signal).then(() => (started.ended = true));
  running.push(started);
  return started;
}

const capture = (name: string): string => `${name}${world.capture({ event: name }).uuid}`;
const untilReceived = (events: readonly string[]): Promise<void> =>
  eventually(() => expect([...world.received].sort()).toEqual([...events].sort()), { timeoutMs: TIMEOUT_MS });
const untilAsked = (requests: number): Promise<void> =>
  eventually(() => expect(world.requests).toHaveLength(requests), { timeoutMs: TIMEOUT_MS });

test('while a request takes long the others go on, and afterwards nobody gets an event twice', async () => {
  const first = startShard();
  const [slow, before] = [capture(HANGING), capture(QUICK)];
  await untilAsked(2);
  await untilReceived([before]);
  // Longer than what the others may wait for.
  const askedMs = Date.now();
  await eventually(() => expect(Date.now() - askedMs).toBeGreaterThan(1_100), { timeoutMs: TIMEOUT_MS });
  first.handOver.abort();
  const waiting = capture(HANGING);
  const meanwhile: string[] = [];
  for (let event = 0; event < 3; event += 1) {
    meanwhile.push(capture(QUICK));
    await untilReceived([before, ...meanwhile]);
  }
  expect(first.ended).toBe(false);

  endpoint.open();
  await first.done;
  startShard();
  const after = capture(QUICK);
  await untilReceived([slow, waiting, before, after, ...meanwhile]);
}, 90_000);

test('with nothing that takes long it ends at once', async () => {
  const first = startShard();
  const event = capture(QUICK);
  await untilReceived([event]);
  first.handOver.abort();
  await first.done;
  expect(world.received).toEqual([event]);
  startShard();
  await untilReceived([event, capture(QUICK)]);
}, 90_000);
