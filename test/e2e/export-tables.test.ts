import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import pg from 'pg';
import { parquetRows } from '../support/parquet-rows.ts';
import { EVENT_COLUMNS } from '../../core/columns.ts';
import { insertRows, insertMany } from './support/export-events.ts';
import { newPlace } from './support/export-places.ts';
import { committedFiles, expectConsistent } from './support/export-manifests.ts';
import { createExport, PARQUET, pastMinute, runMinute } from './support/export-runs.ts';
import { startTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';

jest.setTimeout(180_000);

let system: TestSystem;
let target: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  [system, target] = await Promise.all([startTestSystem(), startTestDatabase()]);
  client = new pg.Client({ connectionString: target.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await Promise.all([system.stop(), target.stop()]);
});

function configOf(table: string): Record<string, unknown> {
  const { hostname, port, username, password, pathname } = new URL(target.url);
  const database = pathname.slice(1);
  return { host: hostname, port: Number(port), user: username, password, database, table, tls_mode: 'disable' };
}

const ROWS = 5_000;
const DEEP = `{"deep":${'['.repeat(20_000)}${']'.repeat(20_000)}}`;

test('an export into PostgreSQL: every row, those that do not fit are set aside, and come after a fix', async () => {
  const minute = pastMinute();
  const { teamId, api } = await system.newTeam();
  await insertMany(system.clickhouse, teamId, minute, { rows: ROWS, bytes: 200 });
  await insertRows(system.clickhouse, [
    { teamId, insertedAtMicros: minute.startMicros + 7, event: 'nul', propertiesJson: String.raw`{"text":"a\u0000b"}` },
    { teamId, insertedAtMicros: minute.startMicros + 8, event: 'deep', propertiesJson: DEEP },
  ]);
  const exportId = await createExport(api, { kind: 'postgres', config: configOf('events') });
  const run = await runMinute(api, exportId, minute);
  expect(run).toMatchObject({ status: 'completed', error: null, rows: ROWS + 1, records_failed: 1 });

  const { rows } = await client.query<{ rows: string; ids: string }>(
    'SELECT count(*) AS rows, count(DISTINCT uuid) AS ids FROM events',
  );
  expect(rows).toEqual([{ rows: String(ROWS + 1), ids: String(ROWS + 1) }]);
  const nul = await client.query(`SELECT properties->>'text' AS text FROM events WHERE event = 'nul'`);
  expect(nul.rows).toEqual([{ text: 'ab' }]);
  const columns = await client.query<{ column_name: string }>(
    `SELECT column_name FROM information_schema.columns WHERE table_name = 'events' ORDER BY ordinal_position`,
  );
  expect(columns.rows.map((row) => row.column_name)).toEqual(EVENT_COLUMNS.map(({ name }) => name));

  const aside = await api<{ items: { event: string; reason: string }[] }>(
    'GET',
    `/exports/${exportId}/rejected-records`,
  );
  expect(aside.items).toMatchObject([{ event: 'deep', reason: 'properties json_too_deep' }]);

  // Someone makes the column one that holds any text; the record then fits, and nothing else is there twice.
  await client.query('ALTER TABLE events ALTER COLUMN properties TYPE text USING properties::text');
  const again = await runMinute(api, exportId, minute, { force: true });
  expect(again).toMatchObject({ status: 'completed', rows: ROWS + 2, records_failed: 0, generation: 1 });
  const deep = await client.query<{ size: number }>(
    `SELECT length(properties) AS size FROM events WHERE event = 'deep'`,
  );
  expect(deep.rows).toEqual([{ size: DEEP.length }]);
  const after = await client.query<{ rows: string }>('SELECT count(*) AS rows FROM events');
  expect(after.rows).toEqual([{ rows: String(ROWS + 2) }]);
});

test('a wrong password is a failed run with a reason and a remedy, and no red workflow', async () => {
  const minute = pastMinute(50);
  const { teamId, api } = await system.newTeam();
  await insertMany(system.clickhouse, teamId, minute, { rows: 10, bytes: 50 });
  const config = { ...configOf('never'), user: 'nobody_here', password: 'wrong-password-0815' };
  const exportId = await createExport(api, { kind: 'postgres', config });
  const run = await runMinute(api, exportId, minute);
  expect(run).toMatchObject({
    status: 'failed',
    error: { code: expect.stringMatching(/^postgres_/), remedy: expect.any(String) },
  });
  expect(JSON.stringify(run)).not.toContain('wrong-password-0815');
});

const TOTALS = `SELECT event, count() AS n, sum(JSONExtractInt(properties, 'amount')) AS amount, {interval_end} AS version
  FROM events WHERE event IN ('paid', 'left') GROUP BY event`;
const OF_MINUTE = `SELECT event, count() AS n, {interval_start} AS minute FROM events
  WHERE inserted_at >= {interval_start} AND inserted_at < {interval_end} GROUP BY event`;

test('a query: totals merged into PostgreSQL whatever order the intervals run in, and counts of a minute as Parquet', async () => {
  const [first, second] = [pastMinute(31), pastMinute(30)];
  const { teamId, api } = await system.newTeam();
  const other = await system.newTeam();
  const paid = (team: number, at: number) => ({
    ...{ teamId: team, event: 'paid', insertedAtMicros: at, propertiesJson: '{"amount":9007199254740993}' },
  });
  await insertRows(system.clickhouse, [
    paid(teamId, first.startMicros),
    paid(teamId, second.startMicros),
    { teamId, event: 'left', insertedAtMicros: first.endMicros - 1 },
    paid(other.teamId, first.startMicros),
  ]);
  const totals = { model: 'sql', query: TOTALS, mode: 'merge', key: ['event'], version_column: 'version' };
  const exportId = await createExport(api, { kind: 'postgres', config: configOf('totals') }, totals);
  // The later one first: the earlier one must not take its rows back.
  for (const minute of [second, first]) {
    expect(await runMinute(api, exportId, minute)).toMatchObject({ status: 'completed', rows: 2, error: null });
  }
  const { rows } = await client.query('SELECT event, n::int, amount::text FROM totals ORDER BY event');
  expect(rows).toEqual([
    { event: 'left', n: 1, amount: '0' },
    { event: 'paid', n: 2, amount: '18014398509481986' },
  ]);

  const place = await newPlace('file', system);
  const counts = await createExport(api, place, { model: 'sql', query: OF_MINUTE, format: PARQUET });
  expect(await runMinute(api, counts, second)).toMatchObject({ status: 'completed', rows: 1, rows_in: 1 });
  await expectConsistent(place);
  const [file] = await committedFiles(place);
  expect(await parquetRows(file?.content, 'event, n::VARCHAR AS n, epoch_us(minute)::VARCHAR AS minute')).toEqual([
    { event: 'paid', n: '1', minute: String(second.startMicros) },
  ]);
});

test('a query that fails on a value is a failed run that names the fault', async () => {
  const minute = pastMinute(40);
  const { teamId, api } = await system.newTeam();
  await insertRows(system.clickhouse, [{ teamId, event: 'no number', insertedAtMicros: minute.startMicros }]);
  const place = await newPlace('file', system);
  const exportId = await createExport(api, place, { model: 'sql', query: 'SELECT toInt64(event) AS n FROM events' });
  expect(await runMinute(api, exportId, minute)).toMatchObject({
    status: 'failed',
    error: { code: 'query_invalid', message: expect.stringContaining('no number'), remedy: expect.any(String) },
  });
});
