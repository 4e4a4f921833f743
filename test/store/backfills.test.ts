import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import {
  addIntervals,
  listIntervals,
  nextIntervals,
  repeatedFailure,
  settleInterval,
} from '../../store/backfill-intervals.ts';
import { backfillProgress } from '../../store/backfill-progress.ts';
import { createBackfill, getBackfill, setBackfillStatus, type BackfillRecord } from '../../store/backfills.ts';
import { liveRunLag } from '../../store/live-lag.ts';
import { runSpeed } from '../../store/run-speed.ts';
import { createRun } from '../../store/runs.ts';
import { newExport, newTeam, startStore, type StoreFixture } from './fixtures.ts';

let store: StoreFixture;
let exportId: string;
let teamId: number;

const MINUTE_MS = 60_000;

beforeAll(async () => {
  store = await startStore();
});
afterAll(() => store.stop());
beforeEach(async () => {
  teamId = await newTeam(store);
  exportId = (await newExport(store, teamId)).id;
});

/** Around the export's creation: three intervals before it, two after. */
async function planned(rows: (number | undefined)[], changes: Partial<BackfillRecord> = {}): Promise<BackfillRecord> {
  const { createdAt } = await store.db.kysely
    .selectFrom('exports')
    .select('createdAt')
    .where('id', '=', exportId)
    .executeTakeFirstOrThrow();
  const bound = (index: number): Date => new Date(createdAt.getTime() + (index - 3) * MINUTE_MS);
  const backfill = await createBackfill(store.db, {
    ...{ exportId, teamId, rangeStart: bound(0), rangeEnd: bound(rows.length) },
    ...{ newestFirst: false, parallel: 2, force: false, ...changes },
  });
  const intervals = rows.map((expectedRows, index) => ({ start: bound(index), end: bound(index + 1), expectedRows }));
  await addIntervals(store.db, backfill, intervals);
  // A retried plan adds nothing.
  await addIntervals(store.db, backfill, intervals);
  return setBackfillStatus(store.db, { id: backfill.id, to: 'running', from: ['estimating'] });
}

describe('the intervals of a backfill', () => {
  test('what is empty and older than the export is owed to nobody; what is not known is run', async () => {
    const backfill = await planned([0, undefined, 0, 0, 5]);
    const found = await listIntervals(store.db, { backfillId: backfill.id, limit: 10 });
    expect(found.map(({ status }) => status)).toEqual(['empty', 'pending', 'empty', 'pending', 'pending']);
  });

  test('come in the wanted order, without those in flight', async () => {
    for (const newestFirst of [false, true]) {
      const backfill = await planned([1, 2, 3, 4], { newestFirst });
      const first = await nextIntervals(store.db, backfill, { limit: 1, without: [] });
      const then = await nextIntervals(store.db, backfill, {
        limit: 9,
        without: first.map(({ intervalEnd }) => intervalEnd),
      });
      const order = [...first, ...then].map(({ expectedRows }) => expectedRows);
      expect(order).toEqual(newestFirst ? [4, 3, 2, 1] : [1, 2, 3, 4]);
      expect(await nextIntervals(store.db, backfill, { limit: 0, without: [] })).toEqual([]);
    }
  });

  test('progress counts them; the time left follows the pace of the last minutes', async () => {
    const backfill = await planned([10, 10, 10, 10]);
    expect(await backfillProgress(store.db, backfill)).toMatchObject({ pending: 4, rowsLeft: 40, secondsLeft: null });
    await store.db.kysely
      .updateTable('backfills')
      .set({ runningSince: sql<Date>`now() - interval '60 seconds'` })
      .where('id', '=', backfill.id)
      .execute();
    const [one] = await nextIntervals(store.db, backfill, { limit: 1, without: [] });
    const done = { status: 'completed', rows: 10, bytes: 500, runId: randomUUID() } as const;
    await settleInterval(store.db, { backfillId: backfill.id, intervalEnd: one!.intervalEnd, ...done });
    const progress = await backfillProgress(store.db, backfill);
    expect(progress).toMatchObject({ intervals: 4, completed: 1, pending: 3, rows: 10, bytes: 500, rowsLeft: 30 });
    expect(Math.abs((progress.secondsLeft ?? 0) - 180)).toBeLessThan(30);
  });

  test('a failure is repeated only when the last ones all failed alike', async () => {
    const backfill = await planned([1, 1, 1, 1]);
    const settle = async (index: number, errorCode?: string): Promise<string | undefined> => {
      const intervals = await listIntervals(store.db, { backfillId: backfill.id, limit: 10 });
      const outcome =
        errorCode === undefined ? ({ status: 'completed' } as const) : ({ status: 'failed', errorCode } as const);
      const { intervalEnd } = intervals[index]!;
      await settleInterval(store.db, { backfillId: backfill.id, intervalEnd, rows: 0, bytes: 0, ...outcome });
      return repeatedFailure(store.db, backfill.id, 2);
    };
    expect(await settle(0, 's3_denied')).toBeUndefined();
    expect(await settle(1, 'other')).toBeUndefined();
    expect(await settle(2, 'other')).toBe('other');
    expect(await settle(3)).toBeUndefined();
  });

  test('a status never leaves the end by itself', async () => {
    const { id } = await planned([1]);
    await setBackfillStatus(store.db, { id, to: 'cancelled' });
    for (const to of ['running', 'paused', 'completed', 'failed'] as const) {
      await expect(setBackfillStatus(store.db, { id, to })).rejects.toMatchObject({ code: 'backfill_status_conflict' });
    }
    await expect(getBackfill(store.db, { id, teamId: teamId + 1 })).rejects.toMatchObject({
      code: 'backfill_not_found',
    });
  });
});

/** A scheduled run that ended so long after its interval. */
async function ran(of: { exportId: string; endedAgoMs: number; lagMs: number; trigger?: 'manual' }): Promise<void> {
  const finishedAt = new Date(Date.now() - of.endedAgoMs);
  const intervalEnd = new Date(finishedAt.getTime() - of.lagMs - 1_000);
  const { id } = await createRun(store.db, {
    ...{ exportId: of.exportId, intervalStart: new Date(intervalEnd.getTime() - MINUTE_MS), intervalEnd },
    ...{ trigger: of.trigger ?? 'schedule', workflowId: randomUUID(), workflowRunId: randomUUID() },
  });
  await store.db.kysely
    .updateTable('exportRuns')
    .set({
      status: 'completed',
      rows: 1_000,
      startedAt: intervalEnd,
      finishedAt,
      timings: sql`'{"load":500,"settle":1000}'`,
    })
    .where('id', '=', id)
    .execute();
}

test('live runs are measured from when their interval has settled, export by export', async () => {
  await store.db.kysely.deleteFrom('exportRuns').execute();
  const others = [(await newExport(store, teamId)).id, (await newExport(store, teamId)).id];
  const spans = {
    now: { from: new Date(Date.now() - 90_000), to: new Date() },
    usual: { from: new Date(Date.now() - 3_600_000), to: new Date(Date.now() - 600_000) },
    settleMs: 1_000,
  };
  expect(await liveRunLag(store.db, spans)).toEqual({ nowMs: undefined, usualMs: undefined });
  for (const id of [exportId, ...others]) {
    await ran({ exportId: id, endedAgoMs: 1_200_000, lagMs: 400 });
    await ran({ exportId: id, endedAgoMs: 30_000, lagMs: id === exportId ? 90_000 : 500 });
    await ran({ exportId: id, endedAgoMs: 20_000, lagMs: 500_000, trigger: 'manual' });
  }
  const { nowMs, usualMs } = await liveRunLag(store.db, spans);
  expect([Math.round(nowMs ?? 0), Math.round(usualMs ?? 0)]).toEqual([500, 400]);
});

test('the speed of an export is that of its last runs, without what they waited for', async () => {
  expect(await runSpeed(store.db, exportId)).toMatchObject({ runs: 0 });
  await ran({ exportId, endedAgoMs: 0, lagMs: 2_500 });
  await ran({ exportId, endedAgoMs: 60_000, lagMs: 2_500 });
  const { runs, rowsPerSecond, secondsPerRun } = await runSpeed(store.db, exportId);
  expect([runs, rowsPerSecond]).toEqual([2, 2_000]);
  expect(secondsPerRun).toBeCloseTo(2, 1);
});
