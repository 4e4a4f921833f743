import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { closeReconciliation, createReconciliation } from '../../store/reconciliations.ts';
import { recordLateData, markLateDataLoaded } from '../../store/late-data.ts';
import { createRepair, settleRepair } from '../../store/repairs.ts';
import { newRun } from '../store/fixtures.ts';
import { newExportOf, startApi, type ApiFixture, type Caller } from './fixtures.ts';

const DAY_MS = 24 * 60 * 60_000;
const HASH = String(2n ** 64n - 1n);
const [FROM, TO] = ['2026-11-21T11:00:00.000Z', '2026-11-21T12:00:00.000Z'];
const INTERVAL = { intervalStart: new Date('2026-11-21T11:55:00Z'), intervalEnd: new Date(TO) };
const COUNTS = { rowsLate: 3, rowsLost: 2, rowsSurplus: 0, rowsUnknown: 0, rowsGoneFromSource: 0 };

let api: ApiFixture;
let caller: Caller;
let exportId: string;
let url: string;

beforeAll(async () => {
  api = await startApi();
  caller = await api.newCaller();
  exportId = await newExportOf(caller);
  url = `/api/v1/exports/${exportId}`;
});
afterAll(() => api.stop());

/** A reconciliation that found late rows in one interval. */
async function reconciliation(trigger: 'manual' | 'schedule', differs: boolean): Promise<string> {
  const { db } = api.store;
  const { id: reconciliationId } = await createReconciliation(db, {
    ...{ exportId, teamId: caller.teamId, rangeStart: new Date(FROM), rangeEnd: new Date(TO) },
    ...{ dryRun: false, trigger, workflowId: `reconcile/${exportId}`, workflowRunId: String(Math.random()) },
  });
  if (differs) {
    const repair = await createRepair(db, {
      ...{ reconciliationId, exportId, ...INTERVAL, ...COUNTS, baseGeneration: 0, destination: 'compared' },
      ...{ files: [], action: 'supplement', selection: { groups: [[1, 2]], keys: [] }, removals: null, note: null },
    });
    await recordLateData(db, {
      ...{ repairId: repair.id, exportId, teamId: caller.teamId, ...INTERVAL, rows: 3, hash: HASH },
      ...{ buckets: [[2, 3, HASH]], firstMicros: 1_763_726_100_000_001, lastMicros: 1_763_726_100_000_002 },
    });
    await settleRepair(db, repair.id, { status: 'repaired' });
  }
  await closeReconciliation(db, { id: reconciliationId, status: 'completed' });
  return reconciliationId;
}

describe('POST /exports/:id/reconcile', () => {
  test('starts a reconciliation of the range', async () => {
    const body = { from: FROM, to: '2026-11-21T13:00:00+01:00', dry_run: true };
    const answer = await caller.call('POST', `${url}/reconcile`, body);
    expect(answer.statusCode).toBe(202);
    expect(answer.json()).toMatchObject({ workflow_id: `reconcile/${exportId}-${TO}`, from: FROM, to: TO });
    const range = { exportId, teamId: caller.teamId, from: new Date(FROM), to: new Date(TO), dryRun: true };
    expect(api.controlPlane.calls.at(-1)).toEqual(['reconcileExport', expect.objectContaining(range)]);
  });

  test('removes copies where somebody asks for it, and only of rows', async () => {
    const body = { from: FROM, to: TO, repair_copies: true };
    const files = await caller.call('POST', `${url}/reconcile`, body);
    expect([files.statusCode, files.json()]).toMatchObject([
      422,
      { field: 'repair_copies', code: 'copies_not_removable', remedy: expect.stringContaining('DEDUPLICATE') },
    ]);
  });

  test('refuses a range without an interval', async () => {
    const refused = await caller.call('POST', `${url}/reconcile`, { from: TO, to: TO });
    expect([refused.statusCode, refused.json().code, refused.json().field]).toEqual([422, 'range_empty', 'to']);
  });
});

test('reconciliations are listed with what they found, clean ones of the Schedule are not kept', async () => {
  const [clean, found] = [await reconciliation('manual', false), await reconciliation('schedule', true)];
  const gone = await reconciliation('schedule', false);
  const { items } = (await caller.call('GET', `${url}/reconciliations`)).json();
  expect(items.map(({ id }: { id: string }) => id)).toEqual([found, clean]);
  expect(items[0]).toMatchObject({ intervals_differing: 1, intervals_repaired: 1, rows_late: 3, rows_lost: 2 });
  const first = (await caller.call('GET', `${url}/reconciliations?limit=1`)).json();
  const second = await caller.call('GET', `${url}/reconciliations?limit=1&cursor=${String(first.next_cursor)}`);
  expect(second.json().items).toMatchObject([{ id: clean, intervals_differing: 0, rows_late: 0 }]);

  const one = (await caller.call('GET', `${url}/reconciliations/${found}`)).json();
  expect(one.repairs).toMatchObject([{ interval_end: TO, action: 'supplement', status: 'repaired', rows_late: 3 }]);
  expect((await caller.call('GET', `${url}/reconciliations/${gone}`)).json().code).toBe('reconciliation_not_found');
});

test('late data is listed with microseconds and 64 bits, and with the run that loaded it', async () => {
  const run = await newRun(api.store, exportId);
  await markLateDataLoaded(api.store.db, { exportId, intervalEnd: INTERVAL.intervalEnd, runId: run.id });
  const { items } = (await caller.call('GET', `${url}/late-data`)).json();
  expect(items).toMatchObject([
    {
      ...{ interval_end: TO, rows: 3, hash: HASH, buckets: [{ bucket: 2, rows: 3, hash: HASH }] },
      first_inserted_at: '2025-11-21T11:55:00.000001Z',
      last_inserted_at: '2025-11-21T11:55:00.000002Z',
      loaded_by_run_id: run.id,
    },
  ]);
});

test('another team finds none of it', async () => {
  const other = await api.newCaller();
  const id = await reconciliation('manual', true);
  for (const path of ['/reconciliations', `/reconciliations/${id}`, '/late-data']) {
    expect((await other.call('GET', `${url}${path}`)).statusCode).toBe(404);
  }
  expect((await other.call('POST', `${url}/reconcile`, { from: FROM, to: TO })).statusCode).toBe(404);
  const theirs = await newExportOf(other);
  const crossed = await other.call('GET', `/api/v1/exports/${theirs}/reconciliations/${id}`);
  expect(crossed.json().code).toBe('reconciliation_not_found');
});

test('an export says up to when it is complete, and warns before the log ends', async () => {
  const at = Date.now();
  const aged = await startApi({ now: () => new Date(at + 28 * DAY_MS) });
  const owner = await aged.newCaller();
  const id = await newExportOf(owner);
  const { completeness, warnings } = (await owner.call('GET', `/api/v1/exports/${id}`)).json();
  expect(Date.parse(completeness.complete_until)).toBeLessThanOrEqual(at + 60_000);
  expect(completeness.behind_seconds * 1_000).toBeGreaterThan(27 * DAY_MS);
  expect(warnings).toMatchObject([{ code: 'near_log_end' }]);
  await aged.stop();
});
