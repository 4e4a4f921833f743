import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { LightMyRequestResponse } from 'fastify';
import { completeChunk, putChunks } from '../../store/chunks.ts';
import { acquireLease, commitLedger } from '../../store/ledger.ts';
import { updateRun } from '../../store/runs.ts';
import { newRun } from '../store/fixtures.ts';
import { BUCKET, createdId, newExportOf, NOW, startApi, WEBHOOK, type ApiFixture, type Caller } from './fixtures.ts';

let api: ApiFixture;
let caller: Caller;

const CONDITION = 'filter.properties.0';
const IS_SET = { key: 'plan', source: 'event', operator: 'is_set' };

function filterBy(condition: Record<string, unknown>): Record<string, unknown> {
  return { filter: { properties: [{ key: 'plan', source: 'event', ...condition }] } };
}

function or(conditions: number): Record<string, unknown> {
  return { operator: 'or', filters: Array(conditions).fill(IS_SET) };
}

function nested(levels: number): Record<string, unknown> {
  return levels === 0 ? IS_SET : { operator: 'and', filters: [nested(levels - 1)] };
}

const COLUMN = 'columns.0';

function columnOf(from: Record<string, unknown>): Record<string, unknown> {
  return { columns: [{ name: 'c', from }] };
}

function propertyOf(path: string[]): Record<string, unknown> {
  return columnOf({ kind: 'property', source: 'event', path });
}

beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());
beforeEach(async () => {
  caller = await api.newCaller();
  api.controlPlane.calls = [];
});

describe('an export', () => {
  test('is created with a schedule, read, changed, paused, resumed and deleted', async () => {
    const id = await newExportOf(caller, { filter: { include_events: ['signup'] }, max_file_mb: 64 });
    const created = (await caller.call('GET', `/api/v1/exports/${id}`)).json();
    expect(created).toMatchObject({
      name: 'Nightly',
      interval: '5m',
      model: 'events',
      filter: { include_events: ['signup'] },
      max_file_mb: 64,
      paused: false,
      version: 1,
    });
    expect(created.format).toEqual({ file_format: expect.any(String), compression: expect.any(String) });

    const format = { file_format: 'jsonl', compression: 'gzip' };
    const changed = await caller.call('PATCH', `/api/v1/exports/${id}`, {
      interval: 'hour',
      format,
      max_file_mb: null,
    });
    expect(changed.json()).toMatchObject({ interval: 'hour', format, max_file_mb: null, version: 2, name: 'Nightly' });
    expect((await caller.call('POST', `/api/v1/exports/${id}/pause`)).json()).toMatchObject({
      paused: true,
      version: 3,
    });
    expect((await caller.call('POST', `/api/v1/exports/${id}/resume`)).json()).toMatchObject({ paused: false });
    expect((await caller.call('DELETE', `/api/v1/exports/${id}`)).json()).toMatchObject({ state: 'deleted' });
    expect((await caller.call('GET', `/api/v1/exports/${id}`)).statusCode).toBe(404);

    const { calls } = api.controlPlane;
    const base = { exportId: id, teamId: caller.teamId, name: 'Nightly', destinationKind: 's3' };
    expect(calls).toEqual([
      ['upsertExportSchedule', expect.objectContaining({ ...base, interval: '5m', paused: false })],
      ['upsertExportSchedule', expect.objectContaining({ ...base, interval: 'hour', paused: false })],
      ['upsertExportSchedule', expect.objectContaining({ interval: 'hour', paused: true })],
      ['upsertExportSchedule', expect.objectContaining({ interval: 'hour', paused: false })],
      ['deleteExportSchedule', id],
    ]);
  });

  test('is not kept when its schedule cannot be made', async () => {
    const destination = await createdId(caller, '/api/v1/destinations', BUCKET);
    api.controlPlane.failure = new Error('14 UNAVAILABLE');
    const body = { name: 'E', destination_id: destination, interval: '1m' };
    const response = await caller.call('POST', '/api/v1/exports', body);
    expect([response.statusCode, response.json().code]).toEqual([503, 'control_plane_unavailable']);
    expect(Number(response.headers['retry-after'])).toBeGreaterThan(0);
    expect((await caller.call('GET', '/api/v1/exports')).json().items).toEqual([]);
  });

  test('a pause that Temporal did not take is taken when repeated', async () => {
    const id = await newExportOf(caller);
    api.controlPlane.failure = new Error('14 UNAVAILABLE');
    expect((await caller.call('POST', `/api/v1/exports/${id}/pause`)).statusCode).toBe(503);
    expect((await caller.call('POST', `/api/v1/exports/${id}/pause`)).json()).toMatchObject({ paused: true });
    expect(api.controlPlane.calls.at(-1)).toMatchObject(['upsertExportSchedule', { paused: true }]);
  });

  test('keeps filters on properties as they were sent, up to three levels deep', async () => {
    const filter = {
      properties: [
        { key: 'plan', source: 'person', operator: 'exact', value: ['pro', 1.5, true] },
        { key: 'total', source: 'event', operator: 'gte', value: '9007199254740993' },
        nested(3),
        or(3),
      ],
    };
    const id = await newExportOf(caller, { filter });
    expect((await caller.call('GET', `/api/v1/exports/${id}`)).json()).toMatchObject({ filter });
    const cleared = await caller.call('PATCH', `/api/v1/exports/${id}`, { filter: {} });
    expect(cleared.json().filter).toEqual({});
  });

  test.each([
    ['an unknown destination', { destination_id: randomUUID() }, 'destination_id', 'destination_not_found'],
    ['an unknown interval', { interval: '2m' }, 'interval', 'validation_failed'],
    [
      'a format that S3 cannot write',
      { format: { file_format: 'jsonl', compression: 'snappy' } },
      'format',
      'format_unsupported',
    ],
    ['an unknown field', { intervall: 'day' }, 'intervall', 'validation_failed'],
    ['a nested wrong type', { filter: { include_events: [1] } }, 'filter.include_events.0', 'validation_failed'],
    ['an unknown operator', filterBy({ operator: 'like', value: 'a' }), `${CONDITION}.operator`, 'validation_failed'],
    ['a key with NUL', filterBy({ operator: 'is_set', key: 'a\0' }), `${CONDITION}.key`, 'validation_failed'],
    ['a long key', filterBy({ operator: 'is_set', key: 'k'.repeat(401) }), `${CONDITION}.key`, 'validation_failed'],
    ['a look-ahead', filterBy({ operator: 'regex', value: 'a(?=b)' }), `${CONDITION}.value`, 'validation_failed'],
    ['no number', filterBy({ operator: 'gt', value: 'many' }), `${CONDITION}.value`, 'validation_failed'],
    [
      'no date',
      filterBy({ operator: 'is_date_before', value: '2026-02-30' }),
      `${CONDITION}.value`,
      'validation_failed',
    ],
    [
      '1,001 values',
      filterBy({ operator: 'in', value: Array(1_001).fill(1) }),
      `${CONDITION}.value`,
      'validation_failed',
    ],
    [
      'a fourth level',
      { filter: { properties: [nested(4)] } },
      `${CONDITION}${'.filters.0'.repeat(3)}.operator`,
      'validation_failed',
    ],
    ['51 conditions', { filter: { properties: [or(26), or(25)] } }, 'filter.properties', 'validation_failed'],
    ['an unknown column', columnOf({ kind: 'column', column: 'ip' }), `${COLUMN}.from.column`, 'validation_failed'],
    ['an unknown source', columnOf({ kind: 'sql', sql: '1' }), `${COLUMN}.from.kind`, 'validation_failed'],
    ['an empty path', propertyOf([]), `${COLUMN}.from.path`, 'validation_failed'],
    ['a path with NUL', propertyOf(['a\0']), `${COLUMN}.from.path.0`, 'validation_failed'],
    [
      'a zone that is none',
      columnOf({ kind: 'date_part', column: 'timestamp', part: 'date', time_zone: 'Mars' }),
      `${COLUMN}.from.time_zone`,
      'validation_failed',
    ],
    [
      'names that differ by case',
      { columns: ['a', 'A'].map((name) => ({ name, from: { kind: 'literal', value: 1 } })) },
      'columns',
      'validation_failed',
    ],
    ['no column', { columns: [] }, 'columns', 'validation_failed'],
    [
      'a rule of NUL',
      { privacy: { drop: [{ source: 'event', path: ['\0'] }] } },
      'privacy.drop.0.path.0',
      'validation_failed',
    ],
    ['a name of spaces', { name: '  ' }, 'name', 'validation_failed'],
    ['a name with NUL', { name: 'a\0b' }, 'name', 'validation_failed'],
    ['an event with NUL', { filter: { include_events: ['a\0'] } }, 'filter.include_events.0', 'validation_failed'],
  ])('is refused with %s, naming the field', async (_name, change, field, code) => {
    const destination = await createdId(caller, '/api/v1/destinations', BUCKET);
    const body = { name: 'E', destination_id: destination, interval: 'day', ...change };
    const response = await caller.call('POST', '/api/v1/exports', body);
    expect([response.statusCode, response.json()]).toEqual([422, expect.objectContaining({ code, field })]);
    expect(response.json().remedy).toMatch(/\w/);
    expect((await caller.call('GET', '/api/v1/exports')).json().items).toEqual([]);
  });

  test('keeps columns and privacy rules as they were sent; null removes them', async () => {
    const columns = [
      { name: 'id', from: { kind: 'column', column: 'uuid' } },
      { name: 'at', from: { kind: 'column', column: 'inserted_at' } },
      { name: 'it\'s "q"', from: { kind: 'property', source: 'event', path: ['$set', 'a.b'], type: 'integer' } },
      { name: 'day', from: { kind: 'date_part', column: 'timestamp', part: 'date', time_zone: 'Europe/Berlin' } },
      { name: 'who', from: { kind: 'hash', of: { kind: 'column', column: 'distinct_id' } } },
    ];
    const drop = [{ source: 'event', path: ['$geoip_*'] }];
    const privacy = { drop, hash: [], hash_distinct_id: true, hash_person_id: false };
    const id = await newExportOf(caller, { columns, privacy });
    const read = (): Promise<LightMyRequestResponse> => caller.call('GET', `/api/v1/exports/${id}`);
    expect((await read()).json()).toMatchObject({ columns, privacy });
    const other = await caller.call('PATCH', `/api/v1/exports/${id}`, { name: 'Other' });
    expect(other.json()).toMatchObject({ columns, privacy });
    await caller.call('PATCH', `/api/v1/exports/${id}`, { columns: null, privacy: null });
    expect((await read()).json()).toMatchObject({ columns: null, privacy: null });
  });

  test('that merges needs its key and version among its columns', async () => {
    const config = { host: 'db.example.com', user: 'u', database: 'd', table: 't' };
    const destination = await createdId(caller, '/api/v1/destinations', { name: 'P', kind: 'postgres', config });
    const body = { name: 'E', destination_id: destination, interval: 'day', mode: 'merge' };
    const key = { name: 'id', from: { kind: 'column', column: 'uuid' } };
    const version = { name: 'at', from: { kind: 'column', column: 'inserted_at' } };
    const refused = await caller.call('POST', '/api/v1/exports', { ...body, columns: [key] });
    expect([refused.statusCode, refused.json()]).toMatchObject([422, { code: 'export_key_missing', field: 'columns' }]);
    expect(refused.json().remedy).toContain('inserted_at');
    const id = await createdId(caller, '/api/v1/exports', { ...body, columns: [key, version] });
    const changed = await caller.call('PATCH', `/api/v1/exports/${id}`, { columns: [version] });
    expect(changed.json()).toMatchObject({ code: 'export_key_missing', field: 'columns' });
  });

  test('is refused to a webhook', async () => {
    const destination = await createdId(caller, '/api/v1/webhooks', WEBHOOK);
    const body = { name: 'E', destination_id: destination, interval: 'day' };
    expect((await caller.call('POST', '/api/v1/exports', body)).json()).toMatchObject({
      code: 'destination_not_found',
    });
  });
});

test('lists page through everything once, from new to old', async () => {
  const ids = [];
  for (let count = 0; count < 5; count += 1) {
    ids.unshift(await newExportOf(caller));
  }
  const seen: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: { items: { id: string }[]; next_cursor: string | null } = (
      await caller.call('GET', `/api/v1/exports?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`)
    ).json();
    seen.push(...page.items.map((item) => item.id));
    cursor = page.next_cursor;
  }
  expect([...seen].sort()).toEqual([...ids].sort());
});

test.each([
  ['limit=0', 'limit'],
  ['limit=101', 'limit'],
  ['limit=ten', 'limit'],
  ['cursor=nonsense', 'cursor'],
  [`cursor=${Buffer.from('["2026","x"]').toString('base64url')}`, 'cursor'],
])('a page of ?%s is refused', async (query, field) => {
  const response = await caller.call('GET', `/api/v1/exports?${query}`);
  expect([response.statusCode, response.json().field]).toEqual([422, field]);
});

describe('run now', () => {
  test('takes the last finished interval', async () => {
    const id = await newExportOf(caller);
    const response = await caller.call('POST', `/api/v1/exports/${id}/run`);
    expect([response.statusCode, response.json()]).toEqual([
      202,
      {
        workflow_id: expect.stringContaining(id),
        interval_start: '2026-11-21T12:00:00.000Z',
        interval_end: '2026-11-21T12:05:00.000Z',
      },
    ]);
    expect(api.controlPlane.calls.at(-1)).toEqual([
      'startExportRun',
      expect.objectContaining({
        exportId: id,
        intervalStart: new Date('2026-11-21T12:00:00Z'),
        intervalEnd: new Date('2026-11-21T12:05:00Z'),
        trigger: 'manual',
        force: false,
      }),
    ]);
  });

  test('takes an interval of the past, in any offset', async () => {
    const id = await newExportOf(caller);
    const response = await caller.call('POST', `/api/v1/exports/${id}/run`, {
      interval_end: '2026-11-20T13:10:00+02:00',
    });
    expect(response.json()).toMatchObject({ interval_end: '2026-11-20T11:10:00.000Z' });
  });

  test.each([
    ['2026-11-21T12:03:00Z', 'Use 2026-11-21T12:00:00Z.'],
    ['2026-11-21T12:10:00Z', 'Use 2026-11-21T12:05:00Z or earlier.'],
    ['yesterday', 'Correct'],
  ])('refuses the end %s with a remedy', async (end, remedy) => {
    const id = await newExportOf(caller);
    const response = await caller.call('POST', `/api/v1/exports/${id}/run`, { interval_end: end });
    expect([response.statusCode, response.json()]).toEqual([
      422,
      expect.objectContaining({ field: 'interval_end', remedy: expect.stringContaining(remedy) }),
    ]);
    expect(api.controlPlane.calls.map(([name]) => name)).not.toContain('startExportRun');
  });

  test('repeats an exported interval only by force', async () => {
    const id = await newExportOf(caller);
    const key = { exportId: id, intervalEnd: new Date('2026-11-21T12:05:00Z') };
    const runId = randomUUID();
    const lease = { ...key, intervalStart: new Date('2026-11-21T12:00:00Z'), runId, ttlMs: 1_000 };
    await acquireLease(api.store.db, lease);
    await commitLedger(api.store.db, { ...key, runId, epoch: 1, generation: 0, rows: 1, bytes: 1, hash: '1' });
    const refused = await caller.call('POST', `/api/v1/exports/${id}/run`);
    expect([refused.statusCode, refused.json().code]).toEqual([409, 'interval_exported']);
    const forced = await caller.call('POST', `/api/v1/exports/${id}/run`, { force: true });
    expect(forced.statusCode).toBe(202);
    expect(api.controlPlane.calls.at(-1)).toMatchObject(['startExportRun', { force: true, whenOpen: 'follow' }]);
    expect(api.controlPlane.calls.at(-1)?.[1]).not.toHaveProperty('replacesKept');
    await caller.call('POST', `/api/v1/exports/${id}/run`, { force: true, replace_kept: true });
    expect(api.controlPlane.calls.at(-1)).toMatchObject(['startExportRun', { force: true, replacesKept: true }]);
  });

  test('joins an open run of the interval, and refuses to repeat what is not exported yet', async () => {
    const id = await newExportOf(caller);
    const { intervalEnd } = await newRun(api.store, id);
    const body = { interval_end: intervalEnd.toISOString() };
    expect((await caller.call('POST', `/api/v1/exports/${id}/run`, body)).statusCode).toBe(202);
    expect(api.controlPlane.calls.at(-1)).toMatchObject(['startExportRun', { force: false, whenOpen: 'join' }]);
    const forced = await caller.call('POST', `/api/v1/exports/${id}/run`, { ...body, force: true });
    expect([forced.statusCode, forced.json().code]).toEqual([409, 'interval_running']);
  });
});

describe('runs', () => {
  test('are listed and read with their error and remedy', async () => {
    const exportId = await newExportOf(caller);
    const { id } = await newRun(api.store, exportId);
    const failure = { errorCode: 's3_bucket_missing', errorMessage: 'no bucket', remedy: 'Create it.' };
    await updateRun(api.store.db, id, { status: 'failed', ...failure });
    const { items } = (await caller.call('GET', `/api/v1/exports/${exportId}/runs`)).json();
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({
      id,
      status: 'failed',
      error: { code: 's3_bucket_missing', message: 'no bucket', remedy: 'Create it.' },
      interval_end: '2026-11-21T12:05:00.000Z',
    });
    const alone = { previous_run_id: null, next_run_id: null };
    expect((await caller.call('GET', `/api/v1/runs/${id}`)).json()).toEqual({ ...items[0], ...alone });
    const log = (await caller.call('GET', `/api/v1/runs/${id}/log?level=warn`)).json();
    expect(log).toMatchObject({ items: [{ level: 'info', message: 'planned', fields: { chunks: 3 } }] });
    const asked = { teamId: caller.teamId, source: 'export_run', sourceId: id };
    expect(api.events.queries.at(-1)).toMatchObject({ ...asked, levels: ['warn', 'error'] });
    await caller.call('GET', `/api/v1/runs/${id}/log?cursor=${log.items[0].id}`);
    const after = { loggedMs: NOW.getTime(), hash: '18446744073709551615' };
    expect(api.events.queries.at(-1)).toMatchObject({ ...asked, after });
    const strayed = await caller.call('GET', `/api/v1/runs/${id}/log?cursor=WzFd`);
    expect([strayed.statusCode, strayed.json().field]).toEqual([422, 'cursor']);
  });

  test('name those before and after them, in the order of the list', async () => {
    const exportId = await newExportOf(caller);
    await Promise.all([1, 2, 3].map(() => newRun(api.store, exportId)));
    const { items } = (await caller.call('GET', `/api/v1/exports/${exportId}/runs`)).json();
    const beside = { previous_run_id: items[2].id, next_run_id: items[0].id };
    expect((await caller.call('GET', `/api/v1/runs/${items[1].id}`)).json()).toEqual({ ...items[1], ...beside });
  });

  test('show the files they wrote, page by page, once they have completed', async () => {
    const run = await newRun(api.store, await newExportOf(caller));
    const sizes = [[4], [2, 1]];
    const bounds = sizes.map((_, index) => ({ startMicros: index, endMicros: index + 1, expectedRows: 1 }));
    const key = { runId: run.id, generation: run.generation };
    await putChunks(api.store.db, key, bounds);
    for (const [index, rows] of sizes.entries()) {
      const files = rows.map((count) => ({ key: `f${String(count)}`, rows: count, bytes: count * 9, sha256: 'ab' }));
      await completeChunk(api.store.db, { ...key, index, receipt: { rows: 1, bytes: 1, files } });
    }
    const url = `/api/v1/runs/${run.id}/files`;
    expect((await caller.call('GET', url)).json()).toEqual({ items: [], next_cursor: null, manifest: null });
    await updateRun(api.store.db, run.id, { status: 'completed' });
    const first = (await caller.call('GET', `${url}?limit=2`)).json();
    expect(first.items).toEqual([
      { key: 'f4', rows: 4, bytes: 36, sha256: 'ab' },
      { key: 'f2', rows: 2, bytes: 18, sha256: 'ab' },
    ]);
    expect(first.manifest).toBe('day/interval_manifest.json');
    const rest = (await caller.call('GET', `${url}?cursor=${String(first.next_cursor)}`)).json();
    expect(rest).toMatchObject({ items: [{ key: 'f1', rows: 1 }], next_cursor: null });
  });

  test('are cancelled while they are open', async () => {
    const run = await newRun(api.store, await newExportOf(caller));
    expect((await caller.call('POST', `/api/v1/runs/${run.id}/cancel`)).statusCode).toBe(202);
    expect(api.controlPlane.calls.at(-1)).toEqual(['cancelExportRun', run.workflowId]);
    await updateRun(api.store.db, run.id, { status: 'cancelled' });
    const again = await caller.call('POST', `/api/v1/runs/${run.id}/cancel`);
    expect([again.statusCode, again.json().code]).toEqual([409, 'run_finished']);
  });
});
