import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createDownloadLinks } from '../../api/download-links.ts';
import { createDownloads } from '../../destinations/download/index.ts';
import { findDestination } from '../../destinations/registry.ts';
import { completeChunk, putChunks } from '../../store/chunks.ts';
import { createRun, updateRun } from '../../store/runs.ts';
import { BUCKET, createdId, newOnDemandOf, NOW, startApi, type ApiFixture, type Caller } from './fixtures.ts';

const RANGE = { from: '2026-11-21T00:00:00Z', to: '2026-11-21T12:00:00Z' };
const directory = mkdtempSync(join(tmpdir(), 'sluice-downloads-'));
const downloads = createDownloads({ kind: 'file', directory });

let api: ApiFixture;
let caller: Caller;

beforeAll(async () => {
  const links = createDownloadLinks(Buffer.alloc(32));
  api = await startApi({
    downloads: { read: downloads.read, links, ttlMs: 3_600_000 },
    findDestination: (kind) => (kind === 'download' ? downloads.destination : findDestination(kind)),
  });
});
afterAll(async () => {
  await api.stop();
  rmSync(directory, { recursive: true });
});
beforeEach(async () => {
  caller = await api.newCaller();
  api.controlPlane.calls = [];
});

async function read<Answer>(
  method: 'GET' | 'POST' | 'DELETE' | 'PATCH',
  path: string,
  body?: unknown,
): Promise<Answer> {
  return (await caller.call(method, `/api/v1${path}`, body)).json<Answer>();
}

describe('an on-demand export', () => {
  test('starts one run of its range with the slots of backfills, and is no export of its team', async () => {
    const id = await newOnDemandOf(caller, RANGE);
    expect(await read('GET', `/on-demand-exports/${id}`)).toMatchObject({
      ...{ id, status: 'queued', run: null, progress: null, files: [], expires_at: null, download: false },
      ...{ from: '2026-11-21T00:00:00.000Z', to: '2026-11-21T12:00:00.000Z' },
    });
    expect(api.controlPlane.calls).toEqual([
      [
        'startExportRun',
        expect.objectContaining({
          ...{ exportId: id, trigger: 'on_demand', queue: 'backfills', force: false },
          ...{ intervalStart: new Date(RANGE.from), intervalEnd: new Date(RANGE.to) },
        }),
      ],
    ]);
    expect(await read('GET', '/exports')).toMatchObject({ items: [] });
    for (const [method, path] of [
      ['GET', ''],
      ['PATCH', ''],
      ['POST', '/resume'],
      ['DELETE', ''],
    ] as const) {
      const body = method === 'PATCH' ? { name: 'x' } : undefined;
      expect(await read(method, `/exports/${id}${path}`, body)).toMatchObject({ code: 'export_not_found' });
    }
    expect(await read('GET', '/on-demand-exports')).toMatchObject({ items: [{ id }], next_cursor: null });
  });

  test('is not kept when its run cannot be started', async () => {
    const destination_id = await createdId(caller, '/api/v1/destinations', BUCKET);
    api.controlPlane.failure = new Error('14 UNAVAILABLE');
    const refused = await read('POST', '/on-demand-exports', { ...RANGE, destination_id });
    expect(refused).toMatchObject({ code: 'control_plane_unavailable' });
    expect(await read('GET', '/on-demand-exports')).toMatchObject({ items: [] });
  });

  test('is cancelled before it has begun, and deleted twice', async () => {
    const id = await newOnDemandOf(caller, RANGE);
    expect(await read('POST', `/on-demand-exports/${id}/cancel`)).toMatchObject({ status: 'cancelled' });
    expect(api.controlPlane.calls.at(-1)).toEqual(['cancelExportRun', `export/${id}-2026-11-21T12:00:00Z`]);
    expect(await read('DELETE', `/on-demand-exports/${id}`)).toMatchObject({ state: 'deleted' });
    expect(await read('DELETE', `/on-demand-exports/${id}`)).toMatchObject({ state: 'deleted' });
    const gone = { code: 'on_demand_export_not_found' };
    expect(await read('GET', `/on-demand-exports/${id}`)).toMatchObject(gone);
  });

  test('that has ended is not cancelled and does not hold its destination', async () => {
    const id = await newOnDemandOf(caller, RANGE);
    const { destination_id: destination } = await read<{ destination_id: string }>('GET', `/on-demand-exports/${id}`);
    const ids = { workflowId: `export/${id}`, workflowRunId: id };
    const bounds = { intervalStart: new Date(RANGE.from), intervalEnd: new Date(RANGE.to) };
    const run = await createRun(api.store.db, { exportId: id, ...bounds, trigger: 'on_demand', ...ids });
    expect(await read('DELETE', `/destinations/${destination}`)).toMatchObject({ code: 'destination_in_use' });
    await updateRun(api.store.db, run.id, { status: 'failed', errorCode: 's3_bucket_missing' });
    expect(await read('POST', `/on-demand-exports/${id}/cancel`)).toMatchObject({ code: 'run_finished' });
    expect(await read('DELETE', `/destinations/${destination}`)).toMatchObject({ state: 'deleted', exports: [] });
    expect(await read('GET', `/on-demand-exports/${id}`)).toMatchObject({ status: 'failed' });
  });

  test.each([
    ['without a place', {}, 'destination_id', 'validation_failed'],
    [
      'with a range that ends before it begins',
      { from: RANGE.to, to: RANGE.from, download: true },
      'to',
      'range_invalid',
    ],
    [
      'that ends in the future',
      { to: new Date(NOW.getTime() + 1).toISOString(), download: true },
      'to',
      'range_invalid',
    ],
    ['with a schedule', { interval: '1m', download: true }, 'interval', 'validation_failed'],
    [
      'with an unknown format',
      { format: { file_format: 'jsonl', compression: 'lz4' }, download: true },
      'format',
      'format_unsupported',
    ],
  ])('%s is refused', async (_name, changes, field, code) => {
    expect(await read('POST', '/on-demand-exports', { ...RANGE, ...changes })).toMatchObject({ field, code });
  });

  test('to both places is refused', async () => {
    const destination_id = await createdId(caller, '/api/v1/destinations', BUCKET);
    const refused = await read('POST', '/on-demand-exports', { ...RANGE, destination_id, download: true });
    expect(refused).toMatchObject({ field: 'destination_id', code: 'validation_failed' });
  });
});

describe('the place of downloads', () => {
  test('is one for each team, made at the first download, and never shown', async () => {
    const bodies = await Promise.all(
      [1, 2].map(() => read('POST', '/on-demand-exports', { ...RANGE, download: true })),
    );
    expect(bodies).toMatchObject([{ status: 'queued', destination_id: null }, { destination_id: null }]);
    const used = api.controlPlane.calls.map(([, run]) => (run as { destinationId: string }).destinationId);
    expect(new Set(used).size).toBe(1);
    expect(await read('GET', '/destinations')).toMatchObject({ items: [] });
    for (const method of ['GET', 'DELETE'] as const) {
      expect(await read(method, `/destinations/${used[0] ?? ''}`)).toMatchObject({ code: 'destination_not_found' });
    }
  });

  test('cannot be made or checked by a team', async () => {
    const body = { kind: 'download', name: 'mine', config: {} };
    const refused = { field: 'kind', code: 'destination_kind_unknown' };
    expect(await read('POST', '/destinations', body)).toMatchObject(refused);
    expect(await read('POST', '/destinations/check', { kind: 'download', config: {} })).toMatchObject(refused);
  });

  test('is missing where the operator has none', async () => {
    const without = await startApi();
    try {
      const stranger = await without.newCaller();
      const answer = await stranger.call('POST', '/api/v1/on-demand-exports', { ...RANGE, download: true });
      expect(answer.json()).toMatchObject({ field: 'download', code: 'downloads_not_configured' });
    } finally {
      await without.stop();
    }
  });
});

test('a link streams the file without a key, and ends when the file is gone', async () => {
  const { id } = await read<{ id: string }>('POST', '/on-demand-exports', { ...RANGE, download: true });
  const bounds = { intervalStart: new Date(RANGE.from), intervalEnd: new Date(RANGE.to) };
  const ids = { workflowId: `export/${id}`, workflowRunId: id };
  const run = await createRun(api.store.db, { exportId: id, ...bounds, trigger: 'on_demand', ...ids });
  const plan = { runId: run.id, generation: 0 };
  await putChunks(api.store.db, plan, [{ startMicros: 0, endMicros: 1, expectedRows: 2 }]);
  const files = [{ key: `${id}/rows.csv`, rows: 2, bytes: 4, sha256: 'x' }];
  await completeChunk(api.store.db, { ...plan, index: 0, receipt: { rows: 2, bytes: 4, files } });
  await updateRun(api.store.db, run.id, { status: 'completed', rows: 2 });
  mkdirSync(join(directory, id));
  writeFileSync(join(directory, id, 'rows.csv'), 'a\nb\n');
  const done = await read<{ files: { url: string }[] }>('GET', `/on-demand-exports/${id}`);
  expect(done).toMatchObject({
    status: 'completed',
    progress: { rows_done: 2, rows: 2 },
    files: [{ name: 'rows.csv' }],
  });
  const link = { method: 'GET', url: done.files[0]?.url ?? '' } as const;
  const answer = await api.app.inject(link);
  expect([answer.statusCode, answer.body]).toEqual([200, 'a\nb\n']);
  rmSync(join(directory, id), { recursive: true });
  expect((await api.app.inject(link)).json()).toMatchObject({ status: 410, code: 'download_expired' });
});
