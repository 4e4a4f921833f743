import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { systemClock } from '../../activities/clock.ts';
import { ATTEMPT_HEADER } from '../../core/delivery-headers.ts';
import { prepareAttempt } from '../../delivery/attempt.ts';
import { Paces } from '../../delivery/paces.ts';
import { RetryTurns } from '../../delivery/retry-turns.ts';
import type { LaneConfig } from '../../delivery/shard/lane-config.ts';
import type { ShardPorts } from '../../delivery/shard/ports.ts';
import { DeliveryShard } from '../../delivery/shard/shard.ts';
import { SimulatedWorld } from './simulation.ts';

const RATE = 40;
const LIVE = 120;
const RETRIES = 60;
/** Full buckets: of a second of the rate, and of a quarter of a second of what retries have for certain, half of it. */
const BURST = RATE;
const RETRY_BURST = RATE / 8;
/** How late Temporal brings a retry back. */
const LATE_MS = 10;
const STEP_MS = 5;

let stop: () => Promise<unknown> = () => Promise.resolve();

/** No machine is too slow for a rate in a time that waits for it. */
beforeEach(() => {
  jest.useFakeTimers({ now: new Date('2026-11-21T12:00:00Z') });
});

afterEach(async () => {
  await stop();
  jest.useRealTimers();
});

function startShard(world: SimulatedWorld, ports: ShardPorts): void {
  const stopping = new AbortController();
  const shard = new DeliveryShard(ports, {
    ...{ pollMs: 5, overlapMs: 400, reportEveryMs: 60_000, drainMs: 1_000 },
    loadDestinations: () => Promise.resolve(world.configs),
  });
  const done = shard.run(stopping.signal);
  stop = async () => {
    stopping.abort();
    await jest.advanceTimersByTimeAsync(2_000);
    return done;
  };
}

/** Asks for a turn as the activity does, and again when it is told to. */
async function retry(
  turns: RetryTurns,
  config: LaneConfig,
  { send }: ShardPorts,
  world: SimulatedWorld,
): Promise<void> {
  const { signal } = new AbortController();
  for (;;) {
    const turn = turns.take(config);
    if (!('againInMs' in turn)) {
      const event = world.capture({ teamId: 2 });
      await send(prepareAttempt({ config, event, attempt: 3, via: 'retry' }, Date.now()).request, signal);
      turn.sent(true);
      turn.end();
      return;
    }
    await systemClock.sleep(turn.againInMs + LATE_MS, signal);
  }
}

test('live events and retries keep one rate limit together, and neither waits for all of the other', async () => {
  const paces = new Paces();
  const world = new SimulatedWorld();
  const ports = { ...world.ports(), paces };
  const config = world.destination({ rateLimitPerSecond: RATE, maxConcurrency: 16 });
  for (let nth = 0; nth < LIVE; nth += 1) {
    world.capture();
  }
  startShard(world, ports);
  const turns = new RetryTurns({ ...systemClock, random: () => 0.5 }, paces);
  const retries = Promise.all(Array.from({ length: RETRIES }, () => retry(turns, config, ports, world)));
  for (let ms = 0; ms < 10_000 && world.requests.length < LIVE + RETRIES; ms += STEP_MS) {
    await jest.advanceTimersByTimeAsync(STEP_MS);
  }
  await retries;

  const calls = world.requests.map(({ headers, atMs }) => ({ retry: headers[ATTEMPT_HEADER] !== '1', atMs }));
  const sentBy = (untilMs: number, which: (call: (typeof calls)[number]) => boolean = () => true): number =>
    calls.filter((call) => call.atMs <= untilMs && which(call)).length;
  const [firstMs = 0, lastMs = 0] = [calls[0]?.atMs, calls.at(-1)?.atMs];
  for (const { atMs } of calls) {
    const seconds = (atMs - firstMs) / 1_000;
    // At no time more than the full bucket and the rate since then, and what retries have taken before it was there.
    expect(sentBy(atMs)).toBeLessThanOrEqual(BURST + RETRY_BURST + RATE * seconds + 1e-6);
    expect(sentBy(atMs, (call) => call.retry)).toBeLessThanOrEqual(RETRY_BURST + (RATE / 2) * seconds + 1e-6);
  }
  // Nothing of the rate is lost while something waits for it.
  expect(lastMs - firstMs).toBeLessThanOrEqual(((LIVE + RETRIES - BURST) / RATE) * 1_000 + 100);
  // Where both wait, each has half.
  const both = calls.slice(2 * RATE, 3 * RATE).filter((call) => call.retry).length;
  expect(both).toBeGreaterThanOrEqual(RATE / 2 - 2);
  expect(both).toBeLessThanOrEqual(RATE / 2 + 2);
});
