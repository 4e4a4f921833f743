import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { pauseHopelessExport } from '../../store/auto-pause.ts';
import { acquireLease, commitLedger, releaseLease } from '../../store/ledger.ts';
import { createRun, updateRun, type RunRecord } from '../../store/runs.ts';
import { createdId, newExportOf, startApi, type ApiFixture, type Caller } from './fixtures.ts';

let api: ApiFixture;
let caller: Caller;

beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());
beforeEach(async () => {
  caller = await api.newCaller();
  api.controlPlane.calls = [];
});

const MINUTE_MS = 60_000;
const FIRST_END = Date.parse('2026-11-21T11:05:00Z');

/** The n-th interval of five minutes after 11:00 with a run that ended so; `open` leaves it running. */
async function runOf(exportId: string, n: number, status: RunRecord['status'] | 'open'): Promise<RunRecord> {
  const end = FIRST_END + n * 5 * MINUTE_MS;
  const bounds = { intervalStart: new Date(end - 5 * MINUTE_MS), intervalEnd: new Date(end) };
  const execution = { workflowId: `export/${exportId}-${String(n)}`, workflowRunId: randomUUID() };
  const run = await createRun(api.store.db, { exportId, ...bounds, trigger: 'schedule', ...execution });
  const lease = await acquireLease(api.store.db, { exportId, ...bounds, runId: run.id, ttlMs: 60_000 });
  if (!lease.acquired) {
    throw new Error('the interval is taken');
  }
  const key = { exportId, intervalEnd: bounds.intervalEnd, epoch: lease.epoch };
  if (status === 'completed') {
    const counts = { generation: lease.generation, rows: 1, bytes: 1, hash: '1' };
    await commitLedger(api.store.db, { ...key, runId: run.id, ...counts });
  } else if (status !== 'open') {
    await releaseLease(api.store.db, key);
  }
  if (status !== 'open') {
    await updateRun(api.store.db, run.id, { status });
  }
  return run;
}

function startedWith(): unknown[] {
  return api.controlPlane.calls.filter(([name]) => name === 'startExportRun').map(([, run]) => run);
}

test('a failed run is repeated with the settings of today, or with its own', async () => {
  const exportId = await newExportOf(caller);
  const { id } = await runOf(exportId, 0, 'failed');
  await caller.call('PATCH', `/api/v1/exports/${exportId}`, { name: 'Renamed' });
  const today = await caller.call('POST', `/api/v1/runs/${id}/retry`);
  expect([today.statusCode, today.json()]).toEqual([
    202,
    expect.objectContaining({ interval_end: '2026-11-21T11:05:00.000Z', export_version: 2 }),
  ]);
  const then = await caller.call('POST', `/api/v1/runs/${id}/retry`, { config: 'original' });
  expect(then.json()).toMatchObject({ export_version: 1 });
  expect(startedWith()).toEqual([
    expect.objectContaining({ configVersion: 2, force: false, trigger: 'manual' }),
    expect.objectContaining({ configVersion: 1, force: false, intervalStart: new Date(FIRST_END - 5 * MINUTE_MS) }),
  ]);
});

test('an exported interval is repeated only by force, an open one not at all', async () => {
  const exportId = await newExportOf(caller);
  const done = await runOf(exportId, 0, 'completed');
  const open = await runOf(exportId, 1, 'open');
  const refused = await caller.call('POST', `/api/v1/runs/${done.id}/retry`);
  expect([refused.statusCode, refused.json().code]).toEqual([409, 'interval_exported']);
  const running = await caller.call('POST', `/api/v1/runs/${open.id}/retry`, { force: true });
  expect([running.statusCode, running.json().code]).toEqual([409, 'interval_running']);
  expect(startedWith()).toEqual([]);
  expect((await caller.call('POST', `/api/v1/runs/${done.id}/retry`, { force: true })).statusCode).toBe(202);
  expect(startedWith()).toEqual([expect.objectContaining({ force: true })]);
});

test('a range repeats what has run and lies in it, behind live runs', async () => {
  const exportId = await newExportOf(caller);
  const states = ['failed', 'completed', 'open', 'failed_retryable', 'failed'] as const;
  for (const [n, status] of states.entries()) {
    await runOf(exportId, n, status);
  }
  const range = { from: '2026-11-21T11:00:00Z', to: '2026-11-21T11:24:59Z' };
  const answer = (await caller.call('POST', `/api/v1/exports/${exportId}/rerun`, range)).json();
  expect(answer.started.map((run: { interval_end: string }) => run.interval_end)).toEqual([
    '2026-11-21T11:05:00.000Z',
    '2026-11-21T11:20:00.000Z',
  ]);
  expect(answer.skipped).toEqual([
    { interval_end: '2026-11-21T11:10:00.000Z', reason: 'exported' },
    { interval_end: '2026-11-21T11:15:00.000Z', reason: 'running' },
  ]);
  const forced = await caller.call('POST', `/api/v1/exports/${exportId}/rerun`, { ...range, force: true });
  expect(forced.json().started).toHaveLength(3);
  expect(startedWith()).toContainEqual(expect.objectContaining({ force: true, queue: 'backfills' }));
});

test('a range of more than 100 intervals is for a backfill', async () => {
  const exportId = await newExportOf(caller);
  for (let n = 0; n < 101; n += 1) {
    await runOf(exportId, n, 'failed');
  }
  const range = { from: '2026-11-21T00:00:00Z', to: '2026-11-23T00:00:00Z' };
  const refused = await caller.call('POST', `/api/v1/exports/${exportId}/rerun`, range);
  expect([refused.statusCode, refused.json()]).toEqual([
    422,
    expect.objectContaining({ code: 'range_too_large', field: 'to', remedy: expect.stringContaining('backfill') }),
  ]);
  expect(startedWith()).toEqual([]);
});

test('runs of another team are not found', async () => {
  const exportId = await newExportOf(caller);
  const run = await runOf(exportId, 0, 'failed');
  const other = await api.newCaller();
  const range = { from: '2026-11-21T11:00:00Z', to: '2026-11-21T12:00:00Z' };
  const answers = await Promise.all([
    other.call('POST', `/api/v1/runs/${run.id}/retry`),
    other.call('GET', `/api/v1/runs/${run.id}/log`),
    other.call('POST', `/api/v1/exports/${exportId}/rerun`, range),
  ]);
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([404, 404, 404]);
});

test('a connection check that passes resumes what waited for the destination, and nothing else', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'sluice-check-'));
  const target = { kind: 'file', name: 'Folder', config: { directory } };
  const destinationId = await createdId(caller, '/api/v1/destinations', target);
  const newOne = (name: string): Promise<string> =>
    createdId(caller, '/api/v1/exports', { name, destination_id: destinationId, interval: '5m' });
  const [waiting, ownFault, byUser] = [await newOne('a'), await newOne('b'), await newOne('c')];
  for (const [exportId, about] of [[waiting, 'destination'] as const, [ownFault, 'export'] as const]) {
    const run = await runOf(exportId, 0, 'open');
    const failure = { errorCode: 'file_directory_invalid', errorMessage: 'a file', remedy: 'Remove it.' };
    await updateRun(api.store.db, run.id, { status: 'failed', errorFault: 'customer', ...failure });
    await pauseHopelessExport(api.store.db, { exportId, runId: run.id, about, threshold: 1 });
  }
  await caller.call('POST', `/api/v1/exports/${byUser}/pause`);
  expect((await caller.call('GET', `/api/v1/exports/${waiting}`)).json()).toMatchObject({
    ...{ paused: true, paused_by: 'auto' },
    pause_reason: { code: 'file_directory_invalid', remedy: 'Remove it.', failures: 1, about: 'destination' },
  });

  const preview = await caller.call('POST', `/api/v1/destinations/${destinationId}/check`, { config: {} });
  expect(preview.json()).toMatchObject({ ok: true, resumed_exports: [] });
  const checked = await caller.call('POST', `/api/v1/destinations/${destinationId}/check`);
  expect(checked.json()).toMatchObject({ ok: true, resumed_exports: [waiting] });
  expect(api.controlPlane.calls.at(-1)).toMatchObject(['upsertExportSchedule', { exportId: waiting, paused: false }]);
  expect((await caller.call('GET', `/api/v1/exports/${waiting}`)).json()).toMatchObject({
    ...{ paused: false, paused_by: null, pause_reason: null },
  });
  expect((await caller.call('GET', `/api/v1/exports/${ownFault}`)).json()).toMatchObject({ paused_by: 'auto' });
  expect((await caller.call('GET', `/api/v1/exports/${byUser}`)).json()).toMatchObject({ paused_by: 'user' });
  await rm(directory, { recursive: true });
});
