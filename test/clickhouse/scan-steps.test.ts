import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { replayPort } from '../../activities/replay-port.ts';
import type { ActivityDeps } from '../../activities/deps.ts';
import type { ClickHouse, Statement } from '../../clickhouse/client.ts';
import { countMatched } from '../../clickhouse/count-matched.ts';
import { READ_TOO_LONG } from '../../clickhouse/errors.ts';
import { planReplay, type ReplayRequest } from '../../clickhouse/plan-replay.ts';
import { TailScans } from '../../clickhouse/tail-scans.ts';
import { readKeys, readTail } from '../../clickhouse/tail.ts';
import type { EventFilter } from '../../core/filters.ts';
import { microsOf, type Micros } from '../../core/time.ts';
import type { CursorPosition, ReplayTask } from '../../delivery/shard/ports.ts';
import { insertAt } from './events.ts';
import { startTestClickHouse, type TestClickHouse } from './server.ts';

/** What a statement may read of the log here: a small part of the range, as 30 seconds are of tens of millions of rows. */
const MAX_BYTES = 4_000_000;
const ROWS = 200_000;
/** So many of them have one time. */
const AT_ONCE = 80_000;
const TEAM = 7;
const BASE = Math.floor(microsOf(new Date()) / 1_000_000) * 1_000_000 - 3_600_000_000;
const RANGE = { startMicros: BASE, endMicros: BASE + ROWS + 1_000 };
const RARE: EventFilter = { properties: [{ key: 'plan', source: 'event', operator: 'exact', value: 'rare' }] };

let server: TestClickHouse;
/** The same server, where a statement that reads more than it may is refused. */
let limited: ClickHouse;
/** Statements that were refused. */
let refused = 0;
/** From old to new. */
let rare: string[];

beforeAll(async () => {
  server = await startTestClickHouse();
  limited = new Proxy(server.ch, {
    get: (target, name) => {
      const value: unknown = name === 'rows' ? rowsOf(target) : Reflect.get(target, name, target);
      return typeof value === 'function' && name !== 'rows' ? (value.bind(target) as unknown) : value;
    },
  });
  await server.ch.command({
    sql: `INSERT INTO event_log (team_id, inserted_at, uuid, event, distinct_id, properties, person_id, timestamp)
      SELECT ${String(TEAM)}, fromUnixTimestamp64Micro(${String(BASE)} + greatest(0, toInt64(number) - ${String(AT_ONCE)}), 'UTC'),
        generateUUIDv4(), 'usual', 'u', '{"plan":"free"}', '00000000-0000-0000-0000-000000000000', now64(6)
      FROM numbers(${String(ROWS)})`,
  });
  const at = [0, 0, 40_000, 90_000, 119_999].map((micros) => ({ micros, uuid: randomUUID() }));
  await insertAt(
    server.ch,
    at.map(({ micros, uuid }) => ({ ...{ teamId: TEAM, uuid }, ...rareAt(BASE + micros) })),
  );
  // In the order of ClickHouse, which is the only one there is of two uuids at one time.
  const keys = await readKeys(server.ch, { ...{ teamIds: [TEAM], fromMicros: BASE, limit: 10 }, filter: RARE });
  rare = keys.map(({ uuid }) => uuid);
  expect(new Set(rare)).toEqual(new Set(at.map(({ uuid }) => uuid)));
}, 400_000);
afterAll(() => server.stop());

function rareAt(insertedAtMicros: Micros): { insertedAtMicros: Micros; propertiesJson: string } {
  return { insertedAtMicros, propertiesJson: '{"plan":"rare"}' };
}

function rowsOf(ch: ClickHouse): <Row>(statement: Statement) => Promise<Row[]> {
  return async (statement) => {
    const ofLog = statement.sql.includes('FROM event_log') ? { max_bytes_to_read: String(MAX_BYTES) } : {};
    try {
      return await ch.rows({ ...statement, settings: { ...statement.settings, ...ofLog } });
    } catch (error) {
      refused += 1;
      throw error;
    }
  };
}

interface Page {
  uuids: string[];
  next: CursorPosition | undefined;
}

/** Every page until the end of the range. A position never goes back. */
async function allPages(read: (after: CursorPosition) => Promise<Page>): Promise<Page[]> {
  const pages: Page[] = [];
  let after: CursorPosition | undefined = { positionMicros: BASE, afterUuid: null };
  while (after !== undefined) {
    const page: Page = await read(after);
    expect(page.next?.positionMicros ?? RANGE.endMicros).toBeGreaterThanOrEqual(after.positionMicros);
    pages.push(page);
    after = page.next;
    expect(pages.length).toBeLessThan(2_000);
  }
  return pages;
}

function scanned(scans: TailScans, limit: number, filter: EventFilter): Promise<Page[]> {
  return allPages(async ({ positionMicros: fromMicros, afterUuid }) => {
    const from = { fromMicros, ...(afterUuid === null ? {} : { afterUuid }) };
    const page = await scans.read({ teamId: TEAM, ...from, untilMicros: RANGE.endMicros, limit, filter });
    return { uuids: page.events.map(({ uuid }) => uuid), next: page.next };
  });
}

describe('a range of which one statement can read a part only', () => {
  test('is refused as a whole, and read to its end step by step, whatever matches', async () => {
    const whole = { teamIds: [TEAM], fromMicros: BASE, untilMicros: RANGE.endMicros, limit: 10, filter: RARE };
    await expect(readTail(limited, whole)).rejects.toMatchObject({ code: READ_TOO_LONG, retryable: true });

    const pages = await scanned(new TailScans(limited), 10, RARE);
    expect(pages.flatMap(({ uuids }) => uuids)).toEqual(rare);
    expect(pages.filter(({ uuids, next }) => uuids.length === 0 && next !== undefined).length).toBeGreaterThan(3);
    // Some end within the one microsecond that holds more than may be read at once.
    const within = pages.filter(({ next }) => next?.positionMicros === BASE && next.afterUuid !== null);
    expect(within.length).toBeGreaterThan(1);
  }, 400_000);

  test('comes whole and in order where everything matches', async () => {
    const keys = await readKeys(server.ch, { teamIds: [TEAM], fromMicros: BASE, limit: ROWS * 2 });
    expect(keys).toHaveLength(ROWS + rare.length);
    const pages = await scanned(new TailScans(limited), 5_000, { includeEvents: ['usual', 'signed up'] });
    expect(pages.flatMap(({ uuids }) => uuids)).toEqual(keys.map(({ uuid }) => uuid));
  }, 400_000);

  test('learns how much may be read at once', async () => {
    const scans = new TailScans(limited);
    refused = 0;
    const { length } = await scanned(scans, 10, RARE);
    expect(length).toBeLessThan(60);
    expect(refused).toBeLessThan(length);
  }, 400_000);

  test('is counted whole, and in part when there is no time', async () => {
    const query = { teamId: TEAM, filter: RARE, range: RANGE };
    expect(await countMatched(limited, query)).toEqual({ events: rare.length, isMinimum: false });
    expect(await countMatched(limited, { ...query, budgetMs: 0 })).toEqual({ events: 0, isMinimum: true });
  }, 400_000);

  test('is planned for a replay, with its masked events', async () => {
    const request: ReplayRequest = {
      ...{ teamId: TEAM, destinationId: randomUUID(), scope: 'matched', filter: RARE, range: RANGE },
      ...{ uuids: [], masks: true },
    };
    const plan = await planReplay(limited, request);
    expect(plan).toMatchObject({ events: rare.length, masked: 0, isMinimum: false });
    expect(plan.sample.map(({ uuid }) => uuid)).toEqual(rare);
    expect(await planReplay(limited, { ...request, budgetMs: 0 })).toMatchObject({ events: 0, isMinimum: true });
  }, 400_000);

  test('is replayed: pages without events move on', async () => {
    const deps = { clickhouse: limited } as unknown as ActivityDeps;
    const port = replayPort(deps, { shard: 0, shardCount: 1, epoch: 1 });
    const task: ReplayTask = {
      ...{ id: randomUUID(), destinationId: randomUUID(), teamId: TEAM, scope: 'matched', keys: [] },
      ...{ fromMicros: BASE, untilMicros: RANGE.endMicros, begunAt: new Date() },
      position: { positionMicros: BASE, afterUuid: null },
      counts: { delivered: 0, failed: 0, skipped: 0 },
    };
    const query = { untilMicros: RANGE.endMicros, limit: 100, filter: RARE, skipMasked: false };
    const pages = await allPages(async (after) => {
      const { events, next } = await port.readPage(task, { ...query, after });
      return { uuids: events.map(({ event }) => event.uuid), next };
    });
    expect(pages.flatMap(({ uuids }) => uuids)).toEqual(rare);
  }, 400_000);
});

test('what cannot be read in the smallest step fails as it is', async () => {
  const failing = { rows: () => Promise.reject(tooLong()) } as unknown as ClickHouse;
  const scans = new TailScans(failing);
  const read = (): ReturnType<TailScans['read']> =>
    scans.read({ teamId: TEAM, fromMicros: BASE, untilMicros: RANGE.endMicros, limit: 10, filter: RARE });
  for (let step = 0; step < 5; step += 1) {
    expect(await read()).toEqual({ events: [], next: { positionMicros: BASE, afterUuid: null } });
  }
  await expect(read()).rejects.toMatchObject({ code: READ_TOO_LONG });
});

function tooLong(): Error {
  return Object.assign(new Error('Timeout exceeded'), { code: READ_TOO_LONG });
}
