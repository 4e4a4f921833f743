import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { applyRetention, ttlDays } from '../../clickhouse/retention.ts';
import { eventually } from '../support/eventually.ts';
import { startTestClickHouse, type TestClickHouse } from './server.ts';

const DEFAULTS = { attemptsDays: 30, logsDays: 30, rejectedDays: 90 };

let server: TestClickHouse;
beforeAll(async () => {
  server = await startTestClickHouse();
}, 60_000);
afterAll(() => server.stop());

test('the defaults are what the migrations made', async () => {
  expect(await applyRetention(server.ch, DEFAULTS)).toEqual([]);
});

test('a table gets the days that are wanted, once, and may get its old ones again', async () => {
  const { ch } = server;
  const wanted = { attemptsDays: 8, logsDays: 30, rejectedDays: 365 };
  expect(await applyRetention(ch, wanted)).toEqual(['delivery_attempts', 'rejected_records']);
  expect(Object.fromEntries(await ttlDays(ch))).toEqual({
    delivery_attempts: 8,
    log_entries: 30,
    rejected_records: 365,
  });
  expect(await applyRetention(ch, wanted)).toEqual([]);
  expect(await applyRetention(ch, DEFAULTS)).toHaveLength(2);
});

test('lines older than the new bound go, younger ones stay', async () => {
  const { ch } = server;
  await ch.command({
    sql: `INSERT INTO log_entries (team_id, source, source_id, level, message, logged_at)
      SELECT 1, 'export_run', 'r', 'info', days || ' days', now() - toIntervalDay(toUInt32(days))
      FROM (SELECT arrayJoin(['0', '5', '20']) AS days)`,
  });
  await applyRetention(ch, { ...DEFAULTS, logsDays: 10 });
  await ch.command({ sql: 'OPTIMIZE TABLE log_entries FINAL' });
  await eventually(async () => {
    const rows = await ch.rows<{ message: string }>({ sql: 'SELECT message FROM log_entries ORDER BY logged_at DESC' });
    expect(rows.map(({ message }) => message)).toEqual(['0 days', '5 days']);
  });
});
