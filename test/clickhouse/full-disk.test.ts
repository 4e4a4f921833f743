import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { createClickHouse, type ClickHouse } from '../../clickhouse/client.ts';
import { insertEvents, type CapturedEvent } from '../../clickhouse/insert-events.ts';
import { migrateClickHouse } from '../../clickhouse/migrate.ts';
import { clickhousePlace } from '../conformance/clickhouse-place.ts';
import { expectSameRows } from '../conformance/table/compare.ts';
import { GoldenSource, plainRows } from '../conformance/table/golden.ts';
import { expectNothingLeft, exportAll, goldenContext } from '../conformance/table/session.ts';
import { PASSWORD, startAuthProxy, USER } from '../emulators/clickhouse-auth/proxy.ts';
import { makeSmallDisk, type SmallDisk } from '../support/small-disk.ts';
import { capturedEvent } from './events.ts';
import { startEmbeddedClickHouse } from './server.ts';

/** What ClickHouse takes, and keeps, when its disk is really full: an engine on a small file system in memory. */
jest.setTimeout(120_000);

const DISK_MB = 96;
/**
 * Pages of 4 KiB that are left. The engine wants 256 of them before it writes a part, and a batch makes parts in three
 * tables, so that some end between these.
 */
const ROOM = [0, 255, 257, 264, 280, 300, 320, 340, 360, 380, 400, 440, 480, 640, 1_024];
const DATABASE = 'full';

let disk: SmallDisk;
let server: Awaited<ReturnType<typeof startEmbeddedClickHouse>>;
let ch: ClickHouse;
/** Events that were taken. */
let taken = 0;

async function start(): Promise<void> {
  server = await startEmbeddedClickHouse(disk.path);
  ch = createClickHouse({ url: server.url, database: DATABASE });
}

async function stop(): Promise<void> {
  await ch.close();
  await server.stop();
}

beforeAll(async () => {
  disk = await makeSmallDisk(DISK_MB);
  await start();
  await migrateClickHouse(ch);
  // They begin when they like, and this engine has once read a part that one of them had made on the full disk as garbage.
  await ch.command({ sql: 'SYSTEM STOP MERGES' });
});
afterEach(() => disk.free());
afterAll(async () => {
  await stop();
  await disk.remove();
});

const BATCH = 1_000;
const batch = (): CapturedEvent[] =>
  Array.from({ length: BATCH }, () =>
    capturedEvent({ propertiesJson: JSON.stringify({ noise: randomBytes(200).toString('hex') }) }),
  );

function insert(events: readonly CapturedEvent[], deduplicationToken: string = randomUUID()): Promise<void> {
  return insertEvents(ch, events, { deduplicationToken, timeoutMs: 30_000 });
}

function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

/** The log, and the tables that are fed from it, hold what was taken, each once. */
async function expectTaken(): Promise<void> {
  const [found] = await ch.rows<object>({
    sql: `SELECT (SELECT count() FROM event_log) AS logged, (SELECT uniqExact(uuid) FROM event_log) AS uuids,
      (SELECT count() FROM events FINAL) AS kept, (SELECT sum(copies) FROM event_first_seen) AS seen`,
  });
  expect(found).toEqual({ logged: taken, uuids: taken, kept: taken, seen: taken });
}

async function loggedOf(events: readonly CapturedEvent[]): Promise<number> {
  const [row] = await ch.rows<{ logged: number }>({
    sql: 'SELECT count() AS logged FROM event_log WHERE toString(uuid) = {uuid:String}',
    params: { uuid: events[0]?.uuid },
  });
  return row?.logged ?? 0;
}

async function partsOf(table: string): Promise<number> {
  const [row] = await ch.rows<{ parts: number }>({
    sql: 'SELECT count() AS parts FROM system.parts WHERE active AND database = {database:String} AND table = {table:String}',
    params: { database: DATABASE, table },
  });
  return row?.parts ?? 0;
}

test('wherever it runs full, a batch is taken or refused, and repeating it is enough', async () => {
  const refused: number[] = [];
  let halfWay = 0;
  for (const pages of ROOM) {
    const [events, token] = [batch(), randomUUID()];
    await disk.fill(pages);
    const failure = await failureOf(insert(events, token));
    if (failure !== undefined) {
      refused.push(pages);
      expect(failure).toMatchObject({ code: 'clickhouse_disk_full', retryable: true, remedy: expect.any(String) });
      halfWay += (await loggedOf(events)) > 0 ? 1 : 0;
    }
    await disk.free();
    await insert(events, token);
    taken += BATCH;
    await expectTaken();
  }
  expect(refused).toContain(255);
  expect(halfWay).toBeGreaterThan(0);
  expect(refused).not.toContain(1_024);
});

test('what is there can be read and stays, merges wait, and go on with room', async () => {
  await insert(batch());
  await insert(batch());
  taken += 2 * BATCH;
  await disk.fill();
  const before = await partsOf('event_log');
  await ch.command({ sql: 'SYSTEM START MERGES event_log' });
  await failureOf(ch.command({ sql: 'OPTIMIZE TABLE event_log FINAL' }));
  await expectTaken();
  expect(before).toBeGreaterThan(1);
  expect(await partsOf('event_log')).toBe(before);

  await disk.free();
  await ch.command({ sql: 'OPTIMIZE TABLE event_log FINAL' });
  expect(await partsOf('event_log')).toBe(1);
  await expectTaken();
});

test('one that was full and is started again has what it had, and takes events', async () => {
  await disk.fill();
  expect(await failureOf(insert(batch()))).toMatchObject({ code: 'clickhouse_disk_full' });
  await stop();
  await disk.free();
  await start();
  await expectTaken();
  await insert(batch());
  taken += BATCH;
  await expectTaken();
});

test('as a destination: nothing of a run that does not fit is seen, and the next attempt completes it', async () => {
  const proxy = await startAuthProxy(server.url);
  try {
    const place = await clickhousePlace(ch, { url: proxy.url, username: USER, password: PASSWORD });
    const source = await GoldenSource.of(ch, plainRows(1, 11));
    const context = goldenContext();
    for (const pages of [0, 2, 8]) {
      await disk.fill(pages);
      await expect(exportAll(place, context, [source.chunk()])).rejects.toMatchObject({
        code: 'clickhouse_target_disk_full',
        retryable: true,
        fault: 'destination',
      });
      expect(await place.rows()).toEqual([]);
      await disk.free();
    }
    expect(await exportAll(place, context, [source.chunk()])).toMatchObject({ rows: 10 });
    expectSameRows(await place.rows(), await source.canonical());
    await expectNothingLeft(place);
  } finally {
    await proxy.stop();
  }
});
