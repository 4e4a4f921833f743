import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { settleBackfillInterval } from '../../activities/backfill/settle-backfill.ts';
import { resumeDue } from '../../activities/backfill/quota-waits.ts';
import { judgeGap } from '../../core/gap-fill.ts';
import { quotaRenewal } from '../../core/quotas.ts';
import { addIntervals, listIntervals, markRunning } from '../../store/backfill-intervals.ts';
import type { DueBackfill } from '../../store/open-backfills.ts';
import { createBackfill, getBackfill, setBackfillStatus } from '../../store/backfills.ts';
import { databaseNow, listOpenIntervals } from '../../store/gaps.ts';
import { listNotices } from '../../store/notices.ts';
import { forgetOldTakings, getExportQuota, hasWaited, setExportQuota, takeRows } from '../../store/quotas.ts';
import type { RunRecord } from '../../store/runs.ts';
import { startWorld, type World } from '../chaos/world.ts';
import { aDayLater } from './a-day-later.ts';
import { untilNotAroundMidnight } from './midnight.ts';
import { activity, begin, exportMinute, minuteWith, type Minute, type Team } from './world.ts';

jest.setTimeout(120_000);

/** With room for a busy machine. */
const LONGEST_TEST_MS = 30_000;

let world: World;
let team: Team;

beforeAll(async () => {
  world = await startWorld(['file']);
}, 120_000);
afterAll(async () => {
  await world.stop();
});
beforeEach(async () => {
  await untilNotAroundMidnight(LONGEST_TEST_MS);
  team = await world.newExport(world.targets[0]!);
});

const quota = async (of: Team = team): ReturnType<typeof getExportQuota> =>
  getExportQuota(world.db, of.teamId, await databaseNow(world.db));
const setQuota = (rows: number | null, of: Team = team): Promise<void> => setExportQuota(world.db, of.teamId, rows);

/** The interval as the gap detector sees it; undefined: it is exported. */
async function openInterval(minute: Minute) {
  const open = await listOpenIntervals(world.db, { exportId: team.exportId, limit: 100 });
  return open.find(({ end }) => end.getTime() === minute.end.getTime());
}

describe('the quota of exported rows', () => {
  test('ends a run before anything is loaded, and the interval is exported when it has renewed', async () => {
    const [first, second] = [await minuteWith(world, team, 0, 4), await minuteWith(world, team, 1, 3)];
    await setQuota(6);
    expect(await exportMinute(world, { team, minute: first })).toMatchObject({ status: 'completed', rows: 4 });
    const refused = await exportMinute(world, { team, minute: second });
    expect(refused).toMatchObject({
      ...{ status: 'over_quota', errorCode: 'quota_exceeded', errorFault: 'customer', rows: 0, rowsIn: 0, files: 0 },
      errorMessage: 'the interval has 3 rows, and 4 of the 6 that the team may export in a day are used',
      remedy: expect.stringContaining(quotaRenewal(refused.startedAt).toISOString()),
    });
    expect(await quota()).toMatchObject({ limit: 6, used: 4 });
    const waits = await openInterval(second);
    expect(judgeGap(waits?.last)).toEqual({ state: 'failed', due: quotaRenewal(refused.startedAt) });

    await aDayLater(world, team);
    const { due } = judgeGap((await openInterval(second))?.last);
    expect(due!.getTime()).toBeLessThanOrEqual(Date.now());
    const filled = await exportMinute(world, { team, minute: second, trigger: 'gap_fill' });
    expect(filled).toMatchObject({ status: 'completed', rows: 3 });
    expect(await quota()).toMatchObject({ used: 3 });
    expect(await openInterval(second)).toBeUndefined();
    expect(await hasWaited(world.db, filled)).toBe(true);
    expect(await hasWaited(world.db, { exportId: team.exportId, intervalEnd: first.end })).toBe(false);
  });

  test('is told once a day', async () => {
    await setQuota(3);
    for (const index of [0, 1, 2]) {
      await exportMinute(world, { team, minute: await minuteWith(world, team, index, 2) });
    }
    const notices = await listNotices(world.db, { teamId: team.teamId, limit: 10 });
    expect(notices.map(({ event }) => event)).toEqual(['quota.reached']);
  });

  test('for which an interval is too large says so, and that only a larger one helps', async () => {
    const [large, small] = [await minuteWith(world, team, 0, 4), await minuteWith(world, team, 1, 3)];
    await setQuota(3);
    const refused = await exportMinute(world, { team, minute: large });
    expect(refused).toMatchObject({
      ...{ status: 'over_quota', errorCode: 'quota_too_small', errorFault: 'customer', rows: 0, files: 0 },
      errorMessage: 'the interval has 4 rows, more than the 3 that the team may export in a whole day',
      remedy: expect.stringContaining('raise the quota to at least 4 rows'),
    });
    expect(await exportMinute(world, { team, minute: small })).toMatchObject({ status: 'completed' });
    for (const minute of [large, await minuteWith(world, team, 2, 1)]) {
      expect(await exportMinute(world, { team, minute })).toMatchObject({ status: 'over_quota' });
    }
    const notices = await listNotices(world.db, { teamId: team.teamId, limit: 10 });
    expect(notices).toMatchObject([
      { subject: `team/${String(team.teamId)}`, details: { error_code: 'quota_exceeded' } },
      {
        ...{ event: 'quota.reached', subject: `export/${team.exportId}` },
        title: 'An interval has more rows than the quota of a whole day',
        text: `${refused.errorMessage!}. ${refused.remedy!}`,
        details: { error_code: 'quota_too_small', run_id: refused.id },
      },
    ]);

    await aDayLater(world, team);
    const again = await exportMinute(world, { team, minute: large, trigger: 'gap_fill' });
    expect(again).toMatchObject({ status: 'over_quota', errorCode: 'quota_too_small' });
    await setQuota(4);
    expect(judgeGap((await openInterval(large))?.last)).toEqual({ state: 'failed', due: again.finishedAt });
    const filled = await exportMinute(world, { team, minute: large, trigger: 'gap_fill' });
    expect(filled).toMatchObject({ status: 'completed', rows: 4 });
  });

  test('that is set anew lets what was refused be tried again', async () => {
    const minute = await minuteWith(world, team, 0, 4);
    await setQuota(0);
    const refused = await exportMinute(world, { team, minute });
    await setQuota(null);
    const { last } = (await openInterval(minute))!;
    expect(judgeGap(last)).toEqual({ state: 'failed', due: refused.finishedAt });
    expect(await exportMinute(world, { team, minute, trigger: 'gap_fill' })).toMatchObject({ status: 'completed' });
  });

  test('is not passed by two runs at once', async () => {
    const minutes = [await minuteWith(world, team, 0, 4), await minuteWith(world, team, 1, 4)];
    await setQuota(7);
    const runs = await Promise.all(minutes.map((minute, worker) => exportMinute(world, { team, minute, worker })));
    expect(runs.map(({ status }) => status).sort()).toEqual(['completed', 'over_quota']);
    expect(await quota()).toMatchObject({ used: 4 });
  });

  test('leaves other teams alone', async () => {
    const other = await world.newExport(world.targets[0]!);
    await setQuota(0);
    const minute = await minuteWith(world, other, 0, 2);
    expect(await exportMinute(world, { team: other, minute })).toMatchObject({ status: 'completed', rows: 2 });
    expect([await quota(), await quota(other)]).toMatchObject([{ used: 0 }, { limit: null, used: 2 }]);
  });

  test('takes nothing for an interval without rows, nor for a run that did not come to its end', async () => {
    await setQuota(0);
    const empty = await minuteWith(world, team, 0, 0);
    expect(await exportMinute(world, { team, minute: empty })).toMatchObject({ status: 'completed', rows: 0 });

    await setQuota(5);
    const minute = await minuteWith(world, team, 1, 5);
    const run = await begin(world, { team, minute });
    const { exports } = world.worker(0);
    await activity(() => exports.planInterval(run));
    expect(await quota()).toMatchObject({ used: 5 });
    await activity(() => exports.finishRun({ run, status: 'cancelled', rows: 0, bytes: 0, files: 0 }));
    expect(await quota()).toMatchObject({ used: 0 });
    expect(await exportMinute(world, { team, minute })).toMatchObject({ status: 'completed', rows: 5 });
  });

  test('does not stop a run that has begun: what came late is exported, and counts', async () => {
    const minute = await minuteWith(world, team, 0, 4);
    await setQuota(4);
    const beforeVerify = async (): Promise<void> => {
      await minuteWith(world, team, 0, 1);
    };
    expect(await exportMinute(world, { team, minute, beforeVerify })).toMatchObject({ status: 'completed', rows: 5 });
    expect(await quota()).toMatchObject({ limit: 4, used: 5 });
  });

  test('never refuses a repair, which counts, and forgets old days', async () => {
    const at = new Date('2026-11-20T12:00:00Z');
    const { runId } = await begin(world, { team, minute: await minuteWith(world, team, 0, 0) });
    const taking = { runId, teamId: team.teamId, rows: 9, at };
    await setQuota(8);
    expect(await takeRows(world.db, taking)).toEqual({ limit: 8, used: 0 });
    expect(await takeRows(world.db, { ...taking, evenBeyond: true })).toBeUndefined();
    const usedThen = async (): Promise<number> => (await getExportQuota(world.db, team.teamId, at)).used;
    expect(await usedThen()).toBe(9);
    await forgetOldTakings(world.db, new Date('2026-11-27T00:00:00Z'));
    expect(await usedThen()).toBe(9);
    await forgetOldTakings(world.db, new Date('2026-11-28T00:00:00Z'));
    expect(await usedThen()).toBe(0);
  });
});

describe('a backfill that meets the quota', () => {
  let id: string;
  let minute: Minute;
  let refused: RunRecord;

  beforeEach(async () => {
    minute = await minuteWith(world, team, 0, 4);
    const range = { rangeStart: minute.start, rangeEnd: minute.end };
    const wish = { ...team, ...range, newestFirst: false, parallel: 1, force: false };
    const backfill = await createBackfill(world.db, wish);
    id = backfill.id;
    await addIntervals(world.db, backfill, [{ ...minute, expectedRows: 4 }]);
    await setBackfillStatus(world.db, { id, to: 'running', from: ['estimating'] });
    await markRunning(world.db, id, [minute.end]);
    await setQuota(5);
    await exportMinute(world, { team, minute: await minuteWith(world, team, 1, 2) });
    refused = await exportMinute(world, { team, minute, trigger: 'backfill' });
    await settle();
  });

  async function settle(): Promise<void> {
    const { errorCode, errorMessage, id: runId } = refused;
    await settleBackfillInterval(world.worker(0).deps, {
      ...{ backfillId: id, intervalEnd: minute.end.toISOString(), status: 'failed', rows: 0, bytes: 0, runId },
      ...{ errorCode: errorCode ?? '', errorMessage: errorMessage ?? '' },
    });
  }

  /** Those of this test's backfill that are told to go on. */
  async function resumed(): Promise<DueBackfill[]> {
    const told: DueBackfill[] = [];
    await resumeDue({ db: world.db }, (backfill) => {
      told.push(backfill);
      return Promise.resolve();
    });
    return told.filter(({ backfillId }) => backfillId === id);
  }
  const status = async (): Promise<string> => (await getBackfill(world.db, { id })).status;

  test('keeps its interval, and goes on by itself when it has renewed', async () => {
    const resumesAt = quotaRenewal(refused.startedAt);
    const reason = expect.stringContaining(resumesAt.toISOString());
    expect(await getBackfill(world.db, { id })).toMatchObject({ status: 'paused', reason, resumesAt });
    expect(await listIntervals(world.db, { backfillId: id, limit: 10 })).toMatchObject([
      { status: 'pending', finishedAt: null, errorCode: null },
    ]);
    expect(await resumed()).toEqual([]);

    await aDayLater(world, team);
    const [told, ...others] = await resumed();
    expect(others).toEqual([]);
    expect(told).toMatchObject({ ...team, backfillId: id, name: 'file', destinationKind: 'file', interval: '1m' });
    expect(await getBackfill(world.db, { id })).toMatchObject({ status: 'running', reason: null, resumesAt: null });
    expect(await resumed()).toEqual([]);
  });

  test('goes on when the quota is set anew', async () => {
    await setQuota(6);
    expect(await resumed()).toHaveLength(1);
    expect(await exportMinute(world, { team, minute, trigger: 'backfill' })).toMatchObject({ status: 'completed' });
  });

  test('waits for nothing when the quota was set anew before it was paused', async () => {
    await setBackfillStatus(world.db, { id, to: 'running' });
    await setQuota(6);
    await settle();
    expect(await resumed()).toHaveLength(1);
  });

  test('is told again after a crash, until it was told', async () => {
    await setQuota(6);
    const lost = resumeDue({ db: world.db }, () => Promise.reject(new Error('Temporal is away')));
    await expect(lost).rejects.toThrow('Temporal is away');
    expect(await resumed()).toHaveLength(1);
    expect(await resumed()).toEqual([]);
  });

  test('goes on beside an interval for which the quota is too small', async () => {
    await setBackfillStatus(world.db, { id, to: 'running' });
    await markRunning(world.db, id, [minute.end]);
    await setQuota(3);
    refused = await exportMinute(world, { team, minute, trigger: 'backfill' });
    await settle();
    expect(await status()).toBe('running');
    expect(await listIntervals(world.db, { backfillId: id, limit: 10 })).toMatchObject([
      { status: 'failed', errorCode: 'quota_too_small', errorMessage: refused.errorMessage },
    ]);
  });

  test('stays paused when somebody pauses it', async () => {
    await setBackfillStatus(world.db, { id, to: 'paused' });
    await aDayLater(world, team);
    await setQuota(null);
    expect(await resumed()).toEqual([]);
    expect(await status()).toBe('paused');
    await setBackfillStatus(world.db, { id, to: 'running' });
    expect(await status()).toBe('running');
  });
});
