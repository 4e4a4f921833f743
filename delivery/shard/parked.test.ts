import { expect, test } from '@jest/globals';
import type { Lane } from './lane.ts';
import { Parked } from './parked.ts';
import type { ParkedDelivery, ShardPorts } from './ports.ts';
import { Traffic } from './traffic.ts';

const LOOK_MS = 5_000;

/** With room, and nothing that waits. */
function idleLane(destinationId: string): {
  lane: Lane;
  traffic: { hasParked: boolean };
  health: { takesNothing: boolean };
} {
  const traffic = { hasParked: false };
  const health = { takesNothing: false };
  const config = { destinationId, teamId: 1 };
  const lane = { config, backlog: 0, room: 1_000, suspended: false, parked: new Set(), traffic, health };
  return { lane: lane as unknown as Lane, traffic, health };
}

/** Of whose looks a test knows which destinations they were for. */
function lookingAt(due: ParkedDelivery[] = []): { parked: Parked; look(lanes: Lane[]): Promise<string[] | undefined> } {
  let nowMs = 1_000_000;
  let asked: string[] | undefined;
  const dueParked = (ids: readonly string[]): Promise<ParkedDelivery[]> => {
    asked = [...ids];
    return Promise.resolve(due.splice(0));
  };
  const clock = { nowMs: () => nowMs };
  const ports = { clock, eventClock: clock, log: { dueParked } };
  const parked = new Parked(ports as unknown as ShardPorts);
  const look = async (lanes: Lane[]): Promise<string[] | undefined> => {
    asked = undefined;
    await parked.feed(lanes);
    nowMs += LOOK_MS;
    return asked;
  };
  return { parked, look };
}

test('a destination that nothing was parked of is looked at when it is new, and then seldom', async () => {
  const { look } = lookingAt();
  const [a, b, c] = [idleLane('a'), idleLane('b'), idleLane('c')];
  expect(await look([a.lane, b.lane])).toEqual(['a', 'b']);
  expect(await look([a.lane, b.lane])).toBeUndefined();
  expect(await look([a.lane, b.lane, c.lane])).toEqual(['c']);
  const looks: unknown[] = [];
  for (let nth = 0; nth < 6; nth += 1) {
    looks.push(await look([a.lane, b.lane, c.lane]));
  }
  expect(looks.filter((asked) => asked !== undefined)).toEqual([['a', 'b', 'c']]);
});

test('one that has parked something is looked at again and again, whichever lane it has', async () => {
  const { parked, look } = lookingAt();
  const [a, b] = [idleLane('a'), idleLane('b')];
  await look([a.lane, b.lane]);
  b.traffic.hasParked = true;
  expect(await look([a.lane, b.lane])).toEqual(['b']);
  a.traffic.hasParked = true;
  parked.ended(a.lane);
  const next = idleLane('a');
  expect(await look([next.lane, b.lane])).toEqual(['a', 'b']);
  expect(await look([next.lane, b.lane])).toEqual(['a', 'b']);
});

test('one of which something was due, too', async () => {
  const row = { destinationId: 'a', teamId: 1, eventUuid: 'e', eventInsertedAtMicros: 1, attempt: 2, replayed: false };
  const { look } = lookingAt([row]);
  const [a, b] = [idleLane('a'), idleLane('b')];
  // Its lane gives the delivery back, so that nothing is read of it here.
  Object.assign(a.lane, {
    reserveParked: () => Object.assign(a.lane, { suspended: true, room: 0 }),
    releaseParked: () => 0,
  });
  await look([a.lane, b.lane]);
  const again = idleLane('a');
  expect(await look([again.lane, b.lane])).toEqual(['a']);
  expect(await look([again.lane, b.lane])).toEqual(['a']);
});

test('traffic remembers that a delivery was parked', () => {
  const traffic = new Traffic();
  expect(traffic.hasParked).toBe(false);
  traffic.count({ outcome: 'parked' } as Parameters<Traffic['count']>[0]);
  traffic.take();
  expect(traffic.hasParked).toBe(true);
});

test('what is parked of an endpoint that takes nothing is looked at seldom while others wait for it too', async () => {
  const { look } = lookingAt();
  const a = idleLane('a');
  a.traffic.hasParked = true;
  await look([a.lane]);
  Object.assign(a.lane, { backlog: 1 });
  a.health.takesNothing = true;
  const looks: unknown[] = [];
  for (let nth = 0; nth < 6; nth += 1) {
    looks.push(await look([a.lane]));
  }
  expect(looks.filter((asked) => asked !== undefined)).toEqual([['a']]);
  Object.assign(a.lane, { backlog: 0 });
  expect(await look([a.lane])).toEqual(['a']);
  Object.assign(a.lane, { backlog: 1 });
  a.health.takesNothing = false;
  expect(await look([a.lane])).toEqual(['a']);
});
