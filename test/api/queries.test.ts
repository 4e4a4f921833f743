import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { queryChecks } from '../../clickhouse/user-sql/check-query.ts';
import { insertAt } from '../clickhouse/events.ts';
import { startTestClickHouse, type TestClickHouse } from '../clickhouse/server.ts';
import { BUCKET, createdId, newExportOf, NOW, startApi, type ApiFixture, type Caller } from './fixtures.ts';

/** Inside the last whole hour before NOW. */
const MICROS = (NOW.getTime() - 3_600_000) * 1_000;
const COUNTS = `SELECT event, count() AS n, {interval_end} AS version FROM events
  WHERE inserted_at >= {interval_start} GROUP BY event ORDER BY event`;

let server: TestClickHouse;
let api: ApiFixture;
let ours: Caller;
let theirs: Caller;

beforeAll(async () => {
  server = await startTestClickHouse();
  api = await startApi({ queries: queryChecks(server.ch) });
});
afterAll(async () => {
  await api.stop();
  await server.stop();
});
beforeEach(async () => {
  [ours, theirs] = [await api.newCaller(), await api.newCaller()];
  const row = (teamId: number, event: string) => ({ teamId, insertedAtMicros: MICROS, event });
  await insertAt(server.ch, [row(ours.teamId, 'ours'), row(ours.teamId, 'ours'), row(theirs.teamId, 'theirs')]);
});

function check(caller: Caller, query: string, more: Record<string, unknown> = {}) {
  return caller.call('POST', '/api/v1/queries/check', { query, ...more });
}

describe('a check', () => {
  test('shows columns, types and first rows of the last whole hour, to each team its own', async () => {
    const answer = await check(ours, COUNTS);
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({
      columns: [
        { name: 'event', type: 'text', nullable: false },
        { name: 'n', type: 'uint64', nullable: false },
        { name: 'version', type: 'timestamp(6)', nullable: false },
      ],
      sample: [{ event: 'ours', n: '2' }],
      rows: 1,
      rows_read: expect.any(Number),
    });
    expect((await check(theirs, COUNTS)).json()).toMatchObject({ sample: [{ event: 'theirs', n: '1' }] });
  });

  test('takes an interval, and at most ten rows come back', async () => {
    const hour = { interval_start: '2026-11-21T00:00:00Z', interval_end: '2026-11-21T01:00:00Z' };
    expect((await check(ours, COUNTS, hour)).json()).toMatchObject({ sample: [] });
    const many = await check(ours, 'SELECT arrayJoin(range(100)) AS n FROM events');
    expect(many.json<{ sample: unknown[] }>().sample).toHaveLength(10);
    const half = await check(ours, COUNTS, { interval_start: '2026-11-21T00:00:00Z' });
    expect([half.statusCode, half.json()]).toMatchObject([422, { code: 'validation_failed' }]);
  });

  test.each([
    ['query_refused', `SELECT a\nFROM file('/etc/passwd') AS a`, /^line 2, column /],
    ['query_refused', 'SELECT * FROM event_log', /^line 1, column 15/],
    ['query_invalid', 'SELECT nobody FROM events', /nobody/],
    ['query_columns_unusable', 'SELECT 1 AS a, 2 AS A FROM events', /two columns are called "A"/],
    ['query_columns_unusable', 'SELECT 1 + 1 FROM events', /no usable name/],
  ])('%s: says where, why and what to do', async (code, query, detail) => {
    const answer = await check(ours, query);
    expect(answer.statusCode).toBe(422);
    expect(answer.json()).toMatchObject({ field: 'query', code, remedy: expect.any(String) });
    expect(answer.json<{ detail: string }>().detail).toMatch(detail);
    expect(answer.body).not.toMatch(/scope_team|__log|event_first_seen/);
  });

  test('one at a time for a team', async () => {
    const slow = 'SELECT count() AS n FROM events WHERE arraySum(arrayMap(x -> sin(x), range(3000000))) > -1e9';
    const answers = await Promise.all([check(ours, slow), check(ours, slow), check(theirs, COUNTS)]);
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 200, 429]);
    const refused = answers.find(({ statusCode }) => statusCode === 429);
    expect(refused?.json()).toMatchObject({ code: 'query_check_busy' });
    expect((await check(ours, COUNTS)).statusCode).toBe(200);
  });
});

describe('an export of the model sql', () => {
  test('is created, read and changed with its query, key and version', async () => {
    const id = await newExportOf(ours, { model: 'sql', query: COUNTS, key: ['event'], version_column: 'version' });
    const url = `/api/v1/exports/${id}`;
    const settings = { model: 'sql', query: COUNTS, key: ['event'], version_column: 'version' };
    expect((await ours.call('GET', url)).json()).toMatchObject(settings);
    expect((await theirs.call('GET', url)).statusCode).toBe(404);

    const query = 'SELECT event, max(inserted_at) AS last FROM events GROUP BY event';
    const refused = await ours.call('PATCH', url, { query });
    expect([refused.statusCode, refused.json()]).toMatchObject([
      422,
      { field: 'version_column', code: 'query_columns_unusable' },
    ]);
    const changed = await ours.call('PATCH', url, { query, version_column: 'last' });
    expect(changed.json()).toMatchObject({ query, key: ['event'], version_column: 'last', version: 2 });
    // What has nothing to do with the query leaves it as it is.
    expect((await ours.call('PATCH', url, { name: 'Other' })).json()).toMatchObject({ query, name: 'Other' });
  });

  test.each([
    ['query', { model: 'sql' }],
    ['query', { model: 'sql', query: 'SELECT * FROM system.tables' }],
    ['query', { model: 'events', query: COUNTS }],
    ['key', { model: 'events', key: ['event'] }],
    ['key', { model: 'sql', query: COUNTS, key: ['nobody'] }],
    ['filter', { model: 'sql', query: COUNTS, filter: { include_events: ['a'] } }],
    ['columns', { model: 'sql', query: COUNTS, columns: [{ name: 'e', from: { kind: 'column', column: 'event' } }] }],
  ])('is refused at %s', async (field, body) => {
    const destinationId = await createdId(ours, '/api/v1/destinations', BUCKET);
    const answer = await ours.call('POST', '/api/v1/exports', {
      ...{ name: 'Counts', destination_id: destinationId, interval: 'hour' },
      ...body,
    });
    expect([answer.statusCode, answer.json()]).toMatchObject([422, { field, remedy: expect.any(String) }]);
  });

  test('has privacy rules, which a change of the query leaves', async () => {
    const privacy = {
      drop: [{ source: 'event', path: ['email'] }],
      hash: [],
      hash_distinct_id: true,
      hash_person_id: false,
    };
    const id = await newExportOf(ours, { model: 'sql', query: COUNTS, privacy });
    const changed = await ours.call('PATCH', `/api/v1/exports/${id}`, { query: `${COUNTS} DESC` });
    expect(changed.json()).toMatchObject({ privacy, query: `${COUNTS} DESC` });
    const none = await ours.call('PATCH', `/api/v1/exports/${id}`, { privacy: null });
    expect(none.json()).toMatchObject({ privacy: null, version: 3 });
  });

  test('says in its query what other exports say in filter and columns', async () => {
    const id = await newExportOf(ours, { model: 'sql', query: COUNTS });
    const answer = await ours.call('PATCH', `/api/v1/exports/${id}`, { filter: { include_events: ['a'] } });
    expect([answer.statusCode, answer.json()]).toMatchObject([
      422,
      { field: 'filter', code: 'query_setting_unsupported', remedy: expect.stringContaining('WHERE event') },
    ]);
  });

  test('an export of events has no query', async () => {
    const id = await newExportOf(ours);
    expect((await ours.call('GET', `/api/v1/exports/${id}`)).json()).toMatchObject({
      ...{ model: 'events', query: null, key: null, version_column: null },
    });
    const answer = await ours.call('PATCH', `/api/v1/exports/${id}`, { query: COUNTS });
    expect([answer.statusCode, answer.json()]).toMatchObject([422, { field: 'query' }]);
  });
});
