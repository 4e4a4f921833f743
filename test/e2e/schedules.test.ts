import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { ScheduleOverlapPolicy } from '@temporalio/client';
import type { FillGapsResult } from '../../activities/types.ts';
import { executionState } from '../../client/executions.ts';
import { exportRunWorkflowId, exportScheduleId, MAINTENANCE_SCHEDULES } from '../../core/ids.ts';
import type { ApiCall } from '../../dev/api-client.ts';
import { eventually } from '../support/eventually.ts';
import { byHand } from '../support/schedules.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';
import { insertMany } from './support/export-events.ts';
import { committedFiles, expectConsistent } from './support/export-manifests.ts';
import { newPlace, type ExportPlace } from './support/export-places.ts';
import { ExportReader } from './support/export-rows.ts';
import { createExport, listRuns, pastMinute, RUN_TIMEOUT_MS, type Run } from './support/export-runs.ts';
import { exportOfThen, inPostgres } from './support/past-exports.ts';

jest.setTimeout(240_000);

const MINUTES = 6;
const ROWS_PER_MINUTE = 50;
/** Ends of the planted intervals, old to new, in RFC 3339; all of them ended long ago. */
const ENDS = Array.from({ length: MINUTES }, (_, index) => pastMinute(35 - index));

let system: TestSystem;
let reader: ExportReader;
let api: ApiCall;
let look: () => Promise<FillGapsResult>;

beforeAll(async () => {
  system = await startTestSystem({ env: { SLUICE_GAP_SETTLE_MS: '0' } });
  reader = await ExportReader.open(system.directory);
  look = await byHand<FillGapsResult>(system.temporal, MAINTENANCE_SCHEDULES.fillGaps);
  const team = await system.newTeam();
  api = team.api;
  for (const minute of ENDS) {
    await insertMany(system.clickhouse, team.teamId, minute, { rows: ROWS_PER_MINUTE, bytes: 20 });
  }
});
afterAll(async () => {
  reader.close();
  await system.stop();
});

/** An export of the planted minutes. */
function exportOfAll(place: ExportPlace): Promise<string> {
  return exportOfThen(system, { api, place, ends: ENDS });
}

async function plantRun(exportId: string, minute: number, run: { status: string; code: string | null; age: string }) {
  await inPostgres(
    system,
    `INSERT INTO export_runs (id, export_id, team_id, interval_start, interval_end, trigger, config_version,
       workflow_id, workflow_run_id, started_at, finished_at, status, error_code)
     SELECT gen_random_uuid(), id, team_id, $2::timestamptz - interval '1 minute', $2, 'schedule', 1, $3, $4,
       now() - $5::interval, now() - $5::interval, $6, $7 FROM exports WHERE id = $1`,
    [exportId, ENDS[minute]?.end, `planted/${exportId}`, randomUUID(), run.age, run.status, run.code],
  );
}

async function gaps(exportId: string): Promise<{ interval_end: string; state: string; next_try_at: string | null }[]> {
  return (await api<{ items: never[] }>('GET', `/exports/${exportId}/gaps`)).items;
}

function oldToNew(runs: readonly Run[]): Run[] {
  return [...runs].sort((a, b) => a.interval_end.localeCompare(b.interval_end));
}

test('a resumed export gets every interval of its pause, once, under the ids of its Schedule', async () => {
  const place = await newPlace('file', system);
  const id = await exportOfAll(place);
  expect(await look()).toMatchObject({ started: 0 });
  await api('POST', `/exports/${id}/resume`);
  expect((await gaps(id)).map(({ interval_end }) => interval_end)).toEqual(ENDS.map(({ end }) => end));
  expect(await look()).toMatchObject({ started: MINUTES, more: false });

  const runs = oldToNew(await listRuns(api, id));
  expect(runs).toEqual(
    ENDS.map(({ end }) =>
      expect.objectContaining({
        ...{ interval_end: end, status: 'completed', trigger: 'gap_fill', rows: ROWS_PER_MINUTE },
        workflow_id: exportRunWorkflowId(id, new Date(end)),
      }),
    ),
  );
  expect(runs.slice(1).map((run) => run.interval_start)).toEqual(runs.slice(0, -1).map((run) => run.interval_end));
  await expectConsistent(place);
  const rows = MINUTES * ROWS_PER_MINUTE;
  expect(await reader.counts(await committedFiles(place))).toMatchObject({ rows, uuids: rows });
  expect(await gaps(id)).toEqual([]);
  expect(await look()).toMatchObject({ started: 0 });
});

test('a pause whose gap is given up leaves nothing to fill', async () => {
  const id = await exportOfAll(await newPlace('file', system));
  await api('POST', `/exports/${id}/resume`, { fill_gap: false });
  expect(await look()).toMatchObject({ started: 0 });
  expect(await gaps(id)).toEqual([]);
  expect(await listRuns(api, id)).toEqual([]);
});

test('runs that were lost are repeated; what failed for good, or only just, is left alone', async () => {
  const id = await exportOfAll(await newPlace('file', system));
  await plantRun(id, 0, { status: 'terminated', code: 'run_terminated', age: '1 hour' });
  await plantRun(id, 1, { status: 'failed', code: 's3_bucket_missing', age: '1 hour' });
  await plantRun(id, 2, { status: 'failed_retryable', code: 'unknown', age: '1 minute' });
  await plantRun(id, 3, { status: 'failed', code: 'run_abandoned', age: '1 hour' });
  await plantRun(id, 4, { status: 'cancelled', code: null, age: '1 hour' });
  await api('POST', `/exports/${id}/resume`);
  expect(await look()).toMatchObject({ started: 3 });
  const completed = oldToNew((await listRuns(api, id)).filter(({ status }) => status === 'completed'));
  expect(completed.map(({ interval_end }) => interval_end)).toEqual([0, 3, 5].map((minute) => ENDS[minute]?.end));
  expect(await gaps(id)).toMatchObject([
    { interval_end: ENDS[1]?.end, state: 'failed', next_try_at: null },
    { interval_end: ENDS[2]?.end, state: 'failed', next_try_at: expect.any(String) },
    { interval_end: ENDS[4]?.end, state: 'failed', next_try_at: null },
  ]);
  expect(await look()).toMatchObject({ started: 0 });
});

test('Temporal will start what the API announces, after every edit of a running export', async () => {
  const id = await createExport(api, await newPlace('file', system), { interval: '15m', paused: false });
  const schedule = system.temporal.client.schedule.getHandle(exportScheduleId(id));
  const inAnHour = new Date(Date.now() + 60 * 60_000).toISOString();
  const inAWeek = new Date(Date.now() + 7 * 24 * 60 * 60_000).toISOString();
  for (const edit of [
    { interval: 'hour' },
    { interval: 'day', time_zone: 'Europe/Berlin', hour_offset: 5 },
    { interval: 'week', time_zone: 'Asia/Kolkata', weekday_offset: 3 },
    { interval: 'day', start_at: inAWeek },
    { interval: 'hour', start_at: inAnHour, end_at: new Date(Date.parse(inAnHour) + 4 * 60 * 60_000).toISOString() },
  ]) {
    await api('PATCH', `/exports/${id}`, edit);
    await eventually(async () => {
      const { items } = await api<{ items: { interval_end: string }[] }>('GET', `/exports/${id}/next-runs?count=10`);
      const { nextActionTimes } = (await schedule.describe()).info;
      expect(items.length).toBeGreaterThan(2);
      expect(nextActionTimes.map((at) => at.toISOString())).toEqual(items.map(({ interval_end }) => interval_end));
    });
  }
  await api('PATCH', `/exports/${id}`, { interval: '1m', jitter_seconds: 900 });
  expect((await schedule.describe()).spec).toMatchObject({ jitter: 60_000 });
  await api('DELETE', `/exports/${id}`);
});

test('a Schedule that Temporal has lost is made anew, as it was, paused or not; what is deleted gets none', async () => {
  const settings = { interval: 'day', time_zone: 'Europe/Berlin', hour_offset: 5, jitter_seconds: 60 };
  const [kept, paused, deleted] = await Promise.all(
    [{ paused: false }, { paused: true }, { paused: false }].map(async (state) =>
      createExport(api, await newPlace('file', system), { ...settings, ...state }),
    ),
  );
  const scheduleOf = (id: string | undefined) => system.temporal.client.schedule.getHandle(exportScheduleId(id ?? ''));
  const settingsOf = async (id: string | undefined) => {
    const { spec, action, policies, state } = await scheduleOf(id).describe();
    return { spec, action, policies, state };
  };
  const before = await Promise.all([kept, paused].map(settingsOf));
  expect(before.map(({ state }) => state.paused)).toEqual([false, true]);
  await api('DELETE', `/exports/${deleted}`);
  await Promise.all([kept, paused].map((id) => scheduleOf(id).delete()));
  await eventually(
    async () => {
      // Temporal's list of Schedules is a little behind.
      await look();
      expect(await Promise.all([kept, paused].map(settingsOf))).toEqual(before);
    },
    { timeoutMs: 60_000 },
  );
  await expect(scheduleOf(deleted).describe()).rejects.toThrow(/not found/i);
  await Promise.all([kept, paused].map((id) => api('DELETE', `/exports/${id}`)));
});

test('runs that come due while no worker is there overlap in Temporal, and all are done once one is back', async () => {
  const place = await newPlace('file', system);
  const id = await createExport(api, place);
  const due = ENDS.slice(0, 3);
  const ids = due.map(({ end }) => exportRunWorkflowId(id, new Date(end)));
  await system.system.worker.stop();
  await system.temporal.client.schedule.getHandle(exportScheduleId(id)).backfill({
    start: new Date(due[0]?.end ?? 0),
    end: new Date(due[2]?.end ?? 0),
    overlap: ScheduleOverlapPolicy.ALLOW_ALL,
  });
  await eventually(async () => {
    expect(await Promise.all(ids.map((each) => executionState(system.temporal, each)))).toEqual(due.map(() => 'open'));
  });
  await system.system.startWorker('worker-2');
  await eventually(
    async () => {
      expect(oldToNew(await listRuns(api, id))).toMatchObject(
        due.map(({ end }) => ({ interval_end: end, status: 'completed', trigger: 'schedule', rows: ROWS_PER_MINUTE })),
      );
    },
    { timeoutMs: RUN_TIMEOUT_MS, intervalMs: 500 },
  );
  await expectConsistent(place);
});
