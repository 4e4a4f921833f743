import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { exportsPausedBecauseOf, pauseHopelessExport } from '../../store/auto-pause.ts';
import { getExport, setExportPaused, updateExport, type ExportRecord } from '../../store/exports.ts';
import { listOpenIntervals } from '../../store/gaps.ts';
import { acquireLease } from '../../store/ledger.ts';
import { updateRun, type RunPatch } from '../../store/runs.ts';
import { INTERVAL, newExport, newRun, newTeam, startStore, type StoreFixture } from './fixtures.ts';

let store: StoreFixture;
let teamId: number;

beforeAll(async () => {
  store = await startStore();
  teamId = await newTeam(store);
});
afterAll(() => store.stop());

const REFUSED: RunPatch = {
  ...{ status: 'failed', errorFault: 'customer', errorCode: 's3_bucket_missing' },
  ...{ errorMessage: 'no bucket', remedy: 'Create it.' },
};

async function ended(exportId: string, patch: RunPatch): Promise<string> {
  const { id } = await newRun(store, exportId);
  await updateRun(store.db, id, patch);
  return id;
}

function pause({ id: exportId }: ExportRecord, runId: string): ReturnType<typeof pauseHopelessExport> {
  return pauseHopelessExport(store.db, { exportId, runId, about: 'destination', threshold: 3 });
}

test('the last of enough failures pauses, once, with the reason; a user’s resume begins anew', async () => {
  const record = await newExport(store, teamId);
  await ended(record.id, { status: 'completed' });
  for (const _ of [1, 2]) {
    expect(await pause(record, await ended(record.id, REFUSED))).toBeUndefined();
  }
  await ended(record.id, { status: 'cancelled' });
  await ended(record.id, { status: 'over_quota', errorFault: 'customer', errorCode: 'quota_exceeded' });
  const runId = await ended(record.id, REFUSED);
  const paused = await pause(record, runId);
  expect(paused).toMatchObject({
    ...{ paused: true, pausedBy: 'auto', version: 2 },
    pauseReason: { code: 's3_bucket_missing', message: 'no bucket', remedy: 'Create it.', failures: 3, runId },
  });
  expect(await pause(record, runId)).toEqual(paused);
  const waiting = { teamId, destinationId: record.destinationId };
  expect((await exportsPausedBecauseOf(store.db, waiting)).map(({ id }) => id)).toEqual([record.id]);
  expect(await exportsPausedBecauseOf(store.db, { ...waiting, teamId: await newTeam(store) })).toEqual([]);

  const resumed = await setExportPaused(store.db, { teamId, id: record.id, paused: false });
  expect(resumed).not.toHaveProperty('pauseReason');
  expect(await pause(record, await ended(record.id, REFUSED))).toBeUndefined();
});

test.each<[string, RunPatch]>([
  ['another error', { ...REFUSED, errorCode: 's3_access_denied' }],
  ['a fault of the platform', { ...REFUSED, errorFault: 'platform' }],
  ['a destination that is down', { ...REFUSED, errorFault: 'destination' }],
  ['a failure that may pass', { ...REFUSED, status: 'failed_retryable' }],
  ['a success', { status: 'completed' }],
])('%s in between does not pause', async (_what, other) => {
  const record = await newExport(store, teamId);
  await ended(record.id, REFUSED);
  await ended(record.id, other);
  await ended(record.id, REFUSED);
  expect(await pause(record, await ended(record.id, REFUSED))).toBeUndefined();
});

test('runs before an edit do not count, nor do runs of an export that a user has paused', async () => {
  const record = await newExport(store, teamId);
  await ended(record.id, REFUSED);
  await ended(record.id, REFUSED);
  await updateExport(store.db, { teamId, id: record.id, patch: { maxFileMb: 5 } });
  expect(await pause(record, await ended(record.id, REFUSED))).toBeUndefined();
  await setExportPaused(store.db, { teamId, id: record.id, paused: true });
  for (const _ of [1, 2, 3]) {
    expect(await pause(record, await ended(record.id, REFUSED))).toBeUndefined();
  }
  expect(await getExport(store.db, { teamId, id: record.id })).toMatchObject({ pausedBy: 'user' });
});

test.each([true, false])(
  'what led to a pause is tried again when the export is resumed with fill_gap %s',
  async (fillGap) => {
    const record = await newExport(store, teamId);
    for (const _ of [1, 2]) {
      await ended(record.id, REFUSED);
    }
    const { id: runId } = await newRun(store, record.id);
    await acquireLease(store.db, { exportId: record.id, ...INTERVAL, runId, ttlMs: 1_000 });
    await updateRun(store.db, runId, REFUSED);
    await pause(record, runId);
    const waitedOut = async (): Promise<unknown> =>
      (await listOpenIntervals(store.db, { exportId: record.id, limit: 1 }))[0]?.last?.waitedOut;
    expect(await waitedOut()).toBe(false);
    await setExportPaused(store.db, { teamId, id: record.id, paused: false, fillGap });
    expect(await waitedOut()).toBe(fillGap);
    await ended(record.id, REFUSED);
    expect(await waitedOut()).toBe(false);
  },
);
