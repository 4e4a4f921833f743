import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { rebuildFirstSeen, type RebuildProgress } from '../../clickhouse/rebuild-first-seen.ts';
import { nowMicros } from '../../clickhouse/tail.ts';
import { insertAt } from './events.ts';
import { JSON_LINES, jsonLines, readModel } from './read-model.ts';
import { startTestClickHouse, type TestClickHouse } from './server.ts';

const HOUR = 3_600_000_000;
const OPTIONS = { visibilityBoundMs: 20 };
const [ONCE, TWICE, TWIN] = [randomUUID(), randomUUID(), randomUUID()];

let server: TestClickHouse;
let base: number;
beforeAll(async () => {
  server = await startTestClickHouse();
  base = (await nowMicros(server.ch)) - 5 * HOUR;
  const row = (uuid: string, insertedAtMicros: number) => ({ teamId: 1, uuid, insertedAtMicros });
  await insertAt(server.ch, [
    row(ONCE, base),
    row(TWICE, base + 1),
    // Later copies in a later interval, and two rows of one microsecond.
    row(TWICE, base + HOUR),
    row(TWIN, base + HOUR + 1),
    row(TWIN, base + HOUR + 1),
    // Another team's event of the same uuid is another event; what is older than the table remembers is not in it.
    { ...row(TWICE, base + HOUR), teamId: 2 },
    row(ONCE, base - 9 * 24 * HOUR),
  ]);
});
afterAll(() => server.stop());

async function exported(hour: number): Promise<unknown[]> {
  const range = { startMicros: base + hour * HOUR, endMicros: base + (hour + 1) * HOUR };
  const rows = await readModel(
    server.ch,
    { teamId: 1, filter: {}, range, plan: randomUUID() },
    { columns: null, privacy: null },
    JSON_LINES,
  );
  return jsonLines(rows).map(({ uuid }) => uuid);
}

const entries = (table: string, first: string, copies: string) =>
  server.ch.rows<object>({
    sql: `SELECT team_id, toString(uuid) AS uuid, toUnixTimestamp64Micro(min(${first})) AS first, ${copies} AS copies
      FROM ${table} WHERE ${first} > now() - INTERVAL 8 DAY GROUP BY team_id, uuid ORDER BY team_id, uuid`,
  });
const expectWhole = async (): Promise<void> => {
  const wanted = await entries('event_log', 'inserted_at', 'count()');
  expect(await entries('event_first_seen', 'first_seen', 'sum(copies)')).toEqual(wanted);
  expect(wanted.length).toBeGreaterThan(3);
};

/** Each leaves the table as wrong as it can be in one way. */
const DAMAGES: [string, string[]][] = [
  ['all rows are lost', ['TRUNCATE TABLE event_first_seen']],
  ['the table is dropped', ['DROP TABLE event_first_seen SYNC']],
  ['table and view are dropped', ['DROP TABLE event_first_seen_mv SYNC', 'DROP TABLE event_first_seen SYNC']],
  [
    'it holds what never was',
    [
      `INSERT INTO event_first_seen SELECT team_id, uuid, first_seen - INTERVAL 1 DAY, 7 FROM event_first_seen`,
      `INSERT INTO event_first_seen SELECT 1, generateUUIDv4(), now64(6), 1 FROM numbers(10)`,
    ],
  ],
  ['an earlier rebuild was killed half-way', ['CREATE TABLE event_first_seen_rebuild (a Int8) ENGINE = Memory']],
];

describe.each(DAMAGES)('when %s', (_what, statements) => {
  beforeEach(async () => {
    for (const sql of statements) {
      await server.ch.command({ sql });
    }
  });

  test('a rebuild makes it what the log says, and duplicates are exported once again', async () => {
    const steps: RebuildProgress[] = [];
    const rebuilt = await rebuildFirstSeen(server.ch, { ...OPTIONS, onProgress: (step) => steps.push(step) });
    expect(rebuilt).toMatchObject({ rows: steps.at(-1)?.rows, entries: expect.any(Number) });
    expect(steps.at(-1)).toMatchObject({ total: rebuilt.rows });
    await expectWhole();
    expect((await exported(0)).sort()).toEqual([ONCE, TWICE].sort());
    expect(await exported(1)).toEqual([TWIN]);
    const tables = await server.ch.rows<{ name: string }>({
      sql: `SELECT name FROM system.tables WHERE database = currentDatabase() AND name LIKE 'event_first_seen%' ORDER BY name`,
    });
    expect(tables.map(({ name }) => name)).toEqual(['event_first_seen', 'event_first_seen_mv']);
  });
});

test('without it a lost table sends duplicates out: what the rebuild is for', async () => {
  await server.ch.command({ sql: 'TRUNCATE TABLE event_first_seen' });
  expect((await exported(1)).sort()).toEqual([TWICE, TWIN, TWIN].sort());
  await rebuildFirstSeen(server.ch, OPTIONS);
  expect(await exported(1)).toEqual([TWIN]);
});

test('a whole table stays as it is, while events come in', async () => {
  const twice = Array.from({ length: 40 }, () => randomUUID());
  const done = new AbortController();
  const capture = (async () => {
    for (let index = 0; !done.signal.aborted || index < twice.length * 2; index += 1) {
      const uuid = twice[index % twice.length] ?? '';
      await insertAt(server.ch, [{ teamId: 3, uuid, insertedAtMicros: await nowMicros(server.ch) }]);
    }
  })();
  // As in a real system, longer than an insert takes.
  const rebuilt = await rebuildFirstSeen(server.ch, { visibilityBoundMs: 3_000 });
  done.abort();
  await capture;
  expect(rebuilt.entries).toBeGreaterThanOrEqual(rebuilt.entriesBefore);
  const logged = await entries('event_log', 'inserted_at', 'count()');
  // One that was written around the change may be counted twice, which costs a look; none may be missing or wrong.
  const kept = await entries('event_first_seen', 'first_seen', 'sum(copies)');
  const firsts = (rows: object[]) => rows.map((row) => ({ ...row, copies: undefined }));
  expect(firsts(kept)).toEqual(firsts(logged));
  const copies = (rows: object[]) => rows.map((row) => (row as { copies: number }).copies);
  copies(logged).forEach((count, index) => expect(copies(kept)[index]).toBeGreaterThanOrEqual(count));
});
