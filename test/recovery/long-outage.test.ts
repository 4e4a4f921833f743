import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { DeliveryShard } from '../../delivery/shard/shard.ts';
import { ok, respond, SimulatedWorld } from '../delivery/simulation.ts';

/*
 * The delivery engine as it is, on simulated time and a simulated world: ten minutes take seconds. The same outage in real time,
 * with real servers, is measured by `npm run bench:webhooks -- --only outage`.
 */

const MINUTE_MS = 60_000;
const OUTAGE_MS = 10 * MINUTE_MS;
const EVENT_EVERY_MS = 500;
const STEP_MS = 500;
/** As the workflow of a webhook does it: workflows/webhook.ts, and its test. */
const FIRST_PROBE_MS = 5_000;
const MAX_PROBE_MS = 5 * MINUTE_MS;

beforeEach(() => {
  jest.useFakeTimers({ now: new Date('2026-11-21T12:00:00Z') });
});
afterEach(() => {
  jest.useRealTimers();
});

test('ten minutes of outage: nothing is lost, the other endpoint feels nothing, and the backlog is gone soon after', async () => {
  const world = new SimulatedWorld();
  const broken = world.destination({ headers: { 'x-destination': 'broken ' } });
  const healthy = world.destination({ headers: { 'x-destination': 'healthy ' } });
  const startMs = Date.now();
  const isOut = (): boolean => Date.now() - startMs < OUTAGE_MS;
  const lateMs: number[] = [];
  const capturedMs = new Map<string, number>();
  world.answer = (uuid, destination) => {
    if (destination === 'healthy ') {
      lateMs.push(Date.now() - (capturedMs.get(uuid) ?? 0));
    }
    return destination === 'broken ' && isOut() ? respond(500) : ok();
  };
  const stop = new AbortController();
  const shard = new DeliveryShard(world.ports(), {
    pollMs: 200,
    overlapMs: 5_000,
    reportEveryMs: 5 * MINUTE_MS,
    drainMs: 1_000,
    loadDestinations: () => Promise.resolve(world.configs),
  });
  const done = shard.run(stop.signal);

  let probes = 0;
  let probeAtMs: number | undefined;
  const probeWhenDue = (): void => {
    const { health } = world.configs.find(({ destinationId }) => destinationId === broken.destinationId) ?? broken;
    if (health !== 'paused_auto') {
      probeAtMs = undefined;
      return;
    }
    probeAtMs ??= Date.now() + Math.min(FIRST_PROBE_MS * 2 ** probes, MAX_PROBE_MS);
    if (Date.now() < probeAtMs) {
      return;
    }
    probes += 1;
    probeAtMs = undefined;
    if (!isOut()) {
      world.configs = world.configs.map((config) =>
        config.destinationId === broken.destinationId ? { ...config, health: 'recovering' } : config,
      );
      shard.refreshSoon();
    }
  };

  const undelivered = (): string[] => {
    const settled = new Set([...world.received, ...world.retriesStarted.map((uuid) => `broken ${uuid}`)]);
    return [...capturedMs.keys()].filter((uuid) => !settled.has(`broken ${uuid}`));
  };
  const live = (untilMs: number) => Date.now() - startMs < untilMs;
  while (live(OUTAGE_MS + MAX_PROBE_MS + 2 * MINUTE_MS)) {
    if (live(OUTAGE_MS + MAX_PROBE_MS)) {
      capturedMs.set(world.capture().uuid, Date.now());
    }
    await jest.advanceTimersByTimeAsync(Math.max(STEP_MS, EVENT_EVERY_MS));
    probeWhenDue();
  }

  expect(undelivered()).toEqual([]);
  expect(new Set(world.received).size).toBe(world.received.length);
  expect(world.received.filter((id) => id.startsWith('healthy ')).length).toBe(capturedMs.size);
  expect(Math.max(...lateMs)).toBeLessThan(1_000);
  // Some get a retry of their own before the breaker opens; then the endpoint is left alone but for probes.
  expect(world.retriesStarted.length).toBeLessThan(0.3 * (OUTAGE_MS / EVENT_EVERY_MS));
  expect(probes).toBeLessThan(12);
  expect(world.transitions).toEqual(['degraded', 'paused_auto', 'healthy']);
  expect(healthy.health).toBe('healthy');
  stop.abort();
  await jest.advanceTimersByTimeAsync(2_000);
  await done;
}, 60_000);
