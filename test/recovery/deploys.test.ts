import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import proto from '@temporalio/proto';
import { percentile } from '../../bench/numbers.ts';
import { TASK_QUEUES, type QueueName } from '../../core/ids.ts';
import type { Service } from '../../dev/service.ts';
import { insertMany } from '../e2e/support/export-events.ts';
import { committedFiles, expectConsistent, manifests } from '../e2e/support/export-manifests.ts';
import { newPlace, type ExportPlace } from '../e2e/support/export-places.ts';
import { ExportReader } from '../e2e/support/export-rows.ts';
import { createExport, JSON_LINES, listRuns, pastMinute, runMinute } from '../e2e/support/export-runs.ts';
import { untilAccepted, WebhookTeam, type Hook } from '../e2e/support/webhook-team.ts';
import { eventually } from '../support/eventually.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';
import { pausedBackfill, repeatedRun, retriedEvent, shard, suspendedWebhook } from './open-workflows.ts';
import { PREVIOUS_BUILD, startPreviousBuild, type PreviousBuild } from './previous-build.ts';
import { lagsMs, startLoad, type SteadyLoad } from './steady-load.ts';

jest.setTimeout(600_000);

const { WorkflowTaskFailedCause } = proto.temporal.api.enums.v1;

const QUEUES = Object.keys(TASK_QUEUES) as QueueName[];
const WORKERS = 3;
const SHARDS = 4;
/** What a process may take to finish what is in flight: docs/deploy gives it so long. */
const STOP_MS = 60_000;
const ROWS = 5_000;
const MIN_MINUTES = 3;
const MAX_P99_LAG_MS = 120_000;
/** A machine that does many other things at once is slow, but not for ever. */
const ARRIVAL_MS = 240_000;

let system: TestSystem;
let previous: PreviousBuild;
let workers: Service[];
let started = 0;
let team: WebhookTeam;
let reader: ExportReader;

/** At first the workflows are those of the previous build; activities always are of today. */
beforeAll(async () => {
  system = await startTestSystem({
    env: {
      SLUICE_QUEUES: QUEUES.filter((queue) => queue !== 'workflows').join(','),
      SLUICE_DELIVERY_SHARDS: String(SHARDS),
      SLUICE_BREAKER_MIN_FAILING_MS: '2000',
    },
  });
  workers = [system.system.worker];
  previous = await startPreviousBuild(system.config);
  reader = await ExportReader.open(system.directory);
});
afterAll(async () => {
  reader.close();
  await previous.stop();
  await system.stop();
});
beforeEach(async () => {
  team = await WebhookTeam.create(system);
});
afterEach(() => team.close());

function startWorker(): Promise<Service> {
  started += 1;
  return system.system.startWorker(`worker ${String(started)} of the deploy`, QUEUES);
}

/** As a supervisor ends a process: it is not killed before it has finished. */
async function endWorker(worker: Service): Promise<void> {
  process.kill(worker.pid ?? Number.NaN, 'SIGTERM');
  await eventually(
    () => {
      expect(worker.pid).toBeUndefined();
    },
    { timeoutMs: STOP_MS },
  );
}

/** The present build on three workers, and nothing else. */
async function deploy(): Promise<void> {
  await previous.stop();
  await Promise.all(workers.map(endWorker));
  workers = await Promise.all(Array.from({ length: WORKERS }, startWorker));
}

/**
 * Who has completed the workflow tasks of an execution, in order. None has failed; what is decided at the moment of a signal is no
 * failure: the server asks again, with the signal.
 */
async function completedBy(workflowId: string, runId: string): Promise<string[]> {
  const { events } = await system.temporal.client.workflow.getHandle(workflowId, runId).fetchHistory();
  const failures = (events ?? [])
    .flatMap(({ workflowTaskFailedEventAttributes: failed }) => failed ?? [])
    .filter(({ cause }) => cause !== WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND)
    .map(({ failure }) => failure);
  expect(failures.map((failure) => failure?.message)).toEqual([]);
  return (events ?? []).flatMap(({ workflowTaskCompletedEventAttributes: completed }) => completed?.identity ?? []);
}

test('what the previous build has begun goes on with the present one', async () => {
  const open = await Promise.all([
    shard(team, SHARDS),
    pausedBackfill(system),
    retriedEvent(system, team),
    suspendedWebhook(system, team),
  ]);
  // At last: the longer it is repeated, the longer are the breaks.
  open.push(await repeatedRun(system));
  const executions = await Promise.all(
    open.map(async ({ workflowId }) => {
      const { runId, status } = await system.temporal.client.workflow.getHandle(workflowId).describe();
      return { workflowId, runId, status: status.name };
    }),
  );
  expect(executions.map(({ status }) => status)).toEqual(open.map(() => 'RUNNING'));

  await deploy();
  await Promise.all(open.map(({ finish }) => finish()));
  for (const { workflowId, runId } of executions) {
    const names = await completedBy(workflowId, runId);
    expect([workflowId, names[0]]).toEqual([workflowId, PREVIOUS_BUILD]);
    expect([workflowId, names.at(-1)]).not.toEqual([workflowId, PREVIOUS_BUILD]);
  }
});

test('workers restarted one after another under load: nothing is lost, repeated, or late', async () => {
  const minutes = await whileLoaded((untilMore) => restartEach(untilMore));
  expect(minutes).toBeGreaterThanOrEqual(MIN_MINUTES);
});

test('both builds side by side, as in the middle of a deploy: nothing is lost, and no decision fails', async () => {
  const since = new Date();
  await whileLoaded(async (untilMore) => {
    const old = await startPreviousBuild(system.config, { forgets: true });
    try {
      await untilMore();
      // What a worker of today has kept becomes anybody's, the old one's too.
      await restartEach(untilMore);
    } finally {
      await old.stop();
    }
    await untilMore();
  });
  const decisions = await decisionsSince(since);
  const mixed = decisions.filter(
    (names) => names.includes(PREVIOUS_BUILD) && names.some((name) => name !== PREVIOUS_BUILD),
  );
  expect(mixed).not.toEqual([]);
});

async function restartEach(untilMore: () => Promise<void>): Promise<void> {
  for (const [index, worker] of workers.entries()) {
    await untilMore();
    await endWorker(worker);
    workers[index] = await startWorker();
  }
  await untilMore();
}

/** Who has taken the decisions of each workflow that has begun since. None has failed. */
async function decisionsSince(since: Date): Promise<string[][]> {
  const begun = system.temporal.client.workflow.list({ query: `StartTime >= '${since.toISOString()}'` });
  const decisions: string[][] = [];
  for await (const { workflowId, runId } of begun) {
    decisions.push(await completedBy(workflowId, runId));
  }
  return decisions;
}

/**
 * Does something to the workers while events and exports flow; `untilMore` resolves when more of them has arrived. In the
 * end everything has, once and in time. Answers how many minutes were exported meanwhile.
 */
async function whileLoaded(change: (untilMore: () => Promise<void>) => Promise<void>): Promise<number> {
  if (workers.length < WORKERS) {
    await deploy();
  }
  const hooks = await Promise.all([team.hook(), slowHook(), retriedHook()]);
  const load = startLoad(team);
  const { api, teamId } = await system.newTeam();
  const place = await newPlace('file', system);
  const exportId = await createExport(api, place, { format: JSON_LINES });
  let over = false;
  let minutes = 0;
  const exporting = async (): Promise<void> => {
    for (; !over || minutes < MIN_MINUTES; minutes += 1) {
      const minute = pastMinute(180 - minutes);
      await insertMany(system.clickhouse, teamId, minute, { rows: ROWS, bytes: 200 });
      const run = await runMinute(api, exportId, minute);
      expect(run).toMatchObject({ status: 'completed', rows: ROWS, generation: 0 });
    }
  };
  try {
    const changed = change(() => untilLoaded(hooks, load)).finally(() => {
      over = true;
      return load.end();
    });
    await Promise.all([exporting(), changed]);
  } finally {
    await load.end();
  }
  expect(load.sentAtMs.size).toBeGreaterThan(100);
  for (const hook of hooks) {
    await expectOnceAndSoon(hook, load);
  }
  expect(await listRuns(api, exportId)).toHaveLength(minutes);
  await expectWhole(place, minutes);
  const failed = await system.temporal.client.workflow.count(`ExecutionStatus = 'Failed'`);
  expect(failed.count).toBe(0);
  return minutes;
}

/** Some requests are always under way. */
async function slowHook(): Promise<Hook> {
  const hook = await team.hook();
  hook.react(async () => {
    await new Promise((resolve) => setTimeout(resolve, 100));
    return { status: 200 };
  });
  return hook;
}

/** One event in thirty-two is taken at its third attempt only: a workflow with a timer holds it meanwhile. */
async function retriedHook(): Promise<Hook> {
  const hook = await team.hook({ retry_schedule_ms: Array.from({ length: 30 }, () => 3_000) });
  hook.react(({ webhookId, attempt }) => {
    const isRetried = /[QR].$/.test(webhookId);
    return { status: isRetried && attempt < 3 ? 500 : 200 };
  });
  return hook;
}

/** Every endpoint has got events that are younger than this call. */
async function untilLoaded(hooks: readonly Hook[], load: SteadyLoad): Promise<void> {
  const old = new Set(load.sentAtMs.keys());
  await eventually(
    () => {
      const fresh = [...load.sentAtMs.keys()].filter((uuid) => !old.has(uuid));
      for (const hook of hooks) {
        const accepted = hook.accepted();
        const arrived = [...hook.idsOf(fresh)].filter((id) => accepted.has(id));
        expect(arrived.length).toBeGreaterThan(0);
      }
    },
    { timeoutMs: ARRIVAL_MS, intervalMs: 200 },
  );
}

async function expectOnceAndSoon(hook: Hook, load: SteadyLoad): Promise<void> {
  await untilAccepted(hook, load.sentAtMs.keys(), ARRIVAL_MS);
  expect(hook.accepted()).toEqual(hook.idsOf(load.sentAtMs.keys()));
  expect(hook.receiver.deliveredIds()).toHaveLength(load.sentAtMs.size);
  expect(percentile(lagsMs(hook, load), 0.99)).toBeLessThan(MAX_P99_LAG_MS);
}

/** Each row of each minute once. */
async function expectWhole(place: ExportPlace, minutes: number): Promise<void> {
  await expectConsistent(place);
  expect(await manifests(place)).toHaveLength(minutes);
  const rows = minutes * ROWS;
  expect(await reader.counts(await committedFiles(place))).toEqual({ rows, uuids: rows, distinctIds: ROWS });
}
