import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { addIntervals, settleInterval } from '../../store/backfill-intervals.ts';
import { getBackfill, setBackfillStatus } from '../../store/backfills.ts';
import { acquireLease, commitLedger } from '../../store/ledger.ts';
import { INTERVAL, newRun } from '../store/fixtures.ts';
import { createdId, newExportOf, startApi, type ApiFixture, type Caller } from './fixtures.ts';

let api: ApiFixture;
let caller: Caller;
let exportId: string;
let path: string;

/** The clock of the fixture says 12:07:30; the exports run every five minutes. */
const HOUR = { from: '2026-11-21T11:00:00Z', to: '2026-11-21T12:00:00Z' };

beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());
beforeEach(async () => {
  caller = await api.newCaller();
  exportId = await newExportOf(caller);
  path = `/api/v1/exports/${exportId}/backfills`;
  api.controlPlane.calls = [];
});

async function commit(): Promise<void> {
  const { id: runId } = await newRun(api.store, exportId);
  const lease = await acquireLease(api.store.db, { exportId, ...INTERVAL, runId, ttlMs: 60_000 });
  if (!lease.acquired) {
    throw new Error(lease.reason);
  }
  const { epoch, generation } = lease;
  const ended = { rows: 1, bytes: 1, hash: '1' };
  await commitLedger(api.store.db, { exportId, ...INTERVAL, runId, epoch, generation, ...ended });
}

/** Ends as the workers would have left them: the first interval failed, the others are open. */
async function running(): Promise<string> {
  const id = await createdId(caller, path, HOUR);
  const backfill = await getBackfill(api.store.db, { id });
  const of = (minute: number): Date => new Date(Date.parse(HOUR.from) + minute * 60_000);
  const intervals = [0, 5, 10].map((minute) => ({ start: of(minute), end: of(minute + 5), expectedRows: 1_000 }));
  await addIntervals(api.store.db, backfill, intervals);
  await setBackfillStatus(api.store.db, { id, to: 'running', from: ['estimating'] });
  const failed = { status: 'failed', rows: 0, bytes: 0, errorCode: 's3_denied', errorMessage: 'denied' } as const;
  await settleInterval(api.store.db, { backfillId: id, intervalEnd: of(5), ...failed });
  return id;
}

describe('a new backfill', () => {
  test('is told to its workflow, widened to whole intervals, and listed', async () => {
    const body = { from: '2026-11-21T11:02:00Z', to: '2030-01-01T00:00:00+01:00', order: 'oldest', parallel: 3 };
    const created = await caller.call('POST', path, body);
    expect([created.statusCode, created.json()]).toEqual([
      201,
      expect.objectContaining({
        ...{ export_id: exportId, status: 'estimating', order: 'oldest', parallel: 3, force: false, estimate: null },
        ...{ range_start: '2026-11-21T11:00:00.000Z', range_end: '2026-11-21T12:05:00.000Z' },
      }),
    ]);
    const { id, workflow_id: workflowId } = created.json<{ id: string; workflow_id: string }>();
    expect(workflowId).toBe(`backfill/${id}`);
    expect(api.controlPlane.calls).toEqual([
      ['backfillChanged', expect.objectContaining({ backfillId: id, exportId, name: 'Nightly', interval: '5m' })],
    ]);
    const list = await caller.call('GET', path);
    expect(list.json()).toEqual({ items: [created.json()], next_cursor: null });
  });

  test('is only estimated on a dry run: what is exported already is left out, unless forced', async () => {
    await commit();
    const range = { from: '2026-11-21T11:55:00Z', to: '2026-11-21T12:05:00Z', dry_run: true };
    const left = await caller.call('POST', path, range);
    expect([left.statusCode, left.json()]).toEqual([
      200,
      {
        ...{ range_start: '2026-11-21T11:55:00.000Z', range_end: '2026-11-21T12:05:00.000Z' },
        estimate: {
          ...{ intervals: 1, skipped: 1, empty: 0, rows: 1_000, bytes: 500_000 },
          ...{ minutes: expect.any(Number), basis: 'default' },
        },
      },
    ]);
    const all = await caller.call('POST', path, { ...range, force: true });
    expect(all.json().estimate).toMatchObject({ intervals: 2, skipped: 0, rows: 2_000 });
    expect(api.controlPlane.calls).toEqual([]);
    expect((await caller.call('GET', path)).json().items).toEqual([]);
  });

  test.each([
    ['nothing has ended', { from: '2026-11-21T12:06:00Z', to: '2026-11-21T13:00:00Z' }, 'backfill_range_invalid'],
    ['the end comes first', { from: HOUR.to, to: HOUR.from }, 'backfill_range_invalid'],
    ['too many intervals', { from: '2020-01-01T00:00:00Z', to: HOUR.to }, 'backfill_range_invalid'],
    ['too many at once', { ...HOUR, parallel: 17 }, 'validation_failed'],
    ['no time', { ...HOUR, from: 'yesterday' }, 'validation_failed'],
  ])('is refused: %s', async (_name, body, code) => {
    const response = await caller.call('POST', path, body);
    expect([response.statusCode, response.json().code]).toEqual([422, code]);
    expect(api.controlPlane.calls).toEqual([]);
  });
});

describe('a backfill under way', () => {
  test('is paused, resumed and cancelled, and the workflow hears of it', async () => {
    const id = await running();
    api.controlPlane.calls = [];
    for (const [verb, status] of [
      ['pause', 'paused'],
      ['pause', 'paused'],
      ['resume', 'running'],
      ['cancel', 'cancelled'],
    ]) {
      const changed = await caller.call('POST', `/api/v1/backfills/${id}/${verb!}`);
      expect([changed.statusCode, changed.json().status]).toEqual([202, status]);
    }
    expect(api.controlPlane.calls.map(([name]) => name)).toEqual(Array(4).fill('backfillChanged'));
    const over = await caller.call('POST', `/api/v1/backfills/${id}/resume`);
    expect([over.statusCode, over.json()]).toEqual([
      409,
      expect.objectContaining({ code: 'backfill_status_conflict', remedy: expect.stringContaining('another one') }),
    ]);
  });

  test('shows its progress and its intervals page by page', async () => {
    const id = await running();
    const { progress } = (await caller.call('GET', `/api/v1/backfills/${id}`)).json();
    expect(progress).toMatchObject({ intervals: 3, failed: 1, pending: 2, rows_left: 2_000, percent: 33.3 });
    const ends: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page = (await caller.call('GET', `/api/v1/backfills/${id}/intervals?limit=2${query}`)).json();
      ends.push(...(page.items as { interval_end: string }[]).map(({ interval_end: end }) => end));
      cursor = page.next_cursor as string | null;
    }
    expect(ends).toEqual(['05', '10', '15'].map((minute) => `2026-11-21T11:${minute}:00.000Z`));
    const failed = (await caller.call('GET', `/api/v1/backfills/${id}/intervals?status=failed`)).json();
    expect(failed.items).toEqual([expect.objectContaining({ error: { code: 's3_denied', message: 'denied' } })]);
  });

  test('exports its failed intervals again, all or one of them', async () => {
    const id = await running();
    const other = await caller.call('POST', `/api/v1/backfills/${id}/retry`, { interval_end: '2026-11-21T11:10:00Z' });
    expect(other.json().progress).toMatchObject({ failed: 1, pending: 2 });
    const all = await caller.call('POST', `/api/v1/backfills/${id}/retry`);
    expect([all.statusCode, all.json().progress]).toEqual([202, expect.objectContaining({ failed: 0, pending: 3 })]);
  });

  test('is cancelled with its export', async () => {
    const id = await running();
    api.controlPlane.calls = [];
    await caller.call('DELETE', `/api/v1/exports/${exportId}`);
    expect(api.controlPlane.calls).toContainEqual(['cancelExportRun', `backfill/${id}`]);
    const { status, reason } = (await caller.call('GET', `/api/v1/backfills/${id}`)).json();
    expect({ status, reason }).toEqual({ status: 'cancelled', reason: 'the export was deleted' });
    const resumed = await caller.call('POST', `/api/v1/backfills/${id}/resume`);
    expect([resumed.statusCode, resumed.json().code]).toEqual([409, 'backfill_status_conflict']);
  });
});
