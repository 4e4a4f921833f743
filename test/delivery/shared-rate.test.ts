import { afterEach, expect, test } from '@jest/globals';
import { systemClock } from '../../activities/clock.ts';
import { prepareAttempt } from '../../delivery/attempt.ts';
import { Paces } from '../../delivery/paces.ts';
import { RetryTurns } from '../../delivery/retry-turns.ts';
import type { LaneConfig } from '../../delivery/shard/lane-config.ts';
import type { SendPort } from '../../delivery/shard/ports.ts';
import { DeliveryShard } from '../../delivery/shard/shard.ts';
import { client, http, stopAll } from '../../net/test-receivers.ts';
import { eventually } from '../support/eventually.ts';
import { SimulatedWorld } from './simulation.ts';

const RATE = 40;
const LIVE = 120;
const RETRIES = 60;
/** Of clocks, rounding, and a first request that is late on a busy machine. */
const SLACK_MS = 500;

let stop: () => Promise<unknown> = () => Promise.resolve();
afterEach(async () => {
  await stop();
  await stopAll();
});

/** An endpoint that notes when it was called, by whom. */
async function endpoint(): Promise<{ url: string; calls: { retry: boolean; atMs: number }[] }> {
  const calls: { retry: boolean; atMs: number }[] = [];
  const url = await http((request, response) => {
    calls.push({ retry: request.headers['sluice-attempt'] !== '1', atMs: Date.now() });
    response.end();
  });
  return { url, calls };
}

function startShard(world: SimulatedWorld, send: SendPort, paces: Paces): void {
  const stopping = new AbortController();
  const shard = new DeliveryShard(
    { ...world.ports(), send, paces },
    {
      ...{ pollMs: 5, overlapMs: 400, reportEveryMs: 60_000, drainMs: 1_000 },
      loadDestinations: () => Promise.resolve(world.configs),
    },
  );
  const done = shard.run(stopping.signal);
  stop = () => {
    stopping.abort();
    return done;
  };
}

/** Asks for a turn as the activity does, and again when it is told to; Temporal brings it back a little late. */
async function retry(turns: RetryTurns, config: LaneConfig, send: SendPort, world: SimulatedWorld): Promise<void> {
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
    await systemClock.sleep(turn.againInMs + 20 * Math.random(), signal);
  }
}

test('live events and retries keep one rate limit together, and neither waits for all of the other', async () => {
  const { url, calls } = await endpoint();
  const sender = client();
  const send: SendPort = (request, signal) => sender.request({ ...request, signal });
  const paces = new Paces();
  const world = new SimulatedWorld();
  const config = world.destination({ url, rateLimitPerSecond: RATE, maxConcurrency: 16, timeoutMs: 60_000 });
  for (let nth = 0; nth < LIVE; nth += 1) {
    world.capture();
  }
  startShard(world, send, paces);
  const turns = new RetryTurns(systemClock, paces);
  const retries = Promise.all(Array.from({ length: RETRIES }, () => retry(turns, config, send, world)));
  await eventually(() => expect(calls).toHaveLength(LIVE + RETRIES), { timeoutMs: 30_000, intervalMs: 50 });
  await retries;

  // However it is spread: full buckets at the start, of a second and of a quarter of one for retries, and then the rate.
  const [firstMs = 0, lastMs = 0] = [calls[0]?.atMs, calls.at(-1)?.atMs];
  const atOnce = RATE + RATE / 8;
  expect(lastMs - firstMs).toBeGreaterThanOrEqual(((LIVE + RETRIES - atOnce) / RATE) * 1_000 - SLACK_MS);
  const both = calls.slice(2 * RATE, 3 * RATE).filter((call) => call.retry).length;
  // A busy machine brings retries back late: fewer of them, but never none.
  expect(both).toBeGreaterThan(0);
  expect(both).toBeLessThan((RATE * 3) / 4);
});
