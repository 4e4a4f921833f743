import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { countIntervals } from '../../clickhouse/interval-counts.ts';
import { countQueryRows } from '../../clickhouse/user-sql/count-rows.ts';
import { insertAt, YESTERDAY_NOON_MS } from './events.ts';
import { startTestClickHouse, type TestClickHouse } from './server.ts';

const START_MS = YESTERDAY_NOON_MS;
const MINUTE_MS = 60_000;
const WITHIN = 'inserted_at >= {interval_start} AND inserted_at < {interval_end}';
/** Would read and compute for ever; the limits of an estimate end it. */
const ENDLESS = `SELECT arraySum(arrayMap(x -> sin(x), range(900000 + length(event)))) AS n FROM events ARRAY JOIN range(100000) AS a`;

let server: TestClickHouse;
beforeAll(async () => {
  server = await startTestClickHouse();
  const rows = (minute: number, count: number) =>
    Array.from({ length: count }, (_, index) => ({
      ...{ teamId: 1, event: 'paid' },
      insertedAtMicros: (START_MS + minute * MINUTE_MS) * 1_000 + index,
    }));
  // Not counted: what lies between the first, the middle and the last of nine intervals.
  await insertAt(server.ch, [...rows(0, 3), ...rows(2, 50), ...rows(4, 6), ...rows(8, 9)]);
});
afterAll(() => server.stop());

const minutes = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    start: new Date(START_MS + index * MINUTE_MS),
    end: new Date(START_MS + (index + 1) * MINUTE_MS),
  }));

const counted = (text: string, intervals = minutes(9)) =>
  countIntervals(server.ch, { teamId: 1, model: 'sql', filter: {}, query: { text }, intervals });

describe('rows of a query', () => {
  test('are reckoned from the first, the middle and the last interval', async () => {
    expect(await counted(`SELECT uuid, event FROM events WHERE ${WITHIN}`)).toEqual({
      rows: Array.from({ length: 9 }, () => undefined),
      sample: { intervals: 3, rows: 6 },
      rowBytes: 56,
    });
  });

  test('of one or two intervals are counted each once', async () => {
    const text = `SELECT uuid FROM events WHERE ${WITHIN}`;
    expect((await counted(text, minutes(1))).sample).toEqual({ intervals: 1, rows: 3 });
    expect((await counted(text, minutes(2))).sample).toEqual({ intervals: 2, rows: 1.5 });
    expect((await counted(text, [])).sample).toBeNull();
  });

  test('are unknown when a limit ends the count, or when the query fails', async () => {
    expect((await counted(`${ENDLESS} WHERE n > -1e9`)).sample).toBeNull();
    const range = { startMicros: START_MS * 1_000, endMicros: (START_MS + MINUTE_MS) * 1_000 };
    expect(
      await countQueryRows(server.ch, 'SELECT toUInt64(event) AS n FROM events WHERE n > 1', { teamId: 1, range }),
    ).toBeNull();
  });

  test('are those of the team', async () => {
    const range = { startMicros: START_MS * 1_000, endMicros: (START_MS + MINUTE_MS) * 1_000 };
    expect(await countQueryRows(server.ch, 'SELECT uuid FROM events', { teamId: 2, range })).toBe(0);
  });
});
