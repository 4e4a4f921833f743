import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { AttemptRecord } from '../../core/attempts.ts';
import type { TailEvent } from '../../core/webhook-event.ts';
import type { LaneConfig } from '../../delivery/shard/lane-config.ts';
import { DeliveryShard } from '../../delivery/shard/shard.ts';
import { eventually } from '../support/eventually.ts';
import { respond, SimulatedWorld } from './simulation.ts';

const WAIT = { intervalMs: 10 };
const HOUR_MS = 3_600_000;
const WITHIN_AN_HOUR = { ttlMs: HOUR_MS };

let stop: () => Promise<unknown> = () => Promise.resolve();
afterEach(() => stop());

function startShard(world: SimulatedWorld): void {
  const stopping = new AbortController();
  const shard = new DeliveryShard(world.ports(), {
    ...{ pollMs: 5, overlapMs: 400, reportEveryMs: 60_000, drainMs: 1_000 },
    loadDestinations: () => Promise.resolve(world.configs),
  });
  const done = shard.run(stopping.signal);
  stop = () => {
    stopping.abort();
    return done;
  };
}

/** A webhook that nobody has sent anything to for three hours. */
function behind(world: SimulatedWorld, config: Partial<LaneConfig>): LaneConfig {
  const destination = world.destination(config);
  const positionMicros = (Date.now() - 3 * HOUR_MS) * 1_000;
  world.cursors.set(destination.destinationId, { positionMicros, afterUuid: null });
  return destination;
}

function capture(world: SimulatedWorld, count: number, ageMs = 0): TailEvent[] {
  return Array.from({ length: count }, () => world.capture({ ageMs }));
}

function sorted(events: readonly { uuid: string }[]): string[] {
  return events.map(({ uuid }) => uuid).sort();
}

function expired(world: SimulatedWorld): AttemptRecord[] {
  return world.attempts.filter(({ errorCode }) => errorCode === 'event_expired');
}

function parkedRow({ destinationId, teamId }: LaneConfig, event: TailEvent, via: 'live' | 'replay'): AttemptRecord {
  const attemptedAt = new Date(Date.now() - 60_000);
  return {
    ...{ destinationId, teamId, eventUuid: event.uuid, eventInsertedAtMicros: event.insertedAtMicros },
    ...{ webhookId: 'msg', attempt: 2, attemptedAt, nextAttemptAt: attemptedAt, durationMs: 1, latencyMs: 1 },
    ...{ statusCode: 500, errorCode: '', errorMessage: '', responseBody: '', outcome: 'parked', via },
  };
}

/** Those of ClickHouse and of the worker differ by so much. */
const SKEWS_MS = [-600_000, 600_000];

test.each(SKEWS_MS)('a worker whose clock is %s ms ahead ends no event early, and none late', async (clockAheadMs) => {
  const world = new SimulatedWorld();
  world.clockAheadMs = clockAheadMs;
  const ttlMs = 300_000;
  behind(world, { ttlMs });
  const old = capture(world, 20, ttlMs + 60_000);
  const young = [...capture(world, 20, ttlMs - 60_000), ...capture(world, 20)];
  startShard(world);
  await eventually(() => expect(world.received).toHaveLength(young.length), WAIT);
  await eventually(() => expect(expired(world)).toHaveLength(old.length), WAIT);
  expect([...world.received].sort()).toEqual(sorted(young));
  expect(sorted(expired(world).map(({ eventUuid: uuid }) => ({ uuid })))).toEqual(sorted(old));
});

test.each(SKEWS_MS)(
  'a worker whose clock is %s ms ahead tells when deliveries were and how long they took',
  async (clockAheadMs) => {
    const world = new SimulatedWorld();
    world.clockAheadMs = clockAheadMs;
    world.destination();
    startShard(world);
    await eventually(() => expect(world.cursors.size).toBe(1), WAIT);
    const begunMs = Date.now();
    capture(world, 1);
    await eventually(() => expect(world.attempts).toHaveLength(1), WAIT);
    const [row] = world.attempts;
    // Of 0 ms would also be told what is not known.
    expect(row?.latencyMs).toBeGreaterThan(0);
    expect(row?.latencyMs).toBeLessThanOrEqual(Date.now() - begunMs + 1);
    expect(row?.attemptedAt.getTime()).toBeGreaterThanOrEqual(begunMs - 1);
    expect(row?.attemptedAt.getTime()).toBeLessThanOrEqual(Date.now() + 1);
  },
);

test.each(SKEWS_MS)(
  'a worker whose clock is %s ms ahead parks for the time that all workers have',
  async (clockAheadMs) => {
    const world = new SimulatedWorld();
    world.clockAheadMs = clockAheadMs;
    Object.assign(world, { answer: () => respond(500), retryCap: 0 });
    world.destination({ ttlMs: HOUR_MS, retryScheduleMs: [60_000] });
    startShard(world);
    capture(world, 1);
    await eventually(() => expect(world.attempts.map(({ outcome }) => outcome)).toContain('parked'), WAIT);
    const row = world.attempts.find(({ outcome }) => outcome === 'parked');
    expect(Math.abs((row?.nextAttemptAt?.getTime() ?? 0) - Date.now() - 60_000)).toBeLessThan(30_000);
  },
);

describe('an event whose time to live is over', () => {
  test('is set aside after an outage, and takes nothing of the rate limit of those that are wanted', async () => {
    const world = new SimulatedWorld();
    behind(world, { ...WITHIN_AN_HOUR, rateLimitPerSecond: 20 });
    const old = capture(world, 3_000, 2 * HOUR_MS);
    const young = capture(world, 30);
    startShard(world);
    await eventually(() => expect(world.received).toHaveLength(young.length), WAIT);
    expect([...world.received].sort()).toEqual(sorted(young));
    await eventually(() => expect(expired(world)).toHaveLength(old.length), WAIT);
    const rows = expired(world);
    expect(rows.map(({ eventUuid }) => eventUuid).sort()).toEqual(sorted(old));
    expect(new Set(rows.map((row) => `${row.outcome} ${row.via} ${String(row.statusCode)}`))).toEqual(
      new Set(['discarded live 0']),
    );
  });

  test('is set aside also when it grows old in the queue, and in a batch', async () => {
    const world = new SimulatedWorld();
    const ttlMs = 4_000;
    world.destination({ ttlMs, maxConcurrency: 1, batch: { maxEvents: 10, maxWaitMs: 0, maxBytes: 1_000_000 } });
    let release = (): void => undefined;
    world.answer = async () => {
      await new Promise<void>((resolve) => (release = resolve));
      return respond(200);
    };
    startShard(world);
    const [first] = capture(world, 1);
    await eventually(() => expect(world.requests).toHaveLength(1), WAIT);
    const queued = capture(world, 15);
    await eventually(
      () => expect(Date.now() * 1_000).toBeGreaterThan(queued[14]!.insertedAtMicros + ttlMs * 1_000),
      WAIT,
    );
    world.answer = () => respond(200);
    release();
    await eventually(() => expect(expired(world)).toHaveLength(queued.length), WAIT);
    expect(world.received).toEqual([first?.uuid]);
  });

  test('holds no place for others of its mask', async () => {
    const world = new SimulatedWorld();
    behind(world, { ...WITHIN_AN_HOUR, mask: { everySeconds: 86_400, by: 'distinct_id' } });
    const [old] = capture(world, 1, 2 * HOUR_MS);
    const [young] = capture(world, 1);
    startShard(world);
    await eventually(() => expect(world.received).toEqual([young?.uuid]), WAIT);
    await eventually(() => expect(expired(world).map(({ eventUuid }) => eventUuid)).toEqual([old?.uuid]), WAIT);
  });

  test('is set aside when it comes back from being parked, unless somebody has replayed it', async () => {
    const world = new SimulatedWorld();
    const [parked, replayed] = capture(world, 2, 2 * HOUR_MS) as [TailEvent, TailEvent];
    const config = world.destination(WITHIN_AN_HOUR);
    world.attempts.push(parkedRow(config, parked, 'live'), parkedRow(config, replayed, 'replay'));
    startShard(world);
    await eventually(() => expect(world.received).toEqual([replayed.uuid]), WAIT);
    await eventually(() => expect(expired(world).map(({ eventUuid }) => eventUuid)).toEqual([parked.uuid]), WAIT);
  });

  test('is sent by a replay all the same, and its retries know that it was', async () => {
    const world = new SimulatedWorld();
    const [old] = capture(world, 1, 2 * HOUR_MS) as [TailEvent];
    const config = world.destination(WITHIN_AN_HOUR);
    const fromMicros = old.insertedAtMicros;
    world.replays.push({
      ...{ id: randomUUID(), destinationId: config.destinationId, teamId: 1, scope: 'matched', keys: [] },
      ...{ fromMicros, untilMicros: fromMicros + 1, begunAt: new Date() },
      position: { positionMicros: fromMicros, afterUuid: null },
      counts: { delivered: 0, failed: 0, skipped: 0 },
    });
    world.answer = () => respond(500);
    startShard(world);
    await eventually(() => expect(world.retryRequests).toHaveLength(1), WAIT);
    expect(world.retryRequests[0]).toMatchObject({ eventUuid: old.uuid, replayed: true });
    expect(world.retryRequests[0]).not.toHaveProperty('expiresAtMs');
  });
});

test('an event that fails is neither retried nor parked beyond its time to live', async () => {
  const world = new SimulatedWorld();
  world.answer = () => respond(500);
  world.retryCap = 1;
  const ttlMs = 8_000;
  world.destination({ ttlMs, retryScheduleMs: [HOUR_MS], maxConcurrency: 1 });
  const [retried, parked] = capture(world, 2) as [TailEvent, TailEvent];
  startShard(world);
  const endMs = ({ insertedAtMicros }: TailEvent): number => Math.floor(insertedAtMicros / 1_000) + ttlMs;
  await eventually(() => expect(world.attempts.map(({ outcome }) => outcome)).toContain('parked'), WAIT);
  expect(world.retryRequests).toMatchObject([{ eventUuid: retried.uuid, expiresAtMs: endMs(retried) }]);
  expect(world.retryRequests[0]?.expiresInMs).toBeGreaterThan(0);
  expect(world.retryRequests[0]?.expiresInMs).toBeLessThanOrEqual(ttlMs);
  const row = world.attempts.find(({ outcome }) => outcome === 'parked');
  expect([row?.eventUuid, row?.nextAttemptAt?.getTime()]).toEqual([parked.uuid, endMs(parked)]);
  await eventually(() => expect(expired(world).map(({ eventUuid }) => eventUuid)).toEqual([parked.uuid]), WAIT);
});
