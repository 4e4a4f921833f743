import { afterEach, describe, expect, test } from '@jest/globals';
import type { ShardPorts } from '../../delivery/shard/ports.ts';
import { ShardFencedError } from '../../delivery/shard/cursor-saver.ts';
import { DeliveryShard, type ShardSummary } from '../../delivery/shard/shard.ts';
import { eventually } from '../support/eventually.ts';
import { ok, respond, SimulatedWorld } from './simulation.ts';

const OVERLAP_MS = 400;

interface Running {
  stop: AbortController;
  done: Promise<unknown>;
  refreshSoon(): void;
  eventsCame(teams: ReadonlySet<number>): void;
  summary(): ShardSummary;
}

const running: Running[] = [];
const feeds: NodeJS.Timeout[] = [];

function startShard(
  world: SimulatedWorld,
  {
    ports = world.ports(),
    drainMs = 1_000,
    ...options
  }: { ports?: ShardPorts; idlePollMs?: number; drainMs?: number } = {},
): Running {
  const stop = new AbortController();
  const shard = new DeliveryShard(ports, {
    ...options,
    pollMs: 5,
    overlapMs: OVERLAP_MS,
    reportEveryMs: 60_000,
    drainMs,
    loadDestinations: () => Promise.resolve(world.configs),
  });
  const refreshSoon = (): void => {
    shard.refreshSoon();
  };
  const eventsCame: Running['eventsCame'] = (teams) => {
    shard.eventsCame(teams);
  };
  const started = { stop, done: shard.run(stop.signal), refreshSoon, eventsCame, summary: () => shard.summary() };
  running.push(started);
  return started;
}

async function stopShard(shard: Running): Promise<void> {
  shard.stop.abort();
  await shard.done;
}

afterEach(async () => {
  feeds.splice(0).forEach(clearInterval);
  for (const shard of running.splice(0)) {
    shard.stop.abort();
    await shard.done.catch(() => undefined);
  }
});

describe('a delivery shard', () => {
  test('delivers each matching event once, and no other', async () => {
    const world = new SimulatedWorld();
    world.destination({ filter: { includeEvents: ['signed up'] } });
    startShard(world);
    const wanted = Array.from({ length: 300 }, () => world.capture());
    world.capture({ event: 'page view' });
    world.capture({ teamId: 2 });

    await eventually(() => expect(world.received.length).toBeGreaterThanOrEqual(300));
    expect([...world.received].sort()).toEqual(wanted.map((event) => event.uuid).sort());
  });

  test('chooses by properties what it catches up with and what the shared tail offers', async () => {
    const world = new SimulatedWorld();
    const pro = { key: 'plan', source: 'event', operator: 'exact', value: 'pro' } as const;
    world.destination({ filter: { properties: [pro] } });
    const propertiesJson = '{"plan":"pro"}';
    const before = world.capture({ propertiesJson });
    world.capture({ propertiesJson: '{"plan":"free"}' });
    startShard(world);
    await eventually(() => expect(world.received).toEqual([before.uuid]));

    world.capture({ propertiesJson: 'unreadable' });
    const late = world.capture({ propertiesJson, lateMs: OVERLAP_MS / 2 });
    world.capture({ propertiesJson: '{"plan":null}' });
    const last = world.capture({ propertiesJson });
    const wanted = [before, late, last].map((event) => event.uuid).sort();
    await eventually(() => expect([...world.received].sort()).toEqual(wanted));
  });

  test('reads events that are too large for a long page by shorter ones, behind the tail and on it', async () => {
    const world = new SimulatedWorld();
    world.maxPageChars = 10_000;
    world.destination();
    const propertiesJson = `{"x":"${'x'.repeat(3_000)}"}`;
    const capture = (lateMs = 0): string => world.capture({ propertiesJson, lateMs }).uuid;
    const backlog = Array.from({ length: 50 }, () => capture());
    startShard(world);
    await eventually(() => expect(world.received).toHaveLength(backlog.length));
    const live = Array.from({ length: 50 }, (_, index) => capture(index % 2 === 0 ? 0 : OVERLAP_MS / 2));
    const all = [...backlog, ...live].sort();
    await eventually(() => expect([...world.received].sort()).toEqual(all));
  }, 60_000);

  test('goes through a backlog in which little matches step by step, and its cursor with it', async () => {
    const world = new SimulatedWorld();
    world.stepRows = 10;
    // Two seconds apart: ten minutes.
    const captured = Array.from({ length: 300 }, (_, index) =>
      world.capture({ ageMs: (301 - index) * 2_000, event: index % 100 === 50 ? 'rare' : 'usual' }),
    );
    const { destinationId } = world.destination({ filter: { includeEvents: ['rare'] } });
    world.cursors.set(destinationId, { positionMicros: captured[0]!.insertedAtMicros, afterUuid: null });
    startShard(world);
    const wanted = captured.filter(({ event }) => event === 'rare').map(({ uuid }) => uuid);
    await eventually(() => expect(world.received).toEqual(wanted));
    // That of a lane without events is saved once a minute.
    const endMicros = captured.at(-1)!.insertedAtMicros - 60_000_000;
    await eventually(() => expect(world.cursors.get(destinationId)?.positionMicros).toBeGreaterThan(endMicros), {
      timeoutMs: 20_000,
    });
    expect(world.steps.filter((events) => events === 0).length).toBeGreaterThan(20);
  }, 60_000);

  test('with many destinations that begin at one place reads it a few times', async () => {
    const world = new SimulatedWorld();
    const events = Array.from({ length: 20 }, () => world.capture());
    const start = (events[0]?.insertedAtMicros ?? 0) - 1;
    for (let index = 0; index < 60; index += 1) {
      const { destinationId } = world.destination({ headers: { 'x-destination': `${String(index)}:` } });
      world.cursors.set(destinationId, { positionMicros: start, afterUuid: null });
    }
    // Older than the overlap, so that lanes read them for themselves.
    await eventually(() => expect(Date.now() * 1_000).toBeGreaterThan(start + 2_000 * OVERLAP_MS));
    const ports = world.ports();
    let reads = 0;
    const readRange: ShardPorts['source']['readRange'] = (query) => {
      reads += 1;
      return ports.source.readRange(query);
    };
    startShard(world, { ports: { ...ports, source: { ...ports.source, readRange } } });
    await eventually(() => expect(world.received).toHaveLength(60 * events.length), { timeoutMs: 30_000 });
    expect(reads).toBeLessThanOrEqual(10);
  }, 60_000);

  test('that has nothing to do asks seldom, and at once when it is told of events of its teams', async () => {
    const world = new SimulatedWorld();
    world.destination();
    const ports = world.ports();
    let polls = 0;
    const source: ShardPorts['source'] = {
      ...ports.source,
      pollTail: (query) => {
        polls += 1;
        return ports.source.pollTail(query);
      },
    };
    const shard = startShard(world, { ports: { ...ports, source }, idlePollMs: 60_000 });
    const quiet = async (): Promise<void> => {
      let before = -1;
      await eventually(
        () => {
          const grown = polls > before;
          before = polls;
          expect(grown).toBe(false);
        },
        { timeoutMs: 60_000, intervalMs: 1_500 },
      );
    };
    await quiet();
    const event = world.capture();
    shard.eventsCame(new Set([2]));
    await quiet();
    expect(world.received).toEqual([]);
    shard.eventsCame(new Set([1]));
    await eventually(() => expect(world.received).toEqual([event.uuid]), { timeoutMs: 30_000 });
  }, 120_000);

  test('delivers a row that becomes visible after a later one', async () => {
    const world = new SimulatedWorld();
    world.destination();
    startShard(world);
    const late = world.capture({ lateMs: OVERLAP_MS / 2 });
    const early = world.capture();

    await eventually(() => expect(world.received).toContain(early.uuid));
    await eventually(() => expect(world.received).toContain(late.uuid));
    expect(world.received).toHaveLength(2);
  });

  test('goes on from its cursor after a restart and repeats nothing that is logged', async () => {
    const world = new SimulatedWorld();
    world.destination();
    const first = startShard(world);
    const before = Array.from({ length: 50 }, () => world.capture());
    await eventually(() => expect(world.received).toHaveLength(50));
    await stopShard(first);
    const during = Array.from({ length: 50 }, () => world.capture());
    startShard(world);
    const after = Array.from({ length: 50 }, () => world.capture());

    await eventually(() => expect(world.received.length).toBeGreaterThanOrEqual(150));
    expect(new Set(world.received)).toEqual(new Set([...before, ...during, ...after].map((event) => event.uuid)));
    expect(world.received).toHaveLength(150);
  });

  test('a lane that was behind for longer than the overlap joins the tail', async () => {
    const world = new SimulatedWorld();
    world.destination();
    const old = world.capture();
    await eventually(() => expect(Date.now() * 1_000).toBeGreaterThan(old.insertedAtMicros + 2_000 * OVERLAP_MS));
    const shard = startShard(world);
    await eventually(() => expect(shard.summary()).toMatchObject({ lanes: 1, live: 1 }));
    await eventually(() => expect(world.received).toEqual([old.uuid]));
    // A lane that is behind could bring none of them before the overlap is over, however fast the machine is.
    await eventually(async () => {
      const live = world.capture();
      await eventually(() => expect(world.received).toContain(live.uuid), { timeoutMs: OVERLAP_MS / 2, intervalMs: 5 });
    });
    expect(new Set(world.received).size).toBe(world.received.length);
  });

  test('hands an event that fails twice to a retry and moves on', async () => {
    const world = new SimulatedWorld();
    world.destination();
    const poison = world.capture();
    world.answer = (uuid) => (uuid === poison.uuid ? respond(500) : ok());
    startShard(world);
    const good = Array.from({ length: 20 }, () => world.capture());

    await eventually(() => expect(world.retriesStarted).toEqual([poison.uuid]));
    await eventually(() => expect(world.received).toHaveLength(good.length));
    await eventually(() => {
      const rows = world.attempts.filter((row) => row.eventUuid === poison.uuid);
      expect(rows.map((row) => row.outcome)).toEqual(['failed_attempt', 'retry_scheduled']);
    });
  });

  test('gives up an event after its second try when no retry is wanted', async () => {
    const world = new SimulatedWorld();
    world.destination({ retryScheduleMs: [] });
    const poison = world.capture();
    world.answer = () => respond(500);
    startShard(world);
    await eventually(() =>
      expect(world.attempts.filter(({ eventUuid }) => eventUuid === poison.uuid)).toMatchObject([
        { attempt: 1, outcome: 'failed_attempt' },
        { attempt: 2, outcome: 'discarded' },
      ]),
    );
  });

  test('parks failed events beyond the cap and delivers them when they are due', async () => {
    const world = new SimulatedWorld();
    world.retryCap = 0;
    world.destination({ retryScheduleMs: [10, 10] });
    const poison = world.capture();
    let failing = true;
    world.answer = (uuid) => (uuid === poison.uuid && failing ? respond(500) : ok());
    startShard(world);

    await eventually(() => expect(world.attempts.map((row) => row.outcome)).toContain('parked'));
    failing = false;
    await eventually(() => expect(world.received).toContain(poison.uuid));
  }, 30_000);

  test('a dead destination trips, keeps its backlog, and delivers everything once it is resumed', async () => {
    const world = new SimulatedWorld();
    const dead = world.destination({
      headers: { 'x-destination': 'dead:' },
      breaker: { minFailingMs: 1_000, windowMs: 2_400 },
    });
    world.destination({ headers: { 'x-destination': 'good:' } });
    let broken = true;
    world.answer = (_uuid, name) => (name === 'dead:' && broken ? respond(503) : ok());
    startShard(world);
    const events: string[] = [];
    const feed = setInterval(() => events.push(world.capture().uuid), 10);
    feeds.push(feed);
    await eventually(() => expect(world.transitions).toContain('paused_auto'), { timeoutMs: 30_000 });
    await eventually(() => expect(events.length).toBeGreaterThan(300), { timeoutMs: 30_000 });
    clearInterval(feed);

    await eventually(() => expect(count(world, 'good:')).toBe(events.length));
    broken = false;
    world.configs = world.configs.map((config) =>
      config.destinationId === dead.destinationId ? { ...config, health: 'recovering' as const } : config,
    );
    await eventually(
      () => expect(count(world, 'dead:') + new Set(world.retriesStarted).size).toBeGreaterThanOrEqual(events.length),
      { timeoutMs: 30_000 },
    );
    const owned = new Set([
      ...world.received.filter((id) => id.startsWith('dead:')).map((id) => id.slice(5)),
      ...world.retriesStarted,
    ]);
    expect(owned).toEqual(new Set(events));
  }, 90_000);

  test('stops at once when another worker has taken the shard', async () => {
    const world = new SimulatedWorld();
    world.destination();
    const shard = startShard(world);
    world.leaseHeld = false;
    await expect(shard.done).rejects.toThrow(ShardFencedError);
  });

  test('ends its slice when the clock is set back, with everything settled, and the next one goes on', async () => {
    const world = new SimulatedWorld();
    world.destination();
    const ports = world.ports();
    let offsetMs = 0;
    const clock = { ...ports.clock, nowMs: () => Date.now() + offsetMs };
    const first = startShard(world, { ports: { ...ports, clock } });
    const before = Array.from({ length: 20 }, () => world.capture());
    await eventually(() => expect(world.received).toHaveLength(20));
    offsetMs = -600_000;
    await first.done;
    expect(world.attempts).toHaveLength(20);

    const after = world.capture();
    startShard(world, { ports: { ...world.ports(), clock } });
    await eventually(() => expect(world.received).toContain(after.uuid));
    expect(new Set(world.received)).toEqual(new Set([...before, after].map(({ uuid }) => uuid)));
    expect(world.received).toHaveLength(21);
  });

  test('a destination that hangs holds up no other while it is changed, and loses nothing', async () => {
    const world = new SimulatedWorld();
    const hanging = world.destination({ headers: { 'x-destination': 'hanging' } });
    world.destination({ headers: { 'x-destination': 'other' } });
    let answerAll: (() => void) | undefined;
    const answered = new Promise<void>((resolve) => {
      answerAll = resolve;
    });
    let asked = 0;
    world.answer = async (_uuid, destinationId) => {
      if (destinationId === 'hanging') {
        asked += 1;
        await answered;
      }
      return ok();
    };
    // Whoever waited for the one that hangs would wait for as long.
    const shard = startShard(world, { drainMs: 120_000 });
    const before = world.capture();
    await eventually(() => expect(asked).toBe(1));
    world.configs = world.configs.map((config) => (config === hanging ? { ...config, version: 2 } : config));
    shard.refreshSoon();
    const after = Array.from({ length: 20 }, () => world.capture());
    const idsOf = (name: string): string[] => [before, ...after].map(({ uuid }) => `${name}${uuid}`).sort();
    const receivedBy = (name: string): string[] => world.received.filter((id) => id.startsWith(name)).sort();

    await eventually(() => expect(receivedBy('other')).toEqual(idsOf('other')));
    expect([asked, receivedBy('hanging')]).toEqual([1, []]);
    answerAll?.();
    await eventually(() => expect(receivedBy('hanging')).toEqual(idsOf('hanging')));
  });

  test('410 pauses the destination and keeps the event for later', async () => {
    const world = new SimulatedWorld();
    world.destination();
    world.answer = () => respond(410);
    startShard(world);
    const event = world.capture();
    await eventually(() => expect(world.transitions).toEqual(['gone']));
    expect(world.retriesStarted).toEqual([]);
    const [position] = [...world.cursors.values()];
    expect(position?.positionMicros).toBeLessThanOrEqual(event.insertedAtMicros);
  });

  test('429 slows down without charging the endpoint, and loses nothing', async () => {
    const world = new SimulatedWorld();
    world.destination({ maxConcurrency: 1 });
    const seen = new Set<string>();
    world.answer = (uuid) => {
      const again = seen.has(uuid);
      seen.add(uuid);
      return again ? ok() : respond(429, { 'retry-after': '0' });
    };
    startShard(world);
    const events = Array.from({ length: 5 }, () => world.capture());
    await eventually(() => expect(new Set(world.received).size).toBe(events.length), { timeoutMs: 30_000 });
    expect(world.transitions).toEqual([]);
    expect(world.retriesStarted).toEqual([]);
  }, 40_000);
});

function count(world: SimulatedWorld, prefix: string): number {
  return new Set(world.received.filter((id) => id.startsWith(prefix))).size;
}
