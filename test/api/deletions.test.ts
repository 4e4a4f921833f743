import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { ControlPlane } from '../../api/control-plane.ts';
import { locationOf } from '../../api/deletion-view.ts';
import { putChunks, completeChunk } from '../../store/chunks.ts';
import { sql } from 'kysely';
import { openDestinationConfig } from '../../store/destinations.ts';
import { getEndpointState, setHealth } from '../../store/endpoint-state.ts';
import { forgetWebhooks } from '../../store/restore-webhook.ts';
import { listUnsettled, settleDestination } from '../../store/deletions.ts';
import { readCursors } from '../../store/delivery.ts';
import { acquireLease, commitLedger } from '../../store/ledger.ts';
import { createRun, updateRun, type RunRecord } from '../../store/runs.ts';
import { newRun } from '../store/fixtures.ts';
import { BUCKET, createdId, newExportOf, startApi, WEBHOOK, type ApiFixture, type Caller } from './fixtures.ts';

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

async function read<Answer>(method: 'GET' | 'POST' | 'DELETE', path: string): Promise<Answer> {
  return (await caller.call(method, `/api/v1${path}`)).json<Answer>();
}

function told(name: keyof ControlPlane): unknown[] {
  return api.controlPlane.calls.filter(([call]) => call === name).map(([, argument]) => argument);
}

async function committed(run: RunRecord): Promise<void> {
  const key = { exportId: run.exportId, intervalEnd: run.intervalEnd };
  await acquireLease(api.store.db, { ...key, intervalStart: run.intervalStart, runId: run.id, ttlMs: 1_000 });
  const plan = { runId: run.id, generation: 0 };
  await putChunks(api.store.db, plan, [{ startMicros: 0, endMicros: 1, expectedRows: 7 }]);
  const files = [{ key: 'events/a.parquet', rows: 7, bytes: 70, sha256: 'x' }];
  await completeChunk(api.store.db, { ...plan, index: 0, receipt: { rows: 7, bytes: 70, files } });
  await updateRun(api.store.db, run.id, { status: 'completed', rows: 7, bytes: 70, files: 1 });
  const commit = { ...key, epoch: 1, runId: run.id, generation: 0, rows: 7, bytes: 70, hash: '1' };
  expect(await commitLedger(api.store.db, commit)).toBe(true);
}

/** A run of the interval after that of `newRun`, without an end. */
async function openRun(exportId: string): Promise<RunRecord> {
  const intervalStart = new Date('2026-11-21T12:05:00Z');
  const intervalEnd = new Date('2026-11-21T12:10:00Z');
  const workflowId = `export/${exportId}-open`;
  const ids = { workflowId, workflowRunId: workflowId };
  return createRun(api.store.db, { exportId, intervalStart, intervalEnd, trigger: 'schedule', ...ids });
}

describe('an export', () => {
  test('says what deleting it ends and leaves, does that, and says how far it is', async () => {
    const id = await newExportOf(caller);
    await committed(await newRun(api.store, id));
    const run = await openRun(id);
    const expected = {
      export_id: id,
      schedule: { id: `export/${id}` },
      open_runs: [{ id: run.id, workflow_id: run.workflowId }],
      left_behind: {
        ...{ kind: 's3', location: { bucket: 'lake', prefix: expect.stringContaining('events/') } },
        ...{ intervals: 1, rows: 7, bytes: 70, files: 1, latest_files: ['events/a.parquet'] },
      },
    };
    const plan = await read('GET', `/exports/${id}/deletion-plan`);
    expect(plan).toMatchObject({ ...expected, state: 'active', schedule: { removed: false } });
    expect(told('deleteExportSchedule')).toEqual([]);

    const done = await read('DELETE', `/exports/${id}`);
    expect(done).toMatchObject({ ...expected, state: 'deleting', schedule: { removed: true } });
    expect(told('deleteExportSchedule')).toEqual([id]);
    expect(told('cancelExportRun')).toEqual([run.workflowId]);
    expect(await read('GET', `/exports/${id}`)).toMatchObject({ code: 'export_not_found' });
    await expect(newRun(api.store, id)).rejects.toMatchObject({ code: 'export_not_found' });

    await updateRun(api.store.db, run.id, { status: 'cancelled' });
    const settled = { state: 'deleted', open_runs: [], left_behind: expected.left_behind };
    expect(await read('DELETE', `/exports/${id}`)).toMatchObject(settled);
    expect(await read('DELETE', `/exports/${id}`)).toMatchObject(settled);
    expect(await read('GET', `/exports/${id}/deletion-plan`)).toMatchObject(settled);
  });

  test('ends in the same state when Temporal was away half-way', async () => {
    const id = await newExportOf(caller);
    api.controlPlane.failure = new Error('14 UNAVAILABLE');
    expect(await read('DELETE', `/exports/${id}`)).toMatchObject({ status: 503, code: 'control_plane_unavailable' });
    expect(await read('GET', `/exports/${id}`)).toMatchObject({ code: 'export_not_found' });
    expect(await read('GET', `/exports/${id}/deletion-plan`)).toMatchObject({ state: 'deleting' });
    expect(await read('DELETE', `/exports/${id}`)).toMatchObject({ state: 'deleted' });
    expect(told('deleteExportSchedule')).toEqual([id]);
  });

  test('deleted twice at once is deleted', async () => {
    const id = await newExportOf(caller);
    const both = await Promise.all([read('DELETE', `/exports/${id}`), read('DELETE', `/exports/${id}`)]);
    expect(both).toMatchObject([{ state: 'deleted' }, { state: 'deleted' }]);
  });
});

describe('a destination', () => {
  test('in use is refused with the exports named, and deleted with them when asked to', async () => {
    const exportId = await newExportOf(caller);
    const { destination_id: id } = await read<{ destination_id: string }>('GET', `/exports/${exportId}`);
    const run = await openRun(exportId);
    const plan = { needs_with_exports: true, exports: [{ export_id: exportId, open_runs: [{ id: run.id }] }] };
    expect(await read('GET', `/destinations/${id}/deletion-plan`)).toMatchObject({ ...plan, state: 'active' });
    expect(await read('DELETE', `/destinations/${id}`)).toMatchObject({
      code: 'destination_in_use',
      detail: expect.stringContaining(exportId),
      remedy: expect.stringContaining('with_exports'),
    });
    expect(api.controlPlane.calls.map(([name]) => name)).toEqual(['upsertExportSchedule']);

    const done = await read('DELETE', `/destinations/${id}?with_exports=true`);
    const exports = [{ export_id: exportId, state: 'deleting', open_runs: [{ id: run.id }] }];
    expect(done).toMatchObject({ state: 'deleting', exports });
    expect(told('cancelExportRun')).toEqual([run.workflowId]);
    // The run that ends still has to remove what it had not committed.
    const config = (): Promise<unknown> => openDestinationConfig(api.store.db, api.store.box, id);
    expect(await config()).toMatchObject({ secretAccessKey: BUCKET.config.secret_access_key });
    await updateRun(api.store.db, run.id, { status: 'cancelled' });
    const after = await read('DELETE', `/destinations/${id}?with_exports=true`);
    expect(after).toMatchObject({ state: 'deleted', exports: [{ export_id: exportId, state: 'deleted' }] });
    await expect(config()).rejects.toMatchObject({ code: 'destination_not_found' });
  });

  test.each([['/exports'], ['/webhooks']])('is not deleted through %s', async (path) => {
    const id = await createdId(caller, '/api/v1/destinations', BUCKET);
    expect(await read('DELETE', `${path}/${id}`)).toMatchObject({ status: 404 });
    expect(await read('GET', `/destinations/${id}`)).toMatchObject({ id });
  });
});

describe('a webhook', () => {
  test('loses its workflow, also when Temporal was away half-way, and says what it has not sent', async () => {
    const id = await createdId(caller, '/api/v1/webhooks', WEBHOOK);
    const plan = await read<{ cursor: string }>('GET', `/webhooks/${id}/deletion-plan`);
    expect(plan).toMatchObject({ state: 'active', workflow: { id: `webhook/${id}`, ended: false }, open_retries: 0 });
    expect(Date.parse(plan.cursor)).toBe(Math.floor(api.events.clockMicros / 1_000));
    api.controlPlane.failure = new Error('14 UNAVAILABLE');
    expect(await read('DELETE', `/webhooks/${id}`)).toMatchObject({ status: 503 });
    const done = await read<{ restorable_until: string }>('DELETE', `/webhooks/${id}`);
    expect(done).toMatchObject({ state: 'deleted', workflow: { ended: true }, cursor: plan.cursor });
    expect(done).toMatchObject({ waiting_events: 7, parked: 2 });
    expect(Date.parse(done.restorable_until)).toBeGreaterThan(Date.now() + 29 * 86_400_000);
    expect(told('destinationChanged').at(-1)).toMatchObject({ destinationId: id, change: 'deleted' });
  });

  test('is restored as it was, as often as it is asked', async () => {
    const id = await createdId(caller, '/api/v1/webhooks', { ...WEBHOOK, headers: { 'x-token': 'hunter2' } });
    await read('POST', `/webhooks/${id}/pause`);
    await setHealth(api.store.db, { destinationId: id, to: 'paused_auto', evidence: {} });
    const config = await openDestinationConfig(api.store.db, api.store.box, id);
    await read('DELETE', `/webhooks/${id}`);
    expect(await read('GET', `/webhooks/${id}`)).toMatchObject({ status: 404 });
    const stranger = await api.newCaller();
    expect((await stranger.call('POST', `/api/v1/webhooks/${id}/restore`)).statusCode).toBe(404);
    for (const _ of [1, 2]) {
      expect(await read('POST', `/webhooks/${id}/restore`)).toMatchObject({ id, name: WEBHOOK.name, status: 'paused' });
    }
    expect(await read('GET', `/webhooks/${id}`)).toMatchObject({ id, status: 'paused' });
    expect(await openDestinationConfig(api.store.db, api.store.box, id)).toEqual(config);
    expect((await readCursors(api.store.db, [id])).get(id)?.positionMicros).toBe(api.events.clockMicros);
    expect(await getEndpointState(api.store.db, id)).toMatchObject({ health: 'recovering' });
    expect(told('destinationChanged').slice(-2)).toMatchObject([{ change: 'restored' }, { change: 'paused' }]);
    expect(await read('GET', `/webhooks/${id}/deletion-plan`)).toMatchObject({
      state: 'active',
      restorable_until: null,
    });
  });

  test.each([false, true])(
    'is deleted although nobody can count what it has not sent; for good: %s',
    async (forget) => {
      const id = await createdId(caller, '/api/v1/webhooks', WEBHOOK);
      const slow = jest.spyOn(api.events, 'undelivered').mockRejectedValue(new Error('Code: 159. TIMEOUT_EXCEEDED'));
      const unknown = { waiting_events: null, parked: null };
      expect(await read('GET', `/webhooks/${id}/deletion-plan`)).toMatchObject({ state: 'active', ...unknown });
      const done = await read('DELETE', `/webhooks/${id}?forget=${String(forget)}`);
      slow.mockRestore();
      expect(done).toMatchObject({ state: 'deleted', ...unknown });
      expect(await read('GET', `/webhooks/${id}`)).toMatchObject({ status: 404 });
    },
  );

  test('that was restored before the clean-up came to it keeps its workflow', async () => {
    const id = await createdId(caller, '/api/v1/webhooks', WEBHOOK);
    api.controlPlane.failure = new Error('14 UNAVAILABLE');
    await read('DELETE', `/webhooks/${id}`);
    expect((await listUnsettled(api.store.db, 100)).destinations).toContain(id);
    await read('POST', `/webhooks/${id}/restore`);
    api.controlPlane.calls = [];
    expect(await settleDestination(api.store.db, api.controlPlane, id)).toBe(false);
    expect(told('destinationChanged')).toEqual([]);
  });

  test('ends its replays at once, and they stay ended when it is restored', async () => {
    const id = await createdId(caller, '/api/v1/webhooks', WEBHOOK);
    const range = { scope: 'matched', from: '2023-11-14T22:00:00Z' };
    const replays = await Promise.all([1, 2].map(() => createdId(caller, `/api/v1/webhooks/${id}/replays`, range)));
    await read('POST', `/replays/${replays[1] ?? ''}/pause`);
    await read('DELETE', `/webhooks/${id}`);
    await read('POST', `/webhooks/${id}/restore`);
    for (const replay of replays) {
      expect(await read('GET', `/replays/${replay}`)).toMatchObject({
        status: 'cancelled',
        ended_at: expect.any(String),
      });
    }
  });

  test('is forgotten for good when that is asked for, or after 30 days', async () => {
    const [asked, old] = await Promise.all([1, 2].map(() => createdId(caller, '/api/v1/webhooks', WEBHOOK)));
    const done = await read('DELETE', `/webhooks/${asked ?? ''}?forget=true`);
    expect(done).toMatchObject({ state: 'deleted', restorable_until: null, waiting_events: 7 });
    await read('DELETE', `/webhooks/${old ?? ''}`);
    await sql`UPDATE destinations SET deleted_at = now() - interval '31 days' WHERE id = ${old}`.execute(
      api.store.db.kysely,
    );
    const refused = { status: 409, code: 'webhook_not_restorable' };
    expect(await read('POST', `/webhooks/${asked ?? ''}/restore`)).toMatchObject(refused);
    expect(await read('POST', `/webhooks/${old ?? ''}/restore`)).toMatchObject(refused);
    expect(await forgetWebhooks(api.store.db, { limit: 10 })).toBe(1);
    expect((await readCursors(api.store.db, [asked ?? '', old ?? ''])).size).toBe(0);
    expect(await read('GET', `/webhooks/${old ?? ''}/deletion-plan`)).toMatchObject({ state: 'deleted', cursor: null });
  });

  test('is not deleted as a destination', async () => {
    const id = await createdId(caller, '/api/v1/webhooks', WEBHOOK);
    expect(await read('DELETE', `/destinations/${id}`)).toMatchObject({ code: 'destination_not_found' });
  });
});

test('a location names where rows are and nothing else', () => {
  const config = { bucket: 'b', prefix: '{export_id}/{table}/{year}', accessKeyId: 'AKIA', secretAccessKey: {} };
  const location = locationOf(config, { export_id: 'e', table: 'events' });
  expect(location).toEqual({ bucket: 'b', prefix: 'e/events/{year}' });
});
