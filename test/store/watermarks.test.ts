import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { nextIntervals } from '../../core/schedule-spec.ts';
import type { IntervalBounds } from '../../core/intervals.ts';
import type { ExportRecord } from '../../store/exports.ts';
import { acquireLease, commitLedger } from '../../store/ledger.ts';
import { createReconciliation } from '../../store/reconciliations.ts';
import { createRepair, settleRepair } from '../../store/repairs.ts';
import { createRun } from '../../store/runs.ts';
import { getTimeline } from '../../store/schedules.ts';
import { advanceWatermark, exportsBehind, watermarkAges } from '../../store/watermarks.ts';
import { dueReconciliations } from '../../activities/reconcile/reconciliations.ts';
import type { ActivityDeps } from '../../activities/deps.ts';
import { createChannel } from '../../store/notification-channels.ts';
import { listNotices } from '../../store/notices.ts';
import { newExport, newTeam, startStore, type StoreFixture } from './fixtures.ts';

const DAY_MS = 24 * 60 * 60_000;

let store: StoreFixture;
let teamId: number;

beforeAll(async () => {
  store = await startStore();
  teamId = await newTeam(store);
});
afterAll(() => store.stop());

async function firstIntervals(record: ExportRecord, count: number): Promise<IntervalBounds[]> {
  return nextIntervals(await getTimeline(store.db.kysely, record.id), record.createdAt, count);
}

async function commit(record: ExportRecord, { start: intervalStart, end: intervalEnd }: IntervalBounds): Promise<void> {
  const run = await createRun(store.db, {
    ...{ exportId: record.id, intervalStart, intervalEnd, trigger: 'schedule' },
    ...{ workflowId: `export/${record.id}`, workflowRunId: intervalEnd.toISOString() },
  });
  const key = { exportId: record.id, intervalEnd };
  const lease = await acquireLease(store.db, { ...key, intervalStart, runId: run.id, ttlMs: 60_000 });
  expect(lease.acquired).toBe(true);
  const { epoch, generation } = lease as { epoch: number; generation: number };
  await commitLedger(store.db, { ...key, epoch, generation, runId: run.id, rows: 1, bytes: 1, hash: '1' });
}

describe('the completeness watermark', () => {
  test('moves over intervals that follow each other, and stops at the first that is not committed', async () => {
    const record = await newExport(store, teamId);
    const [first, second, third, fourth] = await firstIntervals(record, 4);
    const markAt = (): Promise<Date> => advanceWatermark(store.db, record, fourth!.end);
    expect(await markAt()).toEqual(first!.start);
    await commit(record, first!);
    await commit(record, third!);
    expect(await markAt()).toEqual(first!.end);
    await commit(record, second!);
    expect(await markAt()).toEqual(third!.end);
    await commit(record, fourth!);
    expect(await markAt()).toEqual(fourth!.end);
  });

  test('stays before an interval that was found to lack rows until it is repaired', async () => {
    const record = await newExport(store, teamId);
    const intervals = await firstIntervals(record, 2);
    for (const interval of intervals) {
      await commit(record, interval);
    }
    const [first, second] = intervals;
    const { id: reconciliationId } = await createReconciliation(store.db, {
      ...{ exportId: record.id, teamId, rangeStart: first!.start, rangeEnd: second!.end },
      ...{ dryRun: true, trigger: 'manual', workflowId: record.id, workflowRunId: 'r' },
    });
    const counts = { rowsLate: 3, rowsLost: 0, rowsSurplus: 0, rowsUnknown: 0, rowsGoneFromSource: 0 };
    const repair = await createRepair(store.db, {
      ...{ reconciliationId, exportId: record.id, intervalStart: second!.start, intervalEnd: second!.end, ...counts },
      ...{ baseGeneration: 0, destination: 'compared', files: [], action: 'whole', selection: null, removals: null },
      note: null,
    });
    expect(await advanceWatermark(store.db, record, second!.end)).toEqual(second!.start);
    await settleRepair(store.db, repair.id, { status: 'repaired' });
    expect(await advanceWatermark(store.db, record, second!.end)).toEqual(second!.end);
  });
});

test('an export that never committed anything lags since it exists, its team is told once, and a paused one does not count', async () => {
  const [never, paused] = [await newExport(store, teamId), await newExport(store, teamId)];
  await store.db.kysely
    .updateTable('exports')
    .set({ createdAt: new Date(Date.now() - 40 * DAY_MS) })
    .where('id', 'in', [never.id, paused.id])
    .execute();
  await store.db.kysely
    .updateTable('exports')
    .set({ paused: true, pausedBy: 'user' })
    .where('id', '=', paused.id)
    .execute();
  expect(await exportsBehind(store.db, 39 * DAY_MS)).toMatchObject([{ id: never.id, teamId, name: never.name }]);
  expect(await exportsBehind(store.db, 41 * DAY_MS)).toEqual([]);
  await createChannel(store.db, store.box, {
    ...{ teamId, name: 'ops', events: null, enabled: true },
    config: { kind: 'slack', url: 'https://hooks.example/x' },
  });
  const temporal = { workflow: { start: () => Promise.reject(new Error('away')) } };
  const deps = { db: store.db, logger: { warn: () => undefined }, metrics: { watermarks: () => undefined }, temporal };
  await dueReconciliations(deps as unknown as ActivityDeps);
  await dueReconciliations(deps as unknown as ActivityDeps);
  const notices = await listNotices(store.db, { teamId, limit: 10 });
  expect(notices).toMatchObject([{ event: 'destination.near_log_ttl', subject: `export/${never.id}` }]);
  const [age] = await watermarkAges(store.db);
  expect([age?.kind, Math.floor((age?.ageMs ?? 0) / DAY_MS)]).toEqual(['s3', 40]);
});
