import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { oldestLogged, repairGap, type GapRepair } from '../../clickhouse/events-gap.ts';
import { insertAt, YESTERDAY_NOON_MS } from './events.ts';
import { startTestClickHouse, type TestClickHouse } from './server.ts';

const START = YESTERDAY_NOON_MS * 1_000;
const MINUTE = 60_000_000;
const RANGE = { startMicros: START, endMicros: START + 10 * MINUTE };

let server: TestClickHouse;
let view: string;

beforeAll(async () => {
  server = await startTestClickHouse();
  const [row] = await server.ch.rows<{ sql: string }>({
    sql: "SELECT create_table_query AS sql FROM system.tables WHERE database = currentDatabase() AND name = 'events_mv'",
  });
  view = row?.sql ?? '';
}, 60_000);
afterAll(() => server.stop());
beforeEach(async () => {
  await server.ch.command({ sql: 'TRUNCATE TABLE event_log' });
  await server.ch.command({ sql: 'TRUNCATE TABLE events' });
});

type Row = Parameters<typeof insertAt>[1][number];

/** Rows that reach the log only. */
async function insertWithoutView(rows: readonly Row[]): Promise<void> {
  await server.ch.command({ sql: 'DROP VIEW events_mv' });
  try {
    await insertAt(server.ch, rows);
  } finally {
    await server.ch.command({ sql: view });
  }
}

function rowsAt(count: number, micros: (index: number) => number): (Row & { uuid: string })[] {
  return Array.from({ length: count }, (_, index) => ({ uuid: randomUUID(), insertedAtMicros: micros(index) }));
}

async function stored(columns: string): Promise<unknown[]> {
  return server.ch.rows({ sql: `SELECT ${columns} FROM events FINAL ORDER BY team_id, inserted_at, uuid` });
}

const repair = (range = RANGE): Promise<GapRepair> => repairGap(server.ch, range);

describe('repairGap', () => {
  test('adds what the view did not write, as the view would have written it, once', async () => {
    const before = rowsAt(50, (index) => START + index * MINUTE * 0.1);
    const lost = rowsAt(70, (index) => START + 3 * MINUTE + index * 250_000);
    await insertAt(server.ch, before);
    await insertWithoutView(lost);
    await insertWithoutView([{ teamId: 2, timestamp: '1999-12-31 23:59:59.999999', insertedAtMicros: START }]);
    expect(await stored('uuid')).toHaveLength(50);

    expect(await repair()).toEqual({ compared: 121, repaired: 71, oldestMicros: START });
    const expected = await server.ch.rows({
      sql: `SELECT *, toString(toUInt64(18446744073709551615 - toUInt64(toUnixTimestamp64Micro(inserted_at)))) AS v FROM event_log
        ORDER BY team_id, inserted_at, uuid`,
    });
    expect(await stored('* EXCEPT version, toString(version) AS v')).toEqual(expected);
    expect(await repair()).toEqual({ compared: 121, repaired: 0, oldestMicros: undefined });
  });

  test('looks at its range only', async () => {
    await insertWithoutView(rowsAt(3, (index) => RANGE.startMicros - 1 + index * (RANGE.endMicros - START)));
    expect(await repair()).toMatchObject({ compared: 1, repaired: 1, oldestMicros: RANGE.endMicros - 1 });
  });

  test('a late duplicate that was merged away is no gap', async () => {
    const [first] = rowsAt(1, () => START);
    await insertAt(server.ch, [first!]);
    await insertAt(server.ch, [{ ...first, insertedAtMicros: START + MINUTE }]);
    await server.ch.command({ sql: 'OPTIMIZE TABLE events FINAL' });
    expect(await repair()).toMatchObject({ compared: 2, repaired: 0 });
    // Rows of one uuid on two days are two rows of the table.
    await insertWithoutView([{ ...first, insertedAtMicros: START + MINUTE, timestamp: '2026-11-19 12:00:00.000001' }]);
    expect(await repair()).toMatchObject({ repaired: 1 });
  });

  test('rows that were there and were lost are added again', async () => {
    await insertWithoutView(rowsAt(5, () => START));
    expect(await repair()).toMatchObject({ repaired: 5 });
    await server.ch.command({ sql: 'ALTER TABLE events DELETE WHERE 1', settings: { mutations_sync: '1' } });
    expect(await repair()).toMatchObject({ repaired: 5 });
    expect(await stored('uuid')).toHaveLength(5);
  });

  test('takes a microsecond with half a million rows in shares', async () => {
    await server.ch.command({ sql: 'DROP VIEW events_mv' });
    await server.ch.command({
      sql: `INSERT INTO event_log (team_id, inserted_at, uuid, event, distinct_id, properties, timestamp)
        SELECT 1, fromUnixTimestamp64Micro({start:Int64}), generateUUIDv4(), 'e', 'd', '{}', now64(6) FROM numbers(500000)`,
      params: { start: START },
    });
    await server.ch.command({ sql: view });
    expect(await repair()).toMatchObject({ compared: 500_000, repaired: 500_000 });
    expect(await repair()).toMatchObject({ compared: 500_000, repaired: 0 });
  }, 60_000);

  test('the oldest row of the log', async () => {
    expect(await oldestLogged(server.ch)).toBeUndefined();
    await insertAt(
      server.ch,
      rowsAt(3, (index) => START + index),
    );
    expect(await oldestLogged(server.ch)).toBe(START);
  });
});
