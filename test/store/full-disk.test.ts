import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { sql } from 'kysely';
import { openDatabase, type Database } from '../../store/database.ts';
import { databaseUnavailable } from '../../store/errors.ts';
import { TestServer } from '../conformance/postgres/place.ts';
import { chunkOfRows, exportRows, idsOf, rowsContext } from '../conformance/postgres/rows.ts';
import { expectNothingLeft } from '../conformance/table/session.ts';
import { eventually } from '../support/eventually.ts';
import { startPostgresServer, type TestDatabase } from '../support/postgres.ts';
import { makeSmallDisk, type SmallDisk } from '../support/small-disk.ts';

/** What PostgreSQL takes, and keeps, when its disk is really full: a server on a small file system in memory. */
jest.setTimeout(90_000);

const DISK_MB = 128;
/** Some rows fit into it. */
const PAGES_LEFT = 64;
const OUTAGE = { code: 'database_unavailable', retryable: true, remedy: expect.any(String) };

let disk: SmallDisk;
let server: TestDatabase;
let db: Database;
/** Ids of the rows that were acknowledged, in order. */
const kept: number[] = [];

beforeAll(async () => {
  disk = await makeSmallDisk(DISK_MB);
  server = await startPostgresServer(disk.path);
  db = openDatabase({ url: server.url, maxConnections: 2 });
  await sql`CREATE TABLE kept (id integer PRIMARY KEY, noise text)`.execute(db.kysely);
});
afterEach(() => disk.free());
afterAll(async () => {
  await db.close();
  await server.stop();
  await disk.remove();
});

/** May be repeated when its answer was lost. */
async function insertRow(): Promise<void> {
  const id = kept.length + 1;
  const noise = randomBytes(500).toString('hex');
  await sql`INSERT INTO kept VALUES (${id}, ${noise}) ON CONFLICT DO NOTHING`.execute(db.kysely);
  kept.push(id);
}

async function stored(): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`SELECT id FROM kept ORDER BY id`.execute(db.kysely);
  return rows.map(({ id }) => id);
}

/** The error that ends repeating it. */
async function untilRefused(step: () => Promise<unknown>): Promise<unknown> {
  for (;;) {
    try {
      await step();
    } catch (error) {
      return error;
    }
  }
}

test('no room for rows: writes are an outage, readers go on, and so does everything when there is room', async () => {
  await insertRow();
  await disk.fill(PAGES_LEFT);
  const refusal = await untilRefused(insertRow);
  expect(refusal).toMatchObject({ code: '53100' });
  expect(databaseUnavailable(refusal)).toMatchObject(OUTAGE);
  expect(kept.length).toBeGreaterThan(1);
  expect(await stored()).toEqual(kept);

  await disk.free();
  await insertRow();
  expect(await stored()).toEqual(kept);
});

test('as a destination: nothing of a run that does not fit is seen, and the next attempt completes it', async () => {
  const destination = new TestServer(server);
  try {
    const place = await destination.place();
    await place.query(`CREATE TABLE ${place.table} (id bigint, version bigint, txt text)`);
    const context = rowsContext();
    const rows = { count: 2_000, txt: 'x'.repeat(1_000) };
    await disk.fill(PAGES_LEFT);
    await expect(exportRows(place, context, [chunkOfRows(rows)])).rejects.toMatchObject({
      code: 'postgres_disk_full',
      retryable: true,
      fault: 'destination',
    });
    expect(await idsOf(place)).toEqual([]);

    await disk.free();
    expect(await exportRows(place, context, [chunkOfRows(rows)])).toMatchObject({ rows: 2_000 });
    expect(await idsOf(place)).toHaveLength(2_000);
    await expectNothingLeft(place);
  } finally {
    await destination.end();
  }
});

test('no room for its log: it stops, and comes back with every row that was acknowledged', async () => {
  await disk.fill();
  const ending = await untilRefused(async () => {
    await sql`SELECT pg_switch_wal()`.execute(db.kysely);
    await sql`SELECT pg_logical_emit_message(true, 'full', 'x')`.execute(db.kysely);
  });
  expect(databaseUnavailable(ending)).toMatchObject(OUTAGE);
  expect(databaseUnavailable(await untilRefused(insertRow))).toMatchObject(OUTAGE);

  await disk.free();
  const before = [...kept];
  await eventually(insertRow, { timeoutMs: 60_000 });
  expect((await stored()).slice(0, before.length)).toEqual(before);
  expect(await stored()).toEqual(kept);
});
