import { createHmac, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { dryRun } from '../../activities/dry-run.ts';
import type { ApiDeps } from '../../api/deps.ts';
import { microsOf } from '../../core/time.ts';
import { findDestination } from '../../destinations/registry.ts';
import { teamHashKey } from '../../store/hash-keys.ts';
import { insertAt } from '../clickhouse/events.ts';
import { startTestClickHouse, type TestClickHouse } from '../clickhouse/server.ts';
import { startTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { BUCKET, createdId, startApi, type ApiFixture, type Caller } from './fixtures.ts';

let api: ApiFixture;
let clickhouse: TestClickHouse;
let target: TestDatabase;
let caller: Caller;

beforeAll(async () => {
  [clickhouse, target] = await Promise.all([startTestClickHouse(), startTestDatabase()]);
  const real: ApiDeps['dryRun'] = (request) =>
    dryRun({ ...api.store, clickhouse: clickhouse.ch, findDestination }, request);
  api = await startApi({ dryRun: real, assertHost: () => Promise.resolve(), now: () => new Date(END_MS + 150_000) });
}, 60_000);
afterAll(async () => {
  await api.stop();
  await Promise.all([clickhouse.stop(), target.stop()]);
});
beforeEach(async () => {
  caller = await api.newCaller();
});

/** The last finished interval ends here; of today, since ClickHouse drops old rows. */
const END_MS = Math.floor(Date.now() / 300_000) * 300_000;
const INTERVAL = {
  interval_start: new Date(END_MS - 300_000).toISOString(),
  interval_end: new Date(END_MS).toISOString(),
};
const IN_INTERVAL = microsOf(new Date(END_MS - 60_000));
const PROPERTIES = `{"n":9007199254740993,"email":"zoë@example.com","t":"a\\u0000b"}`;

async function insert(rows: { propertiesJson: string; insertedAtMicros?: number; event?: string }[]): Promise<void> {
  const { teamId } = caller;
  await insertAt(
    clickhouse.ch,
    rows.map((row) => ({ teamId, insertedAtMicros: IN_INTERVAL, uuid: randomUUID(), distinctId: 'zoë', ...row })),
  );
}

async function postgres(config: Record<string, unknown> = {}): Promise<string> {
  const url = new URL(target.url);
  const password = url.password === '' ? {} : { password: decodeURIComponent(url.password) };
  const place = { host: url.hostname, port: Number(url.port), user: url.username, database: url.pathname.slice(1) };
  const body = { ...place, ...password, tls_mode: 'disable', table: `t_${String(caller.teamId)}`, ...config };
  return createdId(caller, '/api/v1/destinations', { name: 'P', kind: 'postgres', config: body });
}

const COLUMNS = [
  { name: 'id', from: { kind: 'column', column: 'uuid' } },
  { name: 'n', from: { kind: 'property', source: 'event', path: ['n'], type: 'integer' } },
  { name: 'who', from: { kind: 'column', column: 'distinct_id' } },
  { name: 'properties', from: { kind: 'column', column: 'properties' } },
];
const PRIVACY = { drop: [{ source: 'event', path: ['email'] }], hash_distinct_id: true };

test('of settings that are not stored: rows as they would arrive, verdicts, statements, size; nothing is written', async () => {
  await insert([
    { propertiesJson: PROPERTIES },
    { propertiesJson: '{"broken"' },
    { propertiesJson: '{}', insertedAtMicros: IN_INTERVAL - 3_600_000_000 },
  ]);
  const body = { destination_id: await postgres(), interval: '5m', columns: COLUMNS, privacy: PRIVACY };
  const answer = await caller.call('POST', '/api/v1/exports/dry-run', body);
  expect([answer.statusCode, answer.json()]).toMatchObject([
    200,
    {
      destination_kind: 'postgres',
      ...INTERVAL,
      estimate: { rows: 2 },
      problems: [],
      table: { exists: false, statements: [expect.stringMatching(/^CREATE TABLE .*"n" bigint/)] },
      sample: { columns: ['id', 'n', 'who', 'properties'], records_examined: 2, cells_cut: 0 },
    },
  ]);
  const report = answer.json<{ columns: Record<string, unknown>[]; sample: { rows: string[][] } }>();
  const key = await teamHashKey(api.store.db, api.store.box, caller.teamId);
  const who = createHmac('sha256', key).update('zoë').digest('hex');
  const rows = report.sample.rows.map(([, ...row]) => row);
  expect(rows).toContainEqual(['9007199254740993', who, '{"n":9007199254740993,"t":"ab"}']);
  expect(report.columns.at(-1)).toMatchObject({
    name: 'properties',
    verdict: 'lossless',
    target: { name: 'properties', type: 'jsonb', exists: false },
    changes: ['nul_removed', 'surrogates_replaced'],
    set_aside: expect.arrayContaining(['json_invalid']),
  });
  expect((await caller.call('GET', '/api/v1/exports')).json().items).toEqual([]);
  const again = await caller.call('POST', '/api/v1/exports/dry-run', { ...body, sample_rows: 0 });
  expect(again.json()).toMatchObject({ table: { exists: false }, sample: { rows: [] } });
});

test('of an export: records that would be set aside, and rows from before when the interval is empty', async () => {
  const early = { insertedAtMicros: IN_INTERVAL - 3_600_000_000 };
  await insert([
    { propertiesJson: '{"a":1}', ...early },
    { propertiesJson: '{"broken"', ...early },
  ]);
  const body = { name: 'E', destination_id: await postgres(), interval: '5m' };
  const id = await createdId(caller, '/api/v1/exports', body);
  const answer = await caller.call('POST', `/api/v1/exports/${id}/dry-run`);
  expect(answer.json()).toMatchObject({
    estimate: { rows: 0, bytes: 0 },
    sample: {
      to: INTERVAL.interval_end,
      records_examined: 2,
      records_set_aside: [{ reason: 'properties json_invalid', records: 1 }],
      rows: [expect.arrayContaining(['{"a":1}'])],
    },
  });
});

test('what keeps the destination from being looked at is a problem of the answer, without its secrets', async () => {
  await insert([{ propertiesJson: '{}' }]);
  const id = await postgres({ user: 'nobody_of_that_name', password: 'hunter2-secret' });
  const answer = await caller.call('POST', '/api/v1/exports/dry-run', { destination_id: id, interval: '5m' });
  expect([answer.statusCode, answer.json()]).toMatchObject([
    200,
    { estimate: { rows: 1 }, sample: null, table: null, problems: [{ code: expect.stringMatching(/^postgres_/) }] },
  ]);
  expect(answer.body).not.toContain('hunter2');
});

test('a file has every column as it is', async () => {
  await insert([{ propertiesJson: PROPERTIES }]);
  const bucket = await createdId(caller, '/api/v1/destinations', BUCKET);
  const answer = await caller.call('POST', '/api/v1/exports/dry-run', { destination_id: bucket, interval: '5m' });
  const { columns, sample, table } = answer.json<{
    columns: { verdict: string }[];
    sample: { rows: string[][] };
    table: unknown;
  }>();
  expect(new Set(columns.map(({ verdict }) => verdict))).toEqual(new Set(['lossless']));
  expect([table, sample.rows[0]]).toEqual([null, expect.arrayContaining([PROPERTIES])]);
});

test('a team sees its own exports, destinations and events only', async () => {
  await insert([{ propertiesJson: '{"mine":1}' }]);
  const destination = await postgres();
  const id = await createdId(caller, '/api/v1/exports', { name: 'E', destination_id: destination, interval: '5m' });
  const stranger = await api.newCaller();
  expect((await stranger.call('POST', `/api/v1/exports/${id}/dry-run`)).json().code).toBe('export_not_found');
  const unsaved = { destination_id: destination, interval: '5m' };
  expect((await stranger.call('POST', '/api/v1/exports/dry-run', unsaved)).json().code).toBe('destination_not_found');
  const bucket = await createdId(stranger, '/api/v1/destinations', BUCKET);
  const own = await stranger.call('POST', '/api/v1/exports/dry-run', { destination_id: bucket, interval: '5m' });
  expect(own.json()).toMatchObject({ estimate: { rows: 0 }, sample: { rows: [] } });
});

test('settings that no export may have are refused with the field', async () => {
  const columns = [{ name: 'c', from: { kind: 'column', column: 'uuid' } }];
  const body = { destination_id: await postgres(), interval: '5m', mode: 'merge', columns };
  const answer = await caller.call('POST', '/api/v1/exports/dry-run', body);
  expect([answer.statusCode, answer.json()]).toMatchObject([422, { code: 'export_key_missing', field: 'columns' }]);
});
