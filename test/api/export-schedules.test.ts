import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { acquireLease } from '../../store/ledger.ts';
import { updateRun } from '../../store/runs.ts';
import { INTERVAL, newRun } from '../store/fixtures.ts';
import { newExportOf, startApi, type ApiFixture, type Caller } from './fixtures.ts';

const LATER = new Date('2026-11-21T13:00:30Z');
const BERLIN = { interval: 'day', time_zone: 'Europe/Berlin', hour_offset: 5 };

let clock: () => Date;
let api: ApiFixture;
let caller: Caller;

beforeAll(async () => {
  api = await startApi({ now: () => clock() });
});
afterAll(() => api.stop());
beforeEach(async () => {
  caller = await api.newCaller();
  api.controlPlane.calls = [];
  clock = () => LATER;
});

/** An export of every five minutes since 11:58, of which nothing has run. */
async function exportSince1158(): Promise<string> {
  const id = await newExportOf(caller);
  const createdAt = new Date('2026-11-21T11:58:00Z');
  await api.store.db.kysely.updateTable('exports').set({ createdAt }).where('id', '=', id).execute();
  return id;
}

describe('a schedule in local time', () => {
  test('is stored, shown, given to Temporal and changed', async () => {
    const dates = { start_at: '2026-12-01T00:00:00+01:00', end_at: '2027-01-01T00:00:00Z' };
    const id = await newExportOf(caller, { ...BERLIN, weekday_offset: 1, jitter_seconds: 60, ...dates });
    const stored = { start_at: '2026-11-30T23:00:00.000Z', end_at: '2027-01-01T00:00:00.000Z' };
    const created = (await caller.call('GET', `/api/v1/exports/${id}`)).json();
    expect(created).toMatchObject({ ...BERLIN, weekday_offset: 1, jitter_seconds: 60, ...stored });
    expect(api.controlPlane.calls.at(-1)?.[1]).toMatchObject({
      spec: { interval: 'day', timeZone: 'Europe/Berlin', hourOffset: 5, weekdayOffset: 1 },
      jitterSeconds: 60,
      // The first whole day from midnight on is the one from 5 to 5.
      firstEnd: new Date('2026-12-02T04:00:00Z'),
      endAt: new Date('2027-01-01T00:00:00Z'),
    });
    const changed = await caller.call('PATCH', `/api/v1/exports/${id}`, { start_at: null, time_zone: 'Asia/Kolkata' });
    expect(changed.json()).toMatchObject({ ...BERLIN, time_zone: 'Asia/Kolkata', start_at: null, version: 2 });
    expect(api.controlPlane.calls.at(-1)?.[1]).toMatchObject({ firstEnd: null, spec: { timeZone: 'Asia/Kolkata' } });
  });

  test.each([
    [{ time_zone: 'europe/berlin' }, 'time_zone', 'time_zone_unknown', 'Europe/Berlin'],
    [{ time_zone: 'Mars/Base' }, 'time_zone', 'time_zone_unknown', 'Europe/Berlin'],
    [{ hour_offset: 24 }, 'hour_offset', 'validation_failed', 'Correct'],
    [{ weekday_offset: 7 }, 'weekday_offset', 'validation_failed', 'Correct'],
    [{ jitter_seconds: 901 }, 'jitter_seconds', 'validation_failed', 'Correct'],
    [
      { start_at: '2026-12-01T00:00:00Z', end_at: '2026-12-01T00:00:00Z' },
      'end_at',
      'schedule_empty',
      'Use a later end_at',
    ],
  ])('is refused with %j', async (change, field, code, remedy) => {
    const id = await newExportOf(caller, BERLIN);
    for (const [method, url, body] of [
      ['PATCH', `/api/v1/exports/${id}`, change],
      ['POST', '/api/v1/schedule-preview', { ...BERLIN, ...change }],
    ] as const) {
      const response = await caller.call(method, url, body);
      expect([response.statusCode, response.json()]).toEqual([422, expect.objectContaining({ code, field })]);
      expect(response.json().remedy).toContain(remedy);
    }
    expect((await caller.call('GET', `/api/v1/exports/${id}`)).json()).toMatchObject({ ...BERLIN, version: 1 });
  });

  test('an end date before the start date that is stored is refused', async () => {
    const id = await newExportOf(caller, { start_at: '2026-12-01T00:00:00Z' });
    const response = await caller.call('PATCH', `/api/v1/exports/${id}`, { end_at: '2026-11-30T00:00:00Z' });
    expect(response.json()).toMatchObject({ code: 'schedule_empty' });
  });

  test('is previewed without being stored, over a change of the clock and up to its end', async () => {
    const body = {
      ...BERLIN,
      hour_offset: 0,
      start_at: '2027-03-27T00:00:00Z',
      end_at: '2027-03-30T00:00:00Z',
      count: 9,
    };
    const preview = (await caller.call('POST', '/api/v1/schedule-preview', body)).json();
    expect(preview).toMatchObject({ paused: false, time_zone: 'Europe/Berlin' });
    expect(preview.items).toEqual([
      {
        interval_start: '2027-03-27T23:00:00.000Z',
        interval_end: '2027-03-28T22:00:00.000Z',
        local_start: '2027-03-28T00:00:00+01:00',
        local_end: '2027-03-29T00:00:00+02:00',
      },
      expect.objectContaining({ interval_end: '2027-03-29T22:00:00.000Z', local_end: '2027-03-30T00:00:00+02:00' }),
    ]);
    expect((await caller.call('GET', '/api/v1/exports')).json().items).toEqual([]);
    expect(api.controlPlane.calls).toEqual([]);
  });
});

test('the next runs follow an edit: the interval under way ends with the new schedule', async () => {
  // An edit holds from the database's time on.
  clock = (): Date => new Date();
  const id = await newExportOf(caller, { interval: '5m' });
  const path = `/api/v1/exports/${id}/next-runs?count=2`;
  const next = async (): Promise<{ interval_start: string; interval_end: string }[]> =>
    (await caller.call('GET', path)).json().items;
  const before = await next();
  await caller.call('PATCH', `/api/v1/exports/${id}`, { interval: 'day' });
  const [first, second] = await next();
  expect([before[0]?.interval_start, before[0]?.interval_end]).toContain(first?.interval_start);
  expect(first?.interval_end).toMatch(/T00:00:00\.000Z$/);
  expect(second?.interval_start).toBe(first?.interval_end);
  await caller.call('POST', `/api/v1/exports/${id}/pause`);
  expect((await caller.call('GET', path)).json()).toMatchObject({ paused: true });
  expect((await caller.call('GET', `/api/v1/exports/${id}/next-runs?count=0`)).json()).toMatchObject({
    field: 'count',
  });
});

describe('gaps', () => {
  test('are listed page by page with what is done about them, up to ten minutes ago', async () => {
    const id = await exportSince1158();
    const run = await newRun(api.store, id);
    await acquireLease(api.store.db, { exportId: id, ...INTERVAL, runId: run.id, ttlMs: 1_000 });
    const failure = { errorCode: 's3_bucket_missing', errorMessage: 'no bucket', remedy: 'Create it.' };
    await updateRun(api.store.db, run.id, { status: 'failed', ...failure });
    const first = (await caller.call('GET', `/api/v1/exports/${id}/gaps?limit=2`)).json();
    expect(first.items).toEqual([
      {
        interval_start: '2026-11-21T11:55:00.000Z',
        interval_end: '2026-11-21T12:00:00.000Z',
        ...{ state: 'missing', run: null, next_try_at: '2026-11-21T12:10:00.000Z' },
      },
      {
        interval_start: '2026-11-21T12:00:00.000Z',
        interval_end: '2026-11-21T12:05:00.000Z',
        ...{ state: 'failed', next_try_at: null },
        run: { id: run.id, status: 'failed', error_code: 's3_bucket_missing', remedy: 'Create it.' },
      },
    ]);
    const rest = (await caller.call('GET', `/api/v1/exports/${id}/gaps?cursor=${first.next_cursor}`)).json();
    expect(rest.items.map((gap: { interval_end: string }) => gap.interval_end.slice(11, 16))).toEqual([
      ...['12:10', '12:15', '12:20', '12:25', '12:30', '12:35', '12:40', '12:45', '12:50'],
    ]);
    expect(rest.next_cursor).toBeNull();
    expect((await caller.call('GET', `/api/v1/exports/${id}/gaps?cursor=x`)).json()).toMatchObject({ field: 'cursor' });
  });

  test('do not count what a pause gave up', async () => {
    const id = await exportSince1158();
    await caller.call('POST', `/api/v1/exports/${id}/pause`);
    const pausedAt = new Date('2026-11-21T12:01:00Z');
    await api.store.db.kysely.updateTable('exportPauses').set({ pausedAt }).where('exportId', '=', id).execute();
    const gaps = async (): Promise<unknown[]> => (await caller.call('GET', `/api/v1/exports/${id}/gaps`)).json().items;
    expect(await gaps()).toEqual([
      expect.objectContaining({ interval_end: '2026-11-21T12:00:00.000Z', next_try_at: null }),
    ]);
    await caller.call('POST', `/api/v1/exports/${id}/resume`, { fill_gap: true });
    expect((await gaps()).length).toBe(11);
  });
});
