import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { startReceiver, type Receiver } from '../../dev/receiver.ts';
import { exportScheduleId } from '../../core/ids.ts';
import { eventually } from '../support/eventually.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';
import { insertMany } from './support/export-events.ts';
import { createExport, finishedRun, JSON_LINES, listRuns, pastDay, runMinute } from './support/export-runs.ts';
import { endCommands, runSluice } from './support/sluice-process.ts';

jest.setTimeout(120_000);

const FAILURES = 2;
const ROWS = 300;
const CONSOLE = 'https://sluice.example.com/console';

let system: TestSystem;
let team: Awaited<ReturnType<TestSystem['newTeam']>>;
let env: Record<string, string>;
const receivers: Receiver[] = [];

beforeAll(async () => {
  const settings = { SLUICE_PAUSE_AFTER_FAILURES: String(FAILURES), SLUICE_PUBLIC_URL: new URL(CONSOLE).origin };
  system = await startTestSystem({ env: settings });
  team = await system.newTeam();
  env = { SLUICE_API_URL: system.system.apiUrl, SLUICE_API_KEY: team.apiKey };
});
afterAll(async () => {
  await Promise.all(receivers.map((receiver) => receiver.close()));
  await endCommands();
  await system.stop();
});

/** A channel of the team; answers which events have arrived, verified, sorted. */
async function notices(api: typeof team.api): Promise<() => string[]> {
  const receiver = await startReceiver();
  receivers.push(receiver);
  const config = { url: receiver.url };
  const channel = { kind: 'webhook', name: 'ops', config };
  const { secret } = await api<{ secret: string }>('POST', '/notification-channels', channel);
  return () => {
    receiver.verifyAll(secret);
    return receiver.requests.map(({ body }) => (JSON.parse(body) as { type: string }).type).sort();
  };
}

/** Where each event that arrived leads, by its type. */
function pagesOf(receiver: Receiver | undefined): Record<string, string> {
  const bodies = (receiver?.requests ?? []).map(
    ({ body }) => JSON.parse(body) as { type: string; data: { console_url: string } },
  );
  return Object.fromEntries(bodies.map(({ type, data }) => [type, data.console_url]));
}

interface ExportView {
  version: number;
  destination_id: string;
  paused_by: string | null;
  pause_reason: { code: string; failures: number; run_id: string; about: string } | null;
}

async function schedulePaused(exportId: string): Promise<{ paused: boolean; note: string | undefined }> {
  const { state } = await system.temporal.client.schedule.getHandle(exportScheduleId(exportId)).describe();
  return { paused: state.paused, note: state.note };
}

test('an export that keeps failing is paused with its reason, resumed by a check that passes, and its runs are repeated', async () => {
  const { api } = team;
  const directory = join(system.directory, 'target');
  await writeFile(directory, 'a file where the folder should be');
  const days = [pastDay(1), pastDay(2)];
  for (const day of days) {
    await insertMany(system.clickhouse, team.teamId, day, { rows: ROWS, bytes: 100 });
  }
  const told = await notices(api);
  const exportId = await createExport(
    api,
    { kind: 'file', config: { directory } },
    { format: JSON_LINES, interval: 'day' },
  );
  await api('POST', `/exports/${exportId}/resume`);
  for (const day of days) {
    const error = { code: 'file_directory_invalid', fault: 'customer', step: 'loadChunks' };
    expect(await runMinute(api, exportId, day)).toMatchObject({ status: 'failed', error });
  }

  const paused = await eventually(async () => {
    const view = await api<ExportView>('GET', `/exports/${exportId}`);
    expect(view).toMatchObject({ paused: true, paused_by: 'auto' });
    return view;
  });
  const failed = await listRuns(api, exportId);
  expect(paused.pause_reason).toMatchObject({
    ...{ code: 'file_directory_invalid', failures: FAILURES, about: 'destination' },
    run_id: failed.find((run) => run.interval_end === days[1]?.end)?.id,
  });
  await eventually(async () => {
    expect(await schedulePaused(exportId)).toEqual({ paused: true, note: expect.stringContaining('file_directory') });
  });

  const check = `/destinations/${paused.destination_id}/check`;
  expect(await api('POST', check)).toMatchObject({ ok: false, resumed_exports: [] });
  await rm(directory);
  await mkdir(directory);
  expect(await api('POST', check)).toMatchObject({ ok: true, resumed_exports: [exportId] });
  expect(await schedulePaused(exportId)).toMatchObject({ paused: false });
  await api('POST', `/exports/${exportId}/pause`);

  await eventually(() => {
    expect(told()).toEqual(['export.auto_paused', 'export.failed', 'export.resumed']);
  });

  const first = failed.find((run) => run.interval_end === days[0]?.end)?.id ?? '';
  const retry = runSluice(['runs', 'retry', first, '--config', 'original', '--json'], env);
  expect(await retry.ended).toEqual({ code: 0, signal: null });
  expect(JSON.parse(retry.stdout())).toMatchObject({ interval_end: days[0]?.end, export_version: 2 });
  const again = await finishedRun(api, exportId, (run) => run.status === 'completed');
  expect(again).toMatchObject({ rows: ROWS, rows_in: ROWS, records_failed: 0, export_version: 2 });

  await eventually(() => {
    expect(told()).toEqual(['export.auto_paused', 'export.failed', 'export.recovered', 'export.resumed']);
  });
  const page = `${CONSOLE}/exports/${exportId}`;
  expect(pagesOf(receivers.at(-1))).toEqual({
    'export.auto_paused': page,
    'export.failed': `${page}/runs/${first}`,
    'export.recovered': `${page}/runs/${again.id}`,
    'export.resumed': page,
  });
  const notified = runSluice(['notifications', 'list', '--json'], env);
  expect(await notified.ended).toEqual({ code: 0, signal: null });
  expect(JSON.parse(notified.stdout())).toMatchObject({ items: [{ event: 'export.recovered' }, {}, {}, {}] });

  const log = runSluice(['runs', 'log', again.id, '--follow', '--json'], env);
  expect(await log.ended).toEqual({ code: 0, signal: null });
  const lines = log.stdout().trim().split('\n');
  const messages = lines.map((line) => (JSON.parse(line) as { message: string }).message);
  expect(messages).toEqual([
    expect.stringMatching(/^Run started for .* by manual$/),
    `Planned ${String(ROWS)} rows in 1 chunks`,
    `Loaded chunk 1 of 1: ${String(ROWS)} rows`,
    expect.stringMatching(/^Loaded 300 rows, \d+ bytes$/),
    'Committed 300 rows',
    'Verified: 300 of 300 rows are at the destination',
    expect.stringMatching(/^Run completed: 300 rows in 1 files/),
  ]);
  expect(Object.keys(again.timings).sort()).toEqual(['commit', 'load', 'plan', 'settle', 'verify']);

  const why = runSluice(['runs', 'log', first, '--level', 'error'], env);
  expect(await why.ended).toEqual({ code: 0, signal: null });
  expect(why.stdout()).toMatch(/error Loading failed: .* → Enter the path of a folder/);

  const range = { from: '2020-01-01T00:00:00Z', to: new Date().toISOString() };
  const rerun = await api<{ started: unknown[]; skipped: unknown[] }>('POST', `/exports/${exportId}/rerun`, range);
  expect(rerun.skipped).toEqual([{ interval_end: days[0]?.end, reason: 'exported' }]);
  const second = await finishedRun(
    api,
    exportId,
    (run) => run.interval_end === days[1]?.end && run.status === 'completed',
  );
  expect(second).toMatchObject({ rows: ROWS, export_version: 5 });
  expect(
    (await readdir(directory, { recursive: true })).filter((name) => name.endsWith('_manifest.json')),
  ).toHaveLength(rerun.started.length + 1);
});
