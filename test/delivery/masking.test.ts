import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { maskPort } from '../../activities/masks.ts';
import type { Mask } from '../../core/masking.ts';
import type { LaneConfig } from '../../delivery/shard/lane-config.ts';
import type { ShardPorts } from '../../delivery/shard/ports.ts';
import { DeliveryShard } from '../../delivery/shard/shard.ts';
import { purgeMaskClaims } from '../../store/mask-claims.ts';
import { forgetWebhooks } from '../../store/restore-webhook.ts';
import { newTeam, newWebhook, startStore, type StoreFixture } from '../store/fixtures.ts';
import { eventually } from '../support/eventually.ts';
import { ok, respond, SimulatedWorld } from './simulation.ts';

const WAIT = { intervalMs: 10 };
const HOUR: Mask = { everySeconds: 3_600, by: 'distinct_id' };

let store: StoreFixture;
let teamId: number;
const running: { shard: DeliveryShard; stop: AbortController; done: Promise<unknown> }[] = [];

beforeAll(async () => {
  store = await startStore();
  teamId = await newTeam(store);
});
afterAll(() => store.stop());
afterEach(async () => {
  for (const { stop, done } of running.splice(0)) {
    stop.abort();
    await done.catch(() => undefined);
  }
});

/** The engine in a simulated world, but its claims are rows of Postgres. */
function startShard(world: SimulatedWorld, changes: Partial<ShardPorts> = {}): (typeof running)[number] {
  const stop = new AbortController();
  const ports = { ...world.ports(), masks: maskPort(store), ...changes };
  const shard = new DeliveryShard(ports, {
    ...{ pollMs: 5, overlapMs: 400, reportEveryMs: 60_000, drainMs: 1_000 },
    loadDestinations: () => Promise.resolve(world.configs),
  });
  const started = { shard, stop, done: shard.run(stop.signal) };
  running.push(started);
  return started;
}

async function masked(world: SimulatedWorld, changes: Partial<LaneConfig> = {}): Promise<LaneConfig> {
  const { id } = await newWebhook(store, teamId);
  return world.destination({ destinationId: id, teamId, mask: HOUR, ...changes });
}

function capture(world: SimulatedWorld, people: readonly string[], lateMs = 0): string[] {
  return people.map((distinctId) => world.capture({ teamId, distinctId, lateMs }).uuid);
}

async function claimsOf(destinationId: string): Promise<string[]> {
  const { rows } = await sql<{ uuid: string }>`
    SELECT event_uuid AS uuid FROM mask_claims WHERE destination_id = ${destinationId}`.execute(store.db.kysely);
  return rows.map(({ uuid }) => uuid);
}

/** By event: outcome and who masked it. */
function fates(world: SimulatedWorld): Map<string, [string, string | undefined]> {
  return new Map(world.attempts.map(({ eventUuid, outcome, maskedBy }) => [eventUuid, [outcome, maskedBy]]));
}

describe('a webhook with a mask', () => {
  test('is sent nothing of a replay that was cancelled while its events waited for their claims', async () => {
    const world = new SimulatedWorld();
    const old = world.capture({ teamId });
    const config = await masked(world);
    const ports = world.ports();
    let [asked, release] = [false, (): void => undefined];
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const claim: ShardPorts['masks']['claim'] = async (request) => {
      asked = true;
      await held;
      return ports.masks.claim(request);
    };
    const fromMicros = old.insertedAtMicros;
    const begun = { begunAt: new Date(), counts: { delivered: 0, failed: 0, skipped: 0 } };
    world.replays.push({
      ...{ id: 'r', destinationId: config.destinationId, teamId, scope: 'matched', keys: [], fromMicros },
      ...{ untilMicros: fromMicros + 1, position: { positionMicros: fromMicros, afterUuid: null }, ...begun },
    });
    let loads = 0;
    const { load } = ports.replays;
    const replays = {
      ...ports.replays,
      load: (ids: Parameters<typeof load>[0]) => load(ids).finally(() => (loads += 1)),
    };
    const { shard } = startShard(world, { masks: { claim }, replays });
    await eventually(() => expect(asked).toBe(true), WAIT);
    world.replays = [];
    const before = loads;
    await eventually(() => {
      shard.refreshSoon();
      expect(loads).toBeGreaterThan(before + 1);
    }, WAIT);
    release();
    const live = world.capture({ teamId, distinctId: 'somebody else' });
    await eventually(() => expect(world.received).toEqual([live.uuid]), WAIT);
  });

  test('is sent one event of each person, and the log says of the others which', async () => {
    const world = new SimulatedWorld();
    const config = await masked(world, { rateLimitPerSecond: 20 });
    startShard(world);
    const people = Array.from({ length: 200 }, (_, index) => (index % 2 === 0 ? 'ann' : 'bob'));
    const events = capture(world, [...people, 'eve']);
    const late = capture(world, ['ann', 'zoe'], 300);
    await eventually(() => expect(fates(world).size).toBe(203), WAIT);
    const [ann = '', bob = ''] = events;
    const [lateAnn = '', zoe = ''] = late;
    expect(world.received.toSorted()).toEqual([ann, bob, events[200] ?? '', zoe].toSorted());
    expect(fates(world).get(events[198] ?? '')).toEqual(['masked', ann]);
    expect(fates(world).get(lateAnn)).toEqual(['masked', ann]);
    const rows = world.attempts.filter(({ outcome }) => outcome === 'masked');
    expect(new Set(rows.map(({ attempt, errorCode }) => `${String(attempt)}${errorCode}`))).toEqual(new Set(['0']));
    expect((await claimsOf(config.destinationId)).toSorted()).toEqual([ann, bob, events[200] ?? '', zoe].toSorted());
    const { rows: stored } = await sql<{ text: string }>`SELECT mask_claims::text AS text FROM mask_claims`.execute(
      store.db.kysely,
    );
    expect(stored.map(({ text }) => text).join()).not.toMatch(/ann|bob|616e6e/);
  }, 60_000);

  test('keeps its chosen event when a worker dies between claim and log, and sends no other', async () => {
    const world = new SimulatedWorld();
    await masked(world);
    let isDead = false;
    const { log } = world.ports();
    // The request goes out, or not, and no word of it ever reaches the log.
    world.answer = () => (isDead ? ok() : respond(500));
    const first = startShard(world, { log: { ...log, append: () => Promise.reject(new Error('the log is away')) } });
    const events = capture(world, ['ann', 'ann', 'ann', 'bob']);
    await eventually(async () => {
      const [id = ''] = world.configs.map(({ destinationId }) => destinationId);
      expect(await claimsOf(id)).toHaveLength(2);
    }, WAIT);
    first.stop.abort();
    await first.done.catch(() => undefined);
    expect(world.attempts).toEqual([]);
    isDead = true;
    // A later one of the same person is there when the next worker begins.
    events.push(...capture(world, ['ann']));
    startShard(world);
    await eventually(() => expect(fates(world).size).toBe(5), WAIT);
    expect(world.received.toSorted()).toEqual([events[0] ?? '', events[3] ?? ''].toSorted());
  }, 60_000);

  test('loses nothing while claims cannot be made, and holds up no other webhook', async () => {
    const world = new SimulatedWorld();
    const config = await masked(world);
    const other = world.destination({ teamId });
    let isAway = true;
    const port = maskPort(store);
    const masks: ShardPorts['masks'] = {
      claim: (request) => (isAway ? Promise.reject(new Error('Postgres is away')) : port.claim(request)),
    };
    world.configs = [{ ...config, headers: { 'x-destination': 'masked:' } }, other];
    startShard(world, { masks });
    const [first = '', second = ''] = capture(world, ['ann', 'ann']);
    await eventually(() => expect(world.received.toSorted()).toEqual([first, second].toSorted()), WAIT);
    isAway = false;
    await eventually(() => expect(world.received).toContain(`masked:${first}`), WAIT);
    await eventually(() => expect(world.attempts).toHaveLength(4), WAIT);
    expect(world.received).toHaveLength(3);
  }, 60_000);

  test('sends what has no key, and what was chosen again when it failed', async () => {
    const world = new SimulatedWorld();
    await masked(world, {
      mask: { everySeconds: 60, by: { source: 'event', path: ['order'] } },
      retryScheduleMs: [10],
    });
    world.retryCap = 0;
    const failures = new Map<string, number>();
    world.answer = (uuid) => {
      failures.set(uuid, (failures.get(uuid) ?? 0) + 1);
      return (failures.get(uuid) ?? 0) <= 2 ? respond(500) : ok();
    };
    startShard(world);
    const [order, again] = [1, 2].map(() => world.capture({ teamId, propertiesJson: '{"order":7}' }).uuid);
    const none = [1, 2].map(() => world.capture({ teamId }).uuid);
    await eventually(() => expect(world.received.toSorted()).toEqual([order ?? '', ...none].toSorted()), WAIT);
    expect(fates(world).get(again ?? '')).toEqual(['masked', order]);
  }, 60_000);
});

test('two who ask at once agree on one event of a window', async () => {
  const { id: destinationId } = await newWebhook(store, teamId);
  const world = new SimulatedWorld();
  const events = Array.from({ length: 40 }, () => world.capture({ teamId, distinctId: 'ann' }));
  const answers = await Promise.all(
    events.map((event) => maskPort(store).claim({ destinationId, teamId, mask: HOUR, events: [event] })),
  );
  const sent = events.filter(({ uuid }, index) => answers[index]?.has(uuid) !== true);
  expect(sent).toHaveLength(1);
  expect(await claimsOf(destinationId)).toEqual(sent.map(({ uuid }) => uuid));
  const holders = new Set(answers.flatMap((answer) => [...answer.values()]));
  expect(holders).toEqual(new Set(sent.map(({ uuid }) => uuid)));
});

describe('claims', () => {
  const MINUTE: Mask = { everySeconds: 60, by: 'distinct_id' };

  async function claimed(): Promise<{ destinationId: string; atMicros: number }> {
    const { id: destinationId } = await newWebhook(store, teamId);
    const event = new SimulatedWorld().capture({ teamId, distinctId: 'ann' });
    await maskPort(store).claim({ destinationId, teamId, mask: MINUTE, events: [event] });
    await sql`UPDATE mask_claims SET claimed_at = now() - interval '2 hours'
      WHERE destination_id = ${destinationId}`.execute(store.db.kysely);
    return { destinationId, atMicros: event.insertedAtMicros };
  }

  async function settledUntil(
    destinationId: string,
    { cursor, audit }: { cursor: number; audit: number },
  ): Promise<void> {
    const { kysely } = store.db;
    await sql`UPDATE destination_cursors SET position_micros = ${cursor} WHERE destination_id = ${destinationId}`.execute(
      kysely,
    );
    await sql`UPDATE delivery_audits SET audited_micros = ${audit} WHERE destination_id = ${destinationId}`.execute(
      kysely,
    );
  }

  test('stay until delivery and audit are a window beyond them, and no replay may go back', async () => {
    const { destinationId, atMicros } = await claimed();
    const [within, beyond] = [atMicros + 60_000_000, atMicros + 60_000_001];
    for (const until of [
      { cursor: within, audit: beyond },
      { cursor: beyond, audit: within },
    ]) {
      await settledUntil(destinationId, until);
      expect(await purgeMaskClaims(store.db, 10)).toBe(0);
    }
    await settledUntil(destinationId, { cursor: beyond, audit: beyond });
    const replay = { id: '00000000-0000-4000-8000-000000000001' };
    await sql`INSERT INTO replays (id, team_id, destination_id, scope, from_micros, until_micros, position_micros, status)
      VALUES (${replay.id}, ${teamId}, ${destinationId}, 'matched', 0, 1, 0, 'paused')`.execute(store.db.kysely);
    expect(await purgeMaskClaims(store.db, 10)).toBe(0);
    await sql`UPDATE replays SET status = 'completed' WHERE id = ${replay.id}`.execute(store.db.kysely);
    expect(await purgeMaskClaims(store.db, 10)).toBe(1);
    expect(await claimsOf(destinationId)).toEqual([]);
  });

  test('go with a webhook that is deleted for good', async () => {
    const { destinationId } = await claimed();
    await sql`UPDATE destinations SET deleted_at = now() WHERE id = ${destinationId}`.execute(store.db.kysely);
    expect(await forgetWebhooks(store.db, { id: destinationId })).toBe(1);
    expect(await claimsOf(destinationId)).toEqual([]);
  });
});
