import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { Client } from 'pg';
import type { SweepResult } from '../../activities/types.ts';
import { ensureMaintenance } from '../../client/maintenance.ts';
import { listLogEntries } from '../../clickhouse/log-entries.ts';
import { deliveryShardWorkflowId, MAINTENANCE_SCHEDULES } from '../../core/ids.ts';
import { startReceiver } from '../../dev/receiver.ts';
import { eventually } from '../support/eventually.ts';
import { byHand } from '../support/schedules.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';
import { insertMany } from './support/export-events.ts';
import { committedFiles, expectConsistent, manifests } from './support/export-manifests.ts';
import { newPlace, type ExportPlace, type PlaceKind } from './support/export-places.ts';
import { ExportReader } from './support/export-rows.ts';
import {
  createExport,
  finishedRun,
  JSON_LINES,
  listRuns,
  PARQUET,
  pastMinute,
  runMinute,
  startMinute,
} from './support/export-runs.ts';

jest.setTimeout(240_000);

const ROWS = 500_000;
const MAX_FILE_MB = 25;
/** Only when nobody has renewed the lease for so long is its run looked at. */
const LEASE_MS = 5_000;
const SWEPT_WITHIN_MS = 60_000;

const minute = pastMinute();
let system: TestSystem;
let reader: ExportReader;
let sweep: () => Promise<SweepResult>;
let team: Awaited<ReturnType<TestSystem['newTeam']>>;

beforeAll(async () => {
  system = await startTestSystem({ s3: true, env: { SLUICE_EXPORT_LEASE_MS: String(LEASE_MS) } });
  sweep = await byHand(system.temporal, MAINTENANCE_SCHEDULES.sweepRuns);
  reader = await ExportReader.open(system.directory);
  team = await system.newTeam();
  await insertMany(system.clickhouse, team.teamId, minute, { rows: ROWS, bytes: 160 });
});
afterAll(async () => {
  reader.close();
  await system.stop();
});

async function postgres<Row extends object>(sql: string, values: readonly unknown[]): Promise<Row[]> {
  const client = new Client({ connectionString: system.config.postgres.url });
  await client.connect();
  try {
    return (await client.query<Row>(sql, [...values])).rows;
  } finally {
    await client.end();
  }
}

/** Something of the run is at the destination, and nothing is committed. */
async function loading(place: ExportPlace): Promise<void> {
  await eventually(
    async () => {
      expect((await place.keys()).length + (await place.unfinished()).length).toBeGreaterThan(0);
    },
    { timeoutMs: 60_000, intervalMs: 25 },
  );
  expect(await manifests(place)).toEqual([]);
}

test.each([
  { kind: 's3' as PlaceKind, format: PARQUET },
  { kind: 'file' as PlaceKind, format: JSON_LINES },
])('$kind: a run whose workflow was terminated half-way is closed, and its interval exports again', async (of) => {
  const { api, teamId } = team;
  const place = await newPlace(of.kind, system);
  const exportId = await createExport(api, place, { format: of.format, max_file_mb: MAX_FILE_MB });
  await startMinute(api, exportId, minute);
  await loading(place);
  const [open] = await listRuns(api, exportId);
  expect(open).toMatchObject({ status: 'running' });
  await system.temporal.client.workflow.getHandle(open?.workflow_id ?? '').terminate('by an operator');

  await eventually(
    async () => {
      await sweep();
      expect(await listRuns(api, exportId)).toMatchObject([
        { status: 'terminated', error: { code: 'run_terminated', remedy: expect.stringContaining('run now') } },
      ]);
    },
    { timeoutMs: SWEPT_WITHIN_MS, intervalMs: 500 },
  );
  expect(await place.unfinished()).toEqual([]);
  expect(await place.keys()).toEqual([]);
  const lease = 'SELECT holder_run_id FROM interval_ledger WHERE export_id = $1';
  expect(await postgres(lease, [exportId])).toEqual([{ holder_run_id: null }]);
  const query = { teamId, source: 'export_run', sourceId: open?.id ?? '', levels: ['error'], limit: 10 } as const;
  expect(await listLogEntries(system.clickhouse, query)).toMatchObject([
    { level: 'error', message: expect.stringContaining('terminated'), fields: { errorCode: 'run_terminated' } },
  ]);

  const again = await runMinute(api, exportId, minute);
  expect(again).toMatchObject({ status: 'completed', rows: ROWS, error: null });
  await expectConsistent(place);
  const files = await committedFiles(place);
  expect(await reader.counts(files)).toEqual({ rows: ROWS, uuids: ROWS, distinctIds: ROWS });
  expect(await sweep()).toMatchObject({ looked: 0 });
});

test('a run that is at work is left alone, for however long', async () => {
  const { api } = team;
  let status = 503;
  const receiver = await startReceiver({ react: () => ({ status }) });
  const exportId = await createExport(api, { kind: 'http', config: { url: receiver.url, shape: 'jsonl' } });
  const few = pastMinute(50);
  await insertMany(system.clickhouse, team.teamId, few, { rows: 10, bytes: 50 });
  await startMinute(api, exportId, few);
  await eventually(() => expect(receiver.requests).not.toEqual([]), { timeoutMs: 60_000 });
  expect(await sweep()).toMatchObject({ closed: 0 });
  expect(await listRuns(api, exportId)).toMatchObject([{ status: 'running' }]);
  status = 200;
  expect(await finishedRun(api, exportId, () => true)).toMatchObject({ status: 'completed', rows: 10 });
  await receiver.close();
});

/** A run as it would be had its workflow never said a word. */
async function orphan(exportId: string, workflowId: string, minutesAgo: number): Promise<string> {
  const [run] = await postgres<{ id: string }>(
    `INSERT INTO export_runs (id, export_id, team_id, interval_start, interval_end, trigger, config_version,
       workflow_id, workflow_run_id, started_at)
     VALUES (gen_random_uuid(), $1, $2, '2026-01-01T00:00:00Z', '2026-01-01T00:01:00Z', 'manual', 1, $3,
       gen_random_uuid(), now() - $4 * interval '1 minute') RETURNING id`,
    [exportId, team.teamId, workflowId, minutesAgo],
  );
  return run?.id ?? '';
}

test('a run is left open while a newer execution of its id runs, or when Temporal has only just not heard of it', async () => {
  const { api } = team;
  const exportId = await createExport(api, await newPlace('file', system));
  const newerRuns = await orphan(exportId, deliveryShardWorkflowId(0), 60);
  const young = await orphan(exportId, 'export/never-started', 5);
  const old = await orphan(exportId, 'export/never-started', 60);
  expect(await sweep()).toMatchObject({ looked: 3, closed: 1 });
  const statuses = Object.fromEntries((await listRuns(api, exportId)).map(({ id, status }) => [id, status]));
  expect(statuses).toEqual({ [newerRuns]: 'starting', [young]: 'starting', [old]: 'failed' });
  await postgres('UPDATE export_runs SET finished_at = now() WHERE id = ANY($1)', [[newerRuns, young]]);
});

test('a run that had committed before its workflow ended is completed', async () => {
  const { api } = team;
  const place = await newPlace('file', system);
  const exportId = await createExport(api, place, { format: JSON_LINES, max_file_mb: MAX_FILE_MB });
  const { id, rows, bytes, files } = await runMinute(api, exportId, minute);
  const keys = await place.keys();
  await postgres(
    `UPDATE export_runs SET status = 'running', finished_at = NULL, rows = 0, bytes = 0, files = 0 WHERE id = $1`,
    [id],
  );
  expect(await sweep()).toMatchObject({ closed: 1 });
  expect(await listRuns(api, exportId)).toMatchObject([{ status: 'completed', rows, bytes, files, error: null }]);
  expect(await place.keys()).toEqual(keys);
});

test('its Schedule starts it, is made once, and stays as an operator has left it', async () => {
  const schedule = system.temporal.client.schedule.getHandle(MAINTENANCE_SCHEDULES.sweepRuns);
  await schedule.trigger();
  await eventually(async () => {
    const [started] = (await schedule.describe()).info.recentActions;
    const id = started?.action.workflow.workflowId ?? '';
    expect(id).toMatch(new RegExp(`^${MAINTENANCE_SCHEDULES.sweepRuns}-`));
    expect(await system.temporal.client.workflow.getHandle(id).result()).toMatchObject({ closed: 0 });
  });
  await schedule.pause('by an operator');
  await ensureMaintenance(system.temporal);
  const { policies, state, typedSearchAttributes, action } = await schedule.describe();
  expect(policies.overlap).toBe('SKIP');
  expect(state).toMatchObject({ paused: true, note: 'by an operator' });
  expect(typedSearchAttributes.getAll().map(({ value }) => value)).toContain('maintenance');
  expect(action).toMatchObject({ workflowType: 'sweepRuns', workflowId: MAINTENANCE_SCHEDULES.sweepRuns });
});

test('no look begins at the moment of another one, or when exports run', async () => {
  await ensureMaintenance(system.temporal);
  const begins: number[] = [];
  for (const id of Object.values(MAINTENANCE_SCHEDULES)) {
    const { spec } = await system.temporal.client.schedule.getHandle(id).describe();
    for (const { every, offset } of spec.intervals ?? []) {
      for (let at = offset; at < 3_600_000; at += every) {
        begins.push(at);
      }
    }
  }
  expect(begins).toHaveLength(4 * 12 + 6 + 1);
  expect(new Set(begins).size).toBe(begins.length);
  expect(begins.filter((at) => at % 60_000 === 0)).toEqual([]);
});
