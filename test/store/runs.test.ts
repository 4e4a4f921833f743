import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { completeChunk, getPlan, listChunks, putChunks, type ChunkPlan } from '../../store/chunks.ts';
import { deleteExport, updateExport, type ExportRecord } from '../../store/exports.ts';
import { acquireLease } from '../../store/ledger.ts';
import { addRunTiming, createRun, getRun, listRuns, listUnattendedRuns, updateRun } from '../../store/runs.ts';
import { INTERVAL, newExport, newRun, newTeam, startStore, type StoreFixture } from './fixtures.ts';

let store: StoreFixture;
let teamId: number;
let owner: ExportRecord;

beforeAll(async () => {
  store = await startStore();
  teamId = await newTeam(store);
  owner = await newExport(store, teamId);
});
afterAll(() => store.stop());

describe('runs', () => {
  test('one execution has one run, however often and concurrently it is created', async () => {
    const input = { exportId: owner.id, ...INTERVAL, trigger: 'manual', workflowId: 'w', workflowRunId: 'r' } as const;
    const runs = await Promise.all(Array.from({ length: 6 }, () => createRun(store.db, input)));
    expect(new Set(runs.map((run) => run.id)).size).toBe(1);
    expect(runs[0]).toMatchObject({ teamId, configVersion: 1, status: 'starting', generation: 0, ...INTERVAL });
    await updateExport(store.db, { teamId, id: owner.id, patch: { name: 'renamed' } });
    expect((await createRun(store.db, input)).configVersion).toBe(1);
    expect((await createRun(store.db, { ...input, workflowRunId: 'next' })).configVersion).toBe(2);
  });

  test('a deleted export has no new runs', async () => {
    const gone = await newExport(store, teamId);
    await deleteExport(store.db, { teamId, id: gone.id });
    await expect(newRun(store, gone.id)).rejects.toMatchObject({ code: 'export_not_found' });
  });

  test('the first final status stays, and figures can still be added', async () => {
    const { id } = await newRun(store, owner.id);
    expect(await updateRun(store.db, id, { status: 'running' })).toBe(true);
    expect((await getRun(store.db, { id }))?.finishedAt).toBeNull();
    const failure = { errorCode: 's3_bucket_missing', errorMessage: 'no \0 bucket', remedy: 'Create it.' };
    expect(await updateRun(store.db, id, { status: 'failed', ...failure })).toBe(true);
    expect(await updateRun(store.db, id, { status: 'completed' })).toBe(false);
    expect(await updateRun(store.db, id, { rows: 9 })).toBe(true);
    await addRunTiming(store.db, id, { step: 'load', ms: 4.6 });
    await addRunTiming(store.db, id, { step: 'load', ms: 2 });
    await addRunTiming(store.db, id, { step: 'plan', ms: 1 });
    const run = await getRun(store.db, { id });
    expect(run).toMatchObject({
      status: 'failed',
      rows: 9,
      errorMessage: 'no \ufffd bucket',
      timings: { load: 7, plan: 1 },
    });
    expect(run?.finishedAt).not.toBeNull();
  });

  test('open runs are listed unless somebody renews their lease', async () => {
    const own = await newExport(store, teamId);
    const { id } = await newRun(store, own.id);
    const next = await newRun(store, own.id);
    const ids = async (after?: { at: Date; id: string }): Promise<string[]> =>
      (await listUnattendedRuns(store.db, { limit: 100, ...(after ? { after } : {}) })).map((run) => run.id);
    expect(await ids()).toEqual(expect.arrayContaining([id, next.id]));
    expect(await ids({ at: next.startedAt, id: next.id })).not.toContain(next.id);
    const lease = { exportId: own.id, ...INTERVAL, runId: id };
    await acquireLease(store.db, { ...lease, ttlMs: 60_000 });
    expect(await ids()).not.toContain(id);
    await acquireLease(store.db, { ...lease, ttlMs: 0 });
    expect(await ids()).toContain(id);
    await updateRun(store.db, id, { status: 'cancelled' });
    expect(await ids()).not.toContain(id);
  });

  test('pages run from new to old and stay inside the team', async () => {
    const own = await newExport(store, teamId);
    const ids = [await newRun(store, own.id), await newRun(store, own.id), await newRun(store, own.id)].map(
      (run) => run.id,
    );
    const [first] = await listRuns(store.db, { teamId, exportId: own.id, limit: 1 });
    const before = { at: first?.startedAt ?? new Date(0), id: first?.id ?? '' };
    const rest = await listRuns(store.db, { teamId, exportId: own.id, limit: 10, before });
    expect([first, ...rest].map((run) => run?.id).sort()).toEqual([...ids].sort());
    const stranger = await newTeam(store);
    expect(await listRuns(store.db, { teamId: stranger, exportId: own.id, limit: 10 })).toEqual([]);
    expect(await getRun(store.db, { id: ids[0] ?? '', teamId: stranger })).toBeUndefined();
  });
});

describe('plans', () => {
  const MICROS = 1_795_238_400_123_457;
  const plan = (size: number, rows: number): ChunkPlan[] =>
    Array.from({ length: size }, (_, index) => ({
      startMicros: MICROS + index,
      endMicros: MICROS + index + 1,
      expectedRows: rows,
    }));

  test('of concurrent planners exactly one is stored, as a whole', async () => {
    const { id: runId } = await newRun(store, owner.id);
    const key = { runId, generation: 0 };
    const sizes = [3, 5, 7, 11];
    const wins = await Promise.all(sizes.map((size) => putChunks(store.db, key, plan(size, size))));
    expect(wins.filter(Boolean)).toHaveLength(1);
    const winner = sizes[wins.indexOf(true)] ?? 0;
    const chunks = await listChunks(store.db, key);
    expect(chunks.map((chunk) => chunk.index)).toEqual(plan(winner, 1).map((_, index) => index));
    expect(chunks.every((chunk) => chunk.expectedRows === winner)).toBe(true);
    expect(await getPlan(store.db, key)).toEqual({ chunkCount: winner, rows: winner * winner });
  });

  test('an empty plan is a plan; no plan is none', async () => {
    const { id: runId } = await newRun(store, owner.id);
    expect(await getPlan(store.db, { runId, generation: 0 })).toBeUndefined();
    expect(await putChunks(store.db, { runId, generation: 0 }, [])).toBe(true);
    expect(await getPlan(store.db, { runId, generation: 0 })).toEqual({ chunkCount: 0, rows: 0 });
    expect(await getPlan(store.db, { runId, generation: 1 })).toBeUndefined();
  });

  test('keep bounds to the microsecond and the first receipt of a chunk', async () => {
    const { id: runId } = await newRun(store, owner.id);
    const key = { runId, generation: 2 };
    const bounds = { startMicros: MICROS, endMicros: MICROS + 1, uuidFrom: randomUUID(), uuidTo: randomUUID() };
    await putChunks(store.db, key, [{ ...bounds, expectedRows: 4 }]);
    const receipt = { rows: 4, bytes: 40, files: [{ key: 'k', rows: 4, bytes: 40, sha256: 'ab' }] };
    expect(await completeChunk(store.db, { ...key, index: 0, receipt })).toBe(true);
    expect(await completeChunk(store.db, { ...key, index: 0, receipt: { ...receipt, rows: 5 } })).toBe(false);
    expect(await listChunks(store.db, key)).toEqual([{ index: 0, ...bounds, expectedRows: 4, receipt }]);
  });

  test('may have 100,000 chunks', async () => {
    const { id: runId } = await newRun(store, owner.id);
    await putChunks(store.db, { runId, generation: 0 }, plan(100_000, 2));
    expect(await getPlan(store.db, { runId, generation: 0 })).toEqual({ chunkCount: 100_000, rows: 200_000 });
    expect(await listChunks(store.db, { runId, generation: 0 })).toHaveLength(100_000);
  });
});
