import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { expectedIntervals } from '../../core/expected-intervals.ts';
import { intervalEndingAt, lastFinishedInterval, nextIntervals } from '../../core/schedule-spec.ts';
import { getExportVersion, setExportPaused, updateExport, type ExportRecord } from '../../store/exports.ts';
import { databaseNow, listOpenIntervals } from '../../store/gaps.ts';
import { openExpectedIntervals, openInterval } from '../../store/intervals.ts';
import { acquireLease, commitLedger } from '../../store/ledger.ts';
import { updateRun } from '../../store/runs.ts';
import { getExpectation, getTimeline } from '../../store/schedules.ts';
import { INTERVAL, newExport, newRun, newTeam, startStore, type StoreFixture } from './fixtures.ts';

const MINUTE_MS = 60_000;

let store: StoreFixture;
let teamId: number;

beforeAll(async () => {
  store = await startStore();
  teamId = await newTeam(store);
});
afterAll(() => store.stop());

/** Moves the export's creation, and with it what is expected, into the past. */
async function bornMinutesAgo(record: ExportRecord, minutes: number): Promise<Date> {
  const past = new Date((await databaseNow(store.db)).getTime() - minutes * MINUTE_MS);
  await store.db.kysely.updateTable('exports').set({ createdAt: past }).where('id', '=', record.id).execute();
  await store.db.kysely.updateTable('exportSchedules').set({ since: past }).where('exportId', '=', record.id).execute();
  return past;
}

async function ledgerEnds(exportId: string): Promise<Date[]> {
  return (await listOpenIntervals(store.db, { exportId, limit: 1_000 })).map(({ end }) => end);
}

describe('the time line of an export', () => {
  test('has a schedule more for each edit of the grid, and for nothing else', async () => {
    const record = await newExport(store, teamId);
    const edit = (patch: Parameters<typeof updateExport>[1]['patch']): Promise<ExportRecord> =>
      updateExport(store.db, { teamId, id: record.id, patch });
    await edit({ name: 'another name', jitterSeconds: 30 });
    await edit({ interval: '5m', timeZone: 'UTC' });
    expect(await getTimeline(store.db.kysely, record.id)).toHaveLength(1);
    await edit({ interval: 'day', timeZone: 'Europe/Berlin', hourOffset: 5 });
    const [first, second] = await getTimeline(store.db.kysely, record.id);
    expect(first?.spec.interval).toBe('5m');
    expect(second?.spec).toEqual({ interval: 'day', timeZone: 'Europe/Berlin', hourOffset: 5, weekdayOffset: 0 });
    const version = await getExportVersion(store.db, record.id, 4);
    expect(version).toMatchObject({ interval: 'day', timeZone: 'Europe/Berlin', hourOffset: 5, jitterSeconds: 30 });
  });

  test('keeps dates as dates, also in the settings that a run is pinned to', async () => {
    const record = await newExport(store, teamId);
    const [startAt, endAt] = [new Date('2026-12-01T00:00:00Z'), new Date('2027-01-01T00:00:00Z')];
    const changed = await updateExport(store.db, { teamId, id: record.id, patch: { startAt, endAt } });
    expect(changed).toMatchObject({ startAt, endAt });
    expect(await getExportVersion(store.db, record.id, 2)).toMatchObject({ startAt, endAt });
    expect(await getExportVersion(store.db, record.id, 1)).toMatchObject({ startAt: null, endAt: null });
  });

  test('an edit takes over after the last interval of the ledger, also where clocks differ', async () => {
    const record = await newExport(store, teamId);
    const [next] = nextIntervals(await getTimeline(store.db.kysely, record.id), await databaseNow(store.db), 1);
    const key = { exportId: record.id, intervalStart: next!.start, intervalEnd: next!.end };
    expect(await openInterval(store.db, key)).toBe(true);
    await updateExport(store.db, { teamId, id: record.id, patch: { interval: 'week' } });
    const timeline = await getTimeline(store.db.kysely, record.id);
    expect(timeline.at(-1)?.since).toEqual(next!.end);
    expect(intervalEndingAt(timeline, next!.end)).toEqual(next);
    expect(nextIntervals(timeline, next!.end, 1)[0]?.start).toEqual(next!.end);
  });

  test('an edit and a run that begins beside it never overlap', async () => {
    for (let round = 0; round < 8; round += 1) {
      const record = await newExport(store, teamId);
      const before = await getTimeline(store.db.kysely, record.id);
      // The run's end is a little ahead, so that it is an interval of whichever came first.
      const [run] = nextIntervals(before, await databaseNow(store.db), 1);
      const [opened] = await Promise.all([
        openInterval(store.db, { exportId: record.id, intervalStart: run!.start, intervalEnd: run!.end }),
        updateExport(store.db, { teamId, id: record.id, patch: { interval: 'week' } }),
      ]);
      const after = await getTimeline(store.db.kysely, record.id);
      const known = intervalEndingAt(after, run!.end);
      expect(opened).toBe(known !== undefined);
      expect(nextIntervals(after, run!.start, 1)[0]?.start).toEqual(run!.start);
    }
  });
});

describe('a ledger row', () => {
  test('is made for intervals of the time line only, and keeps its bounds', async () => {
    const { id: exportId } = await newExport(store, teamId);
    const wrong = { exportId, intervalStart: INTERVAL.intervalStart, intervalEnd: new Date('2026-11-21T12:03:00Z') };
    expect(await openInterval(store.db, wrong)).toBe(false);
    expect(await openInterval(store.db, { exportId, ...INTERVAL })).toBe(true);
    expect(await openInterval(store.db, { exportId, ...INTERVAL })).toBe(true);
    const longer = { ...INTERVAL, intervalStart: new Date('2026-11-21T11:55:00Z') };
    expect(await openInterval(store.db, { exportId, ...longer })).toBe(false);
    const lease = { exportId, ...longer, runId: randomUUID(), ttlMs: MINUTE_MS };
    expect(await acquireLease(store.db, lease)).toEqual({ acquired: false, reason: 'no_interval' });
  });
});

describe('what is expected', () => {
  test('gets its ledger rows once it has settled, each once, in any number of calls', async () => {
    const record = await newExport(store, teamId);
    const born = await bornMinutesAgo(record, 15 * 24 * 60);
    const settled = { exportId: record.id, settleMs: 10 * MINUTE_MS };
    let calls = 1;
    while (await openExpectedIntervals(store.db, settled)) {
      calls += 1;
    }
    expect(calls).toBeGreaterThan(2);
    await openExpectedIntervals(store.db, settled);
    const ends = await store.db.kysely
      .selectFrom('intervalLedger')
      .select(['intervalStart', 'intervalEnd'])
      .where('exportId', '=', record.id)
      .orderBy('intervalEnd')
      .execute();
    expect(ends[0]!.intervalStart <= born && ends[0]!.intervalEnd > born).toBe(true);
    expect(ends.slice(1).map((row) => row.intervalStart)).toEqual(ends.slice(0, -1).map((row) => row.intervalEnd));
    const until = new Date((await databaseNow(store.db)).getTime() - 10 * MINUTE_MS);
    expect(ends.at(-1)!.intervalEnd).toEqual(lastFinishedInterval(record, until).end);
  });

  test.each([
    [true, 'is wanted'],
    [false, 'is given up'],
  ])('what ended in a pause, resumed with fill_gap %s, %s', async (fillGap) => {
    const record = await newExport(store, teamId);
    await bornMinutesAgo(record, 60);
    await setExportPaused(store.db, { teamId, id: record.id, paused: true });
    await store.db.kysely
      .updateTable('exportPauses')
      .set({ pausedAt: sql<Date>`now() - interval '31 minutes'` })
      .where('exportId', '=', record.id)
      .execute();
    expect(await openExpectedIntervals(store.db, { exportId: record.id, settleMs: 0 })).toBe(false);
    expect(await ledgerEnds(record.id)).toEqual([]);
    await setExportPaused(store.db, { teamId, id: record.id, paused: false, fillGap });
    await openExpectedIntervals(store.db, { exportId: record.id, settleMs: 0 });
    const ends = await ledgerEnds(record.id);
    expect(ends.length).toBeGreaterThanOrEqual(fillGap ? 12 : 5);
    expect(ends.length).toBeLessThanOrEqual(fillGap ? 13 : 7);
    const now = await databaseNow(store.db);
    const row = { ...record, createdAt: new Date(now.getTime() - 60 * MINUTE_MS) };
    const expectation = await getExpectation(store.db.kysely, row);
    expect(expectation.pauses).toHaveLength(fillGap ? 0 : 1);
    expect([...expectedIntervals(expectation, row.createdAt, now)].map(({ end }) => end)).toEqual(ends);
  });

  test('an earlier start date brings back what it had left out', async () => {
    const record = await newExport(store, teamId);
    await bornMinutesAgo(record, 60);
    const settled = { exportId: record.id, settleMs: 0 };
    const startAt = new Date(Date.now() + 24 * 60 * MINUTE_MS);
    await updateExport(store.db, { teamId, id: record.id, patch: { startAt } });
    await openExpectedIntervals(store.db, settled);
    expect(await ledgerEnds(record.id)).toEqual([]);
    await updateExport(store.db, { teamId, id: record.id, patch: { startAt: null } });
    await openExpectedIntervals(store.db, settled);
    expect((await ledgerEnds(record.id)).length).toBeGreaterThanOrEqual(12);
  });
});

test('open intervals name their newest run; exported ones are left out', async () => {
  const { id: exportId } = await newExport(store, teamId);
  const run = await newRun(store, exportId);
  const lease = await acquireLease(store.db, { exportId, ...INTERVAL, runId: run.id, ttlMs: MINUTE_MS });
  await updateRun(store.db, run.id, { status: 'failed', errorCode: 's3_bucket_missing', remedy: 'Create it.' });
  const skipped = await newRun(store, exportId);
  await updateRun(store.db, skipped.id, { status: 'skipped' });
  const last = {
    runId: run.id,
    status: 'failed',
    errorCode: 's3_bucket_missing',
    remedy: 'Create it.',
    fills: 0,
    waitedOut: false,
    quotaSet: false,
  };
  const times = { startedAt: expect.any(Date), finishedAt: expect.any(Date) };
  expect(await listOpenIntervals(store.db, { exportId, limit: 10 })).toEqual([
    { start: INTERVAL.intervalStart, end: INTERVAL.intervalEnd, last: { ...last, ...times } },
  ]);
  const { epoch, generation } = lease as Extract<typeof lease, { acquired: true }>;
  const counts = { rows: 1, bytes: 1, hash: '1' };
  await commitLedger(store.db, { exportId, ...INTERVAL, runId: run.id, epoch, generation, ...counts });
  expect(await listOpenIntervals(store.db, { exportId, limit: 10 })).toEqual([]);
});
