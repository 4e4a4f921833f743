import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { Service } from '../../dev/service.ts';
import { TASK_QUEUES } from '../../core/ids.ts';
import { eventually } from '../support/eventually.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';
import { insertMany } from './support/export-events.ts';
import { committedFiles, expectConsistent, manifests } from './support/export-manifests.ts';
import { newPlace } from './support/export-places.ts';
import { ExportReader } from './support/export-rows.ts';
import { createExport, finishedRun, JSON_LINES, listRuns, pastMinute } from './support/export-runs.ts';
import { endCommands, runSluice } from './support/sluice-process.ts';
import { untilAccepted, WebhookTeam } from './support/webhook-team.ts';

jest.setTimeout(180_000);

const MINUTES = 12;
const ROWS = 6_000;
const LIVE_QUEUES = ['workflows', 'exports', 'deliveries', 'retries'] as const;

interface Backfill {
  id: string;
  status: string;
  workflow_id: string;
  estimate: { intervals: number; rows: number; empty: number; skipped: number } | null;
  progress: { intervals: number; completed: number; failed: number; empty: number; skipped: number; rows: number };
}

let system: TestSystem;
let reader: ExportReader;
let live: WebhookTeam;

beforeAll(async () => {
  system = await startTestSystem({ env: { SLUICE_QUEUES: LIVE_QUEUES.join(',') } });
  reader = await ExportReader.open(system.directory);
  live = await WebhookTeam.create(system);
});
afterAll(async () => {
  await endCommands();
  await live.close();
  reader.close();
  await system.stop();
});

function startWorker(name: string): Promise<Service> {
  return system.system.startWorker(name, ['backfills']);
}

async function kill(worker: Service): Promise<void> {
  const pid = worker.pid ?? 0;
  process.kill(pid, 'SIGKILL');
  await eventually(() => {
    expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
  });
}

/** The queues of all activities of an execution. */
async function queuesOf(workflowId: string): Promise<Set<string>> {
  const { events } = await system.temporal.client.workflow.getHandle(workflowId).fetchHistory();
  return new Set(
    (events ?? []).flatMap(({ activityTaskScheduledEventAttributes: scheduled }) => scheduled?.taskQueue?.name ?? []),
  );
}

test('a backfill goes on where its killed worker was, and live work never waits for it', async () => {
  const { team } = live;
  const { api } = team;
  const hook = await live.hook();
  const livePlace = await newPlace('file', system);
  const liveExport = await createExport(api, livePlace, { format: JSON_LINES, paused: false });

  const past = await system.newTeam();
  const minutes = Array.from({ length: MINUTES }, (_, index) => pastMinute(120 - index));
  for (const minute of minutes) {
    await insertMany(system.clickhouse, past.teamId, minute, { rows: ROWS, bytes: 400 });
  }
  const place = await newPlace('file', system);
  const exportId = await createExport(past.api, place, { format: JSON_LINES });
  // Ten empty minutes lie in front of the first event; nothing of them is owed to anybody.
  const range = {
    from: new Date((minutes[0]?.startMicros ?? 0) / 1_000 - 10 * 60_000).toISOString(),
    to: minutes.at(-1)?.end,
  };
  const path = `/exports/${exportId}/backfills`;
  const expected = { intervals: MINUTES, rows: MINUTES * ROWS, empty: 10, skipped: 0 };
  const { estimate } = await past.api<{ estimate: object }>('POST', path, { ...range, dry_run: true });
  expect(estimate).toMatchObject({ ...expected, basis: 'default' });
  const backfill = await past.api<Backfill>('POST', path, { ...range, order: 'oldest' });
  const read = (): Promise<Backfill> => past.api('GET', `/backfills/${backfill.id}`);

  // Nobody serves its queue yet, and live work does not care.
  const captured = await live.capture([{}, {}, {}]);
  await untilAccepted(hook, captured);
  expect(await read()).toMatchObject({ status: 'estimating' });

  const first = await startWorker('backfills-1');
  await eventually(
    async () => {
      expect((await read()).progress.completed).toBeGreaterThan(1);
    },
    { timeoutMs: 60_000 },
  );
  await kill(first);
  const atKill = (await read()).progress.completed;
  expect(atKill).toBeLessThan(MINUTES);
  await untilAccepted(hook, [...captured, ...(await live.capture([{}, {}, {}]))]);
  await startWorker('backfills-2');
  const followed = runSluice(['backfills', 'show', backfill.id, '--follow', '--json'], {
    SLUICE_API_URL: system.system.apiUrl,
    SLUICE_API_KEY: past.apiKey,
  });
  expect((await followed.ended).code).toBe(0);
  const done = await read();
  expect(done).toMatchObject({ status: 'completed', estimate: expected });
  expect(done.progress).toMatchObject({ completed: MINUTES, empty: 10, failed: 0, rows: MINUTES * ROWS });

  await expectConsistent(place);
  expect(await manifests(place)).toHaveLength(MINUTES);
  const all = MINUTES * ROWS;
  expect(await reader.counts(await committedFiles(place))).toEqual({ rows: all, uuids: all, distinctIds: ROWS });
  const runs = await listRuns(past.api, exportId);
  expect(runs.map(({ trigger }) => trigger)).toEqual(Array.from({ length: MINUTES }, () => 'backfill'));
  for (const { workflow_id: workflowId } of [...runs, done]) {
    expect([...(await queuesOf(workflowId))]).toEqual([TASK_QUEUES.backfills]);
  }
  const liveRun = await finishedRun(api, liveExport, (run) => run.status === 'completed');
  expect([...(await queuesOf(liveRun.workflow_id))]).toEqual([TASK_QUEUES.exports]);

  // Once more: everything is there.
  const again = await past.api<Backfill>('POST', path, range);
  await eventually(
    async () => {
      const { status, progress } = await past.api<Backfill>('GET', `/backfills/${again.id}`);
      expect({ status, ...progress }).toMatchObject({ status: 'completed', completed: 0, skipped: MINUTES });
    },
    { timeoutMs: 60_000 },
  );
});
