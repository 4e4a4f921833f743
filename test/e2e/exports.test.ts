import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { ApiCall } from '../../dev/api-client.ts';
import { exportRunWorkflowId, exportScheduleId } from '../../core/ids.ts';
import { eventually } from '../support/eventually.ts';
import { startTestSystem, TEST_VISIBILITY_BOUND_MS, type TestSystem } from '../support/test-system.ts';
import { captureEvents, insertMany, insertRows, neighbours, specialRows } from './support/export-events.ts';
import { committedFiles, expectConsistent, manifests } from './support/export-manifests.ts';
import { newPlace, s3Access, s3Config, type ExportPlace } from './support/export-places.ts';
import { ExportReader, expectSameRows, firstArrivals, storedRows } from './support/export-rows.ts';
import {
  createExport,
  finishedRun,
  JSON_LINES,
  listRuns,
  PARQUET,
  pastMinute,
  runMinute,
  type PastMinute,
  type Run,
} from './support/export-runs.ts';

jest.setTimeout(180_000);

let system: TestSystem;
let reader: ExportReader;

beforeAll(async () => {
  system = await startTestSystem({ s3: true });
  reader = await ExportReader.open(system.directory);
});
afterAll(async () => {
  reader.close();
  await system.stop();
});

async function expectExported(place: ExportPlace, expected: Awaited<ReturnType<typeof storedRows>>): Promise<void> {
  await expectConsistent(place);
  expectSameRows(await reader.rows(await committedFiles(place)), expected);
}

describe('what is exported', () => {
  const minute = pastMinute();
  let teamId: number;
  let api: ApiCall;
  let special: ReturnType<typeof specialRows>;

  beforeAll(async () => {
    ({ teamId, api } = await system.newTeam());
    special = specialRows(teamId, minute);
    await insertRows(system.clickhouse, [...special, ...neighbours(teamId, minute)]);
    await insertMany(system.clickhouse, teamId, minute, { rows: 12_000, bytes: 200 });
  });

  test.each([
    { kind: 'file', format: PARQUET },
    { kind: 'file', format: JSON_LINES },
    { kind: 's3', format: PARQUET },
    { kind: 's3', format: JSON_LINES },
  ] as const)('$kind, $format.file_format: another reader finds ClickHouse’s rows', async ({ kind, format }) => {
    const place = await newPlace(kind, system);
    const exportId = await createExport(api, place, { format, max_file_mb: 1 });
    const run = await runMinute(api, exportId, minute);
    expect(run).toMatchObject({ status: 'completed', rows: 12_000 + special.length, trigger: 'manual', error: null });

    const [manifest, ...others] = await manifests(place);
    expect(others).toEqual([]);
    expect(manifest).toMatchObject({ export_id: exportId, run_id: run.id, rows: run.rows, bytes: run.bytes });
    expect(manifest?.files.length).toBeGreaterThan(2);
    expect(manifest?.files).toHaveLength(run.files);

    const expected = await storedRows(system.clickhouse, teamId, minute);
    await expectExported(place, expected);
    // And ClickHouse holds what was sent, so that both did not lose the same.
    for (const { uuid, insertedAtMicros, distinctId, propertiesJson } of special) {
      const row = expected.find((stored) => stored['uuid'] === uuid);
      expect(row).toMatchObject({
        inserted_at: String(insertedAtMicros),
        ...(distinctId === undefined ? {} : { distinct_id: distinctId }),
        properties: propertiesJson,
      });
    }
  });

  test('a filter by event name leaves out everything else', async () => {
    const place = await newPlace('file', system);
    const filter = { include_events: ['order placed', 'NUL'], exclude_events: ['empty'] };
    const exportId = await createExport(api, place, { filter });
    const run = await runMinute(api, exportId, minute);
    expect(run).toMatchObject({ status: 'completed', rows: 1_201 });
    const wanted = (await storedRows(system.clickhouse, teamId, minute)).filter((row) =>
      filter.include_events.includes(row['event'] ?? ''),
    );
    await expectExported(place, wanted);
  });
});

describe('first arrival wins', () => {
  test('a uuid captured twice is exported once, in one interval and over two', async () => {
    const { teamId, api } = await system.newTeam();
    const [first, second] = [pastMinute(11), pastMinute(10)];
    const row = (insertedAtMicros: number, event: string, uuid: string = randomUUID()) => ({
      teamId,
      insertedAtMicros,
      event,
      uuid,
    });
    const [again, across, twins] = [randomUUID(), randomUUID(), randomUUID()];
    await insertRows(system.clickhouse, [
      row(first.startMicros + 5, 'first', again),
      row(first.startMicros + 6, 'again', again),
      row(first.startMicros + 7, 'first', across),
      row(first.startMicros + 8, 'twin', twins),
      row(first.startMicros + 8, 'twin', twins),
      row(second.startMicros + 1, 'again', across),
      row(second.startMicros + 2, 'only'),
    ]);
    const place = await newPlace('file', system);
    const exportId = await createExport(api, place);
    // The later minute first: what is a duplicate does not depend on what has been exported.
    expect(await runMinute(api, exportId, second)).toMatchObject({ status: 'completed', rows: 1 });
    expect(await runMinute(api, exportId, first)).toMatchObject({ status: 'completed', rows: 3 });
    await expectConsistent(place);
    const rows = await reader.rows(await committedFiles(place));
    expect(rows.map((found) => found['event']).sort()).toEqual(['first', 'first', 'only', 'twin']);
    expect(rows.map((found) => found['uuid'])).toEqual(expect.arrayContaining([again, across, twins]));
  });
});

describe('an interval that is exported already', () => {
  async function exportedMinute(kind: 'file' | 's3') {
    const team = await system.newTeam();
    const minute = pastMinute(20);
    await insertMany(system.clickhouse, team.teamId, minute, { rows: 100, bytes: 100 });
    const place = await newPlace(kind, system);
    const exportId = await createExport(team.api, place);
    const run = await runMinute(team.api, exportId, minute);
    expect(run).toMatchObject({ status: 'completed', rows: 100, files: 1 });
    return { ...team, minute, place, exportId, run };
  }

  test('is refused by the API and skipped when its schedule fires again', async () => {
    const { api, minute, place, exportId, run } = await exportedMinute('file');
    const before = await place.keys();
    await expect(runMinute(api, exportId, minute)).rejects.toThrow(/409.*interval_exported.*force/s);

    // A Schedule drops an action whose workflow is open: the run is recorded a moment before its workflow ends.
    await system.temporal.client.workflow.getHandle(run.workflow_id).result();
    const end = new Date(minute.end);
    const schedule = system.temporal.client.schedule.getHandle(exportScheduleId(exportId));
    await schedule.backfill({ start: new Date(end.getTime() - 1_000), end, overlap: 'ALLOW_ALL' });
    const skipped = await finishedRun(api, exportId, ({ id }) => id !== run.id);
    expect(skipped).toMatchObject({ status: 'skipped', interval_end: minute.end, workflow_id: run.workflow_id });
    await expectOutcome(run.workflow_id, 'skipped');
    expect(await place.keys()).toEqual(before);
  });

  test.each(['file', 's3'] as const)('%s: is replaced by force, and the old files go', async (kind) => {
    const { api, teamId, minute, place, exportId, run } = await exportedMinute(kind);
    const before = await place.keys();
    await insertRows(system.clickhouse, [{ teamId, insertedAtMicros: minute.startMicros + 1, event: 'late' }]);
    const again = await runMinute(api, exportId, minute, { force: true });
    expect(again).toMatchObject({ status: 'completed', rows: 101, generation: run.generation + 1 });
    expect(await manifests(place)).toMatchObject([{ run_id: again.id, generation: again.generation, rows: 101 }]);
    const data = (keys: string[]): string[] => keys.filter((key) => !key.endsWith('_manifest.json'));
    expect(data(await place.keys())).toEqual(data(before).map((key) => key.replace(/-(\d{5})\./, '-g1-$1.')));
    await expectExported(place, await storedRows(system.clickhouse, teamId, minute));
  });
});

async function expectOutcome(workflowId: string, outcome: string): Promise<void> {
  const handle = system.temporal.client.workflow.getHandle(workflowId);
  // The run is recorded a moment before its workflow ends.
  await handle.result();
  const { typedSearchAttributes, status } = await handle.describe();
  const found = typedSearchAttributes.getAll().find(({ key }) => key.name === 'SluiceOutcome');
  expect({ outcome: found?.value, workflow: status.name }).toEqual({ outcome, workflow: 'COMPLETED' });
}

/** A history as text, the payloads' bytes too. (A Buffer has a toJSON: the replacer must look at the holder.) */
function readable(history: object): string {
  return JSON.stringify(history, function (this: Record<string, unknown>, key: string, value: unknown) {
    const raw = this[key];
    return raw instanceof Uint8Array || Buffer.isBuffer(raw) ? Buffer.from(raw).toString() : value;
  });
}

describe('a mistake of the customer', () => {
  async function failedRun(config: Record<string, unknown>): Promise<{ run: Run; answers: string }> {
    const { teamId, api } = await system.newTeam();
    const minute: PastMinute = pastMinute(30);
    await insertMany(system.clickhouse, teamId, minute, { rows: 10, bytes: 100 });
    const exportId = await createExport(api, { kind: 's3', config });
    const run = await runMinute(api, exportId, minute);
    const paths = [`/exports/${exportId}/runs`, `/runs/${run.id}`, '/destinations', `/exports/${exportId}`];
    const answers = await Promise.all(paths.map((path) => api('GET', path)));
    const history = await system.temporal.client.workflow.getHandle(run.workflow_id).fetchHistory();
    const logged = await eventually(async () => {
      const rows = await system.clickhouse.rows({
        sql: 'SELECT * FROM log_entries WHERE team_id = {team:UInt32}',
        params: { team: teamId },
      });
      expect(JSON.stringify(rows)).toContain(run.error?.code ?? 'no error');
      return rows;
    });
    const payloads = readable(history);
    expect(payloads).toContain(exportId);
    return { run, answers: [JSON.stringify(answers), payloads, JSON.stringify(logged)].join('\n') };
  }

  test('a bucket that does not exist: failed with a remedy, and no red workflow', async () => {
    const access = s3Access(system);
    const { run, answers } = await failedRun(s3Config(access, 'no-such-bucket'));
    expect(run).toMatchObject({ status: 'failed', rows: 0, files: 0, error: { code: 's3_bucket_missing' } });
    expect(run.error?.message).toContain('no-such-bucket');
    expect(run.error?.remedy).toMatch(/Create the bucket/);
    await expectOutcome(run.workflow_id, 'failed');
    expect(answers).not.toContain(access.secretAccessKey);
  });

  test('a wrong secret: failed with a remedy, and neither secret is told', async () => {
    const secret = `wrong-${randomUUID()}`;
    const place = await newPlace('s3', system);
    const { run, answers } = await failedRun({ ...place.config, secret_access_key: secret });
    expect(run).toMatchObject({ status: 'failed', rows: 0, error: { code: 's3_credentials_refused' } });
    expect(run.error?.remedy).toMatch(/valid pair of keys/);
    await expectOutcome(run.workflow_id, 'failed');
    expect(answers).not.toContain(secret);
    expect(await place.keys()).toEqual([]);
  });
});

describe('a schedule', () => {
  const handleOf = (id: string) => system.temporal.client.workflow.getHandle(id);
  const scheduleOf = (id: string) => system.temporal.client.schedule.getHandle(exportScheduleId(id));

  async function expectReadable(workflowId: string, run: Run): Promise<void> {
    await handleOf(workflowId).result();
    const description = await handleOf(workflowId).describe();
    const found = Object.fromEntries(
      description.typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]),
    );
    expect(found).toMatchObject({
      SluiceKind: 'export',
      SluiceDestinationType: 'file',
      SluiceOutcome: 'completed',
      SluiceRows: run.rows,
    });
    expect(await description.staticSummary()).toBe('every minute to file → file, every 1m');
    const query = `SluiceKind = 'export' AND SluiceOutcome = 'completed' AND SluiceRows = ${String(run.rows)}
      AND SluiceDestinationId = '${String(found['SluiceDestinationId'])}'`;
    await eventually(async () => {
      const listed = [];
      for await (const { workflowId: id } of system.temporal.client.workflow.list({ query })) {
        listed.push(id);
      }
      expect(listed).toContain(workflowId);
    });
    const card = await handleOf(workflowId).query<{ currentDetails: string }>('__temporal_workflow_metadata');
    expect(card.currentDetails).toContain(`**completed** · ${String(run.rows)} rows`);
  }

  test('exports each minute by itself, late rows too; a paused one does not', async () => {
    const { teamId, api, captureToken } = await system.newTeam();
    const place = await newPlace('file', system);
    const exportId = await createExport(api, place, { paused: false });
    const pausedId = await createExport(api, await newPlace('file', system), { paused: false });
    await api('POST', `/exports/${pausedId}/pause`);
    // One where a minute has ended before it was paused.
    const before = (await scheduleOf(pausedId).describe()).info.numActionsTaken;
    // What a resumed schedule starts is as readable as what a new one does.
    await api('POST', `/exports/${exportId}/pause`);
    await api('POST', `/exports/${exportId}/resume`);

    await captureEvents(system.system.apiUrl, captureToken, { events: 300, repeated: 2 });
    const captured = await storedRows(system.clickhouse, teamId);
    expect(captured).toHaveLength(302);
    const lastMicros = Math.max(...captured.map((row) => Number(row['inserted_at'])));
    const end = new Date(Math.ceil((lastMicros + 1) / 60_000_000) * 60_000);
    const workflowId = exportRunWorkflowId(exportId, end);
    await eventually(() => handleOf(workflowId).describe(), { timeoutMs: 90_000, intervalMs: 200 });
    // The minute has ended and its run has begun: now a slow insert, stamped before rows that everybody has seen.
    await insertRows(system.clickhouse, [{ teamId, insertedAtMicros: lastMicros - 1, event: 'slow insert' }]);

    const run = await finishedRun(api, exportId, ({ interval_end }) => interval_end === end.toISOString());
    expect(run).toMatchObject({ status: 'completed', trigger: 'schedule', workflow_id: workflowId, error: null });
    expect(Object.keys(run.timings).sort()).toEqual(['commit', 'load', 'plan', 'settle', 'verify']);
    const finishedAtMs = Date.parse(run.finished_at ?? '');
    expect(finishedAtMs).toBeGreaterThanOrEqual(end.getTime() + TEST_VISIBILITY_BOUND_MS);
    expect(Date.parse(run.started_at)).toBeLessThan(finishedAtMs);

    const stored = await storedRows(system.clickhouse, teamId);
    expect(stored).toHaveLength(303);
    await expectExported(place, firstArrivals(stored));
    await expectReadable(workflowId, run);
    const runs = (await listRuns(api, exportId)).filter(
      ({ interval_end }) => Date.parse(interval_end) <= end.getTime(),
    );
    expect(runs.reduce((sum, { rows }) => sum + rows, 0)).toBe(301);
    expect(new Set(runs.map(({ interval_end }) => interval_end)).size).toBe(runs.length);

    expect(await listRuns(api, pausedId)).toHaveLength(before);
    const { state, info } = await scheduleOf(pausedId).describe();
    expect({ paused: state.paused, started: info.numActionsTaken }).toEqual({ paused: true, started: before });
  });
});
