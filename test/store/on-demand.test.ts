import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { createExport } from '../../store/exports.ts';
import { acquireLease, commitLedger } from '../../store/ledger.ts';
import { listOpenOnDemand, noteCancelled } from '../../store/on-demand.ts';
import { updateRun } from '../../store/runs.ts';
import { INTERVAL, newBucket, newRun, newTeam, startStore, type StoreFixture } from './fixtures.ts';

let store: StoreFixture;
let teamId: number;

beforeAll(async () => {
  store = await startStore();
  teamId = await newTeam(store);
});
afterAll(() => store.stop());

async function newOnDemand(): Promise<string> {
  const { id: destinationId } = await newBucket(store, teamId);
  const once = { start: INTERVAL.intervalStart, end: INTERVAL.intervalEnd, download: false };
  const format = { fileFormat: 'jsonl', compression: 'gzip' } as const;
  const settings = { teamId, destinationId, name: 'once', interval: 'day', filter: {}, format, paused: true } as const;
  return (await createExport(store.db, { ...settings, once })).id;
}

async function isOpen(exportId: string): Promise<boolean> {
  const open = await listOpenOnDemand(store.db, { minAgeMs: 0, limit: 100 });
  return open.some((one) => one.exportId === exportId);
}

test('an on-demand export is open until its run has ended, with what its workflow is started with', async () => {
  const id = await newOnDemand();
  const [found] = await listOpenOnDemand(store.db, { minAgeMs: 0, limit: 100 });
  expect(found).toMatchObject({
    ...{ exportId: id, teamId, name: 'once', destinationKind: 's3', interval: 'day' },
    ...{ start: INTERVAL.intervalStart, end: INTERVAL.intervalEnd },
  });
  expect(await listOpenOnDemand(store.db, { minAgeMs: 60_000, limit: 100 })).toEqual([]);
  expect(await listOpenOnDemand(store.db, { minAgeMs: 0, limit: 100, after: id })).toEqual([]);
  const run = await newRun(store, id);
  expect(await isOpen(id)).toBe(true);
  await updateRun(store.db, run.id, { status: 'failed', errorCode: 's3_bucket_missing' });
  expect(await isOpen(id)).toBe(false);
});

test('one whose run was given up a moment ago is open, and not after an hour', async () => {
  const id = await newOnDemand();
  const run = await newRun(store, id);
  await updateRun(store.db, run.id, { status: 'failed', errorCode: 'run_abandoned' });
  expect(await isOpen(id)).toBe(true);
  const past = sql<Date>`now() - interval '61 minutes'`;
  await store.db.kysely.updateTable('exportRuns').set({ finishedAt: past }).where('id', '=', run.id).execute();
  expect(await isOpen(id)).toBe(false);
});

test('one that is cancelled, or committed and not closed yet, is not', async () => {
  const cancelled = await newOnDemand();
  await noteCancelled(store.db, cancelled);
  expect(await isOpen(cancelled)).toBe(false);
  const committed = await newOnDemand();
  const { id: runId } = await newRun(store, committed);
  const key = { exportId: committed, ...INTERVAL, runId };
  const lease = await acquireLease(store.db, { ...key, ttlMs: 60_000 });
  expect(lease).toMatchObject({ acquired: true });
  expect(await isOpen(committed)).toBe(true);
  await commitLedger(store.db, { ...key, epoch: 1, generation: 0, rows: 1, bytes: 1, hash: '1' });
  expect(await isOpen(committed)).toBe(false);
});
