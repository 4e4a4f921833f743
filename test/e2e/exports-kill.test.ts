import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';
import { eventually } from '../support/eventually.ts';
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
  startMinute,
} from './support/export-runs.ts';

jest.setTimeout(180_000);

const ROWS = 500_000;
/** 500,000 rows make six chunks, each of several parts in S3. */
const MAX_FILE_MB = 25;

const minute = pastMinute();
let system: TestSystem;
let reader: ExportReader;
let team: Awaited<ReturnType<TestSystem['newTeam']>>;
let worker: TestSystem['system']['worker'];

beforeAll(async () => {
  system = await startTestSystem({ s3: true });
  reader = await ExportReader.open(system.directory);
  worker = system.system.worker;
  team = await system.newTeam();
  await insertMany(system.clickhouse, team.teamId, minute, { rows: ROWS, bytes: 160 });
});
afterAll(async () => {
  reader.close();
  await system.stop();
});

const isData = (key: string): boolean => /-\d{5}\.(parquet|jsonl\.gz)$/.test(key);

/**
 * Freezes the worker where some chunks are done, others are being written and nothing is committed: what is seen is
 * still so when it is killed.
 */
function freezeHalfWay(place: ExportPlace, pid: number): Promise<{ done: string[]; abandoned: string[] }> {
  return eventually(
    async () => {
      process.kill(pid, 'SIGSTOP');
      const [keys, abandoned] = await Promise.all([place.keys(), place.unfinished()]);
      const done = keys.filter(isData);
      if (done.length === 0 || abandoned.length === 0 || keys.some((key) => key.endsWith('_manifest.json'))) {
        process.kill(pid, 'SIGCONT');
        throw new Error(`not half-way: ${JSON.stringify({ keys, abandoned })}`);
      }
      return { done, abandoned };
    },
    { timeoutMs: 60_000, intervalMs: 25 },
  );
}

function workerPid(): number {
  if (worker.pid === undefined) {
    throw new Error('there is no worker to kill');
  }
  return worker.pid;
}

async function kill(pid: number): Promise<void> {
  process.kill(pid, 'SIGKILL');
  await eventually(() => {
    expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
  });
}

/** The highest attempt at which an activity of this name has run. */
async function attempts(workflowId: string, activity: string): Promise<number> {
  const { events = [] } = await system.temporal.client.workflow.getHandle(workflowId).fetchHistory();
  const scheduled = events?.find(
    (event) => event.activityTaskScheduledEventAttributes?.activityType?.name === activity,
  );
  const started = events?.filter(
    ({ activityTaskStartedEventAttributes: of }) => String(of?.scheduledEventId) === String(scheduled?.eventId),
  );
  return Math.max(...(started ?? []).map((event) => event.activityTaskStartedEventAttributes?.attempt ?? 0));
}

test.each([
  { kind: 'file' as PlaceKind, format: JSON_LINES },
  { kind: 's3' as PlaceKind, format: PARQUET },
])('$kind: a worker killed half-way leaves an export that another one completes exactly', async ({ kind, format }) => {
  const { api } = team;
  const place = await newPlace(kind, system);
  const exportId = await createExport(api, place, { format, max_file_mb: MAX_FILE_MB });
  await startMinute(api, exportId, minute);
  const pid = workerPid();
  const { done, abandoned } = await freezeHalfWay(place, pid);
  const before = await Promise.all(done.map((key) => place.read(key)));
  await kill(pid);
  expect(await manifests(place)).toEqual([]);
  expect(await listRuns(api, exportId)).toMatchObject([{ status: 'running' }]);

  worker = await system.system.startWorker(`worker-after-${kind}`);
  const run = await finishedRun(api, exportId, () => true);
  expect(run).toMatchObject({ status: 'completed', rows: ROWS, generation: 0, error: null });
  expect(run.files).toBeGreaterThan(4);
  expect(await listRuns(api, exportId)).toHaveLength(1);
  expect(await attempts(run.workflow_id, 'loadChunks')).toBeGreaterThan(1);

  // No stale file, no open upload: what is there is what the manifest names.
  expect(abandoned).not.toEqual([]);
  await expectConsistent(place);
  expect(await manifests(place)).toMatchObject([{ export_id: exportId, run_id: run.id, rows: ROWS }]);
  const files = await committedFiles(place);
  expect(await reader.counts(files)).toEqual({ rows: ROWS, uuids: ROWS, distinctIds: ROWS });
  // What was finished before the kill was not loaded again.
  const after = done.map((key) => files.find((file) => file.key === key)?.content);
  expect(after.map((content, index) => content?.equals(before[index] ?? Buffer.alloc(0)))).toEqual(
    done.map(() => true),
  );
});
