import { beforeEach, describe, expect, test } from '@jest/globals';
import { EventClock } from './event-clock.ts';

const MINUTE_MS = 60_000;

/** ClickHouse's clock and ours, and how long its answer takes to come. */
let world: { trueMs: number; ourMs: number; roundTripMs: number; asked: number };
let clock: EventClock;

function pass(ms: number): void {
  world.trueMs += ms;
  world.ourMs += ms;
}

beforeEach(() => {
  world = { trueMs: 1_800_000_000_000, ourMs: 5_000, roundTripMs: 0, asked: 0 };
  const read = (): Promise<number> => {
    world.asked += 1;
    pass(world.roundTripMs / 2);
    const micros = world.trueMs * 1_000;
    pass(world.roundTripMs / 2);
    return Promise.resolve(micros);
  };
  clock = new EventClock(read, () => world.ourMs);
});

/** By how much it is behind ClickHouse. */
function behindMs(): number {
  return world.trueMs - (clock.nowMs() ?? Number.NaN);
}

test('is not known before the first answer, and goes on by itself after it', async () => {
  expect(clock.nowMs()).toBeUndefined();
  expect(await clock.ask()).toBe(world.trueMs * 1_000);
  pass(3 * MINUTE_MS);
  expect(behindMs()).toBe(0);
});

test('is behind by as much as an answer took, never ahead, and follows the most exact of the last minute', async () => {
  for (const [roundTripMs, expected] of [
    [400, 200],
    [40, 20],
    [800, 20],
  ] as const) {
    world.roundTripMs = roundTripMs;
    await clock.ask();
    expect(behindMs()).toBe(expected);
  }
  pass(MINUTE_MS);
  world.roundTripMs = 100;
  await clock.ask();
  expect(behindMs()).toBe(50);
});

test.each([-600_000, 600_000])('follows a clock of ClickHouse that was set by %s ms', async (byMs) => {
  await clock.ask();
  world.trueMs += byMs;
  world.roundTripMs = 400;
  await clock.ask();
  expect(behindMs()).toBe(200);
});

describe('against the clock of this machine', () => {
  test('nothing is known before the first answer', () => {
    expect(clock.aheadMs(world.trueMs)).toBeUndefined();
  });

  test.each([
    [0, 0],
    [600_000, -599_800],
    [-600_000, 599_800],
    // No more than the answer took: nobody can tell.
    [150, 0],
    [-150, 0],
  ])('one that is %s ms ahead, by an answer that took 400 ms', async (oursAheadMs, expected) => {
    world.roundTripMs = 400;
    await clock.ask();
    expect(clock.aheadMs(world.trueMs + oursAheadMs)).toBe(expected);
    pass(MINUTE_MS / 4);
    expect(await clock.recentlyAheadMs(() => world.trueMs + oursAheadMs)).toBe(expected);
    expect(world.asked).toBe(1);
  });
});

describe('for those who may wait', () => {
  test('it asks when nobody has done so lately', async () => {
    expect(await clock.recentMs()).toBe(world.trueMs);
    pass(MINUTE_MS / 4);
    expect(await clock.recentMs()).toBe(world.trueMs);
    expect(world.asked).toBe(1);
    pass(MINUTE_MS);
    expect(await clock.recentMs()).toBe(world.trueMs);
    expect(world.asked).toBe(2);
  });
});
