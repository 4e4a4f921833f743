import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { finishBackfill } from '../../activities/backfill/settle-backfill.ts';
import type { ActivityDeps } from '../../activities/deps.ts';
import { finishRun } from '../../activities/finish-run.ts';
import type { Activities } from '../../activities/types.ts';
import { exportRunWorkflowId, TASK_QUEUES } from '../../core/ids.ts';
import { createLogger } from '../../observability/logger.ts';
import { createMetrics } from '../../observability/metrics.ts';
import { createBackfill, setBackfillStatus, type BackfillRecord } from '../../store/backfills.ts';
import { createDestination } from '../../store/destinations.ts';
import { takeShard } from '../../store/delivery.ts';
import { changeReplay, createReplay, saveReplay } from '../../store/replays.ts';
import { backfill } from '../../workflows/backfill.ts';
import { batchExport } from '../../workflows/batch-export.ts';
import { INTERVAL, newExport, newRun, newTeam, newWebhook, startStore, type StoreFixture } from '../store/fixtures.ts';
import { BackfillRows, startOf } from './backfill-rows.ts';
import { quietRuntime, timeSkippingEnvironment, withWorkers } from './environment.ts';

let env: TestWorkflowEnvironment;
let store: StoreFixture;
let deps: ActivityDeps;
let teamId: number;
let operations: string;

beforeAll(async () => {
  quietRuntime();
  [env, store] = await Promise.all([timeSkippingEnvironment(), startStore()]);
  // What ends runs and backfills, with Postgres; the rest of the world has nothing to say here.
  deps = {
    ...{ db: store.db, box: store.box, logger: createLogger({ name: 'test', level: 'silent' }) },
    metrics: createMetrics({ runtime: false }),
    logWriter: { append: () => undefined, flush: () => Promise.resolve() },
    temporal: { client: { schedule: { getHandle: () => ({ pause: () => Promise.resolve() }) } } },
    settings: { pauseAfterFailures: 1 },
  } as unknown as ActivityDeps;
}, 300_000);
afterAll(async () => {
  await env.teardown();
  await store.stop();
});
beforeEach(async () => {
  teamId = await newTeam(store);
  const config = { url: 'https://example.com/ops', source: 'operations' };
  const input = { ...{ teamId, kind: 'webhook', name: 'ops', config, secretFields: [] }, startMicros: 0 };
  operations = (await createDestination(store.db, store.box, input)).id;
});

/** Type and payload of each message to the webhook for operations, oldest first. */
async function told(): Promise<[string, Record<string, unknown>][]> {
  const rows = await store.db.kysely
    .selectFrom('webhookMessages')
    .select(['eventType', 'payload'])
    .where('destinationId', '=', operations)
    .orderBy('createdAt')
    .orderBy('eventType')
    .execute();
  return rows.map(({ eventType, payload }) => [eventType, JSON.parse(payload) as Record<string, unknown>]);
}

/** Runs the activity, and loses the first answer with its worker. */
function answerLost<Input, Output>(activity: (input: Input) => Promise<Output>): (input: Input) => Promise<Output> {
  let calls = 0;
  return async (input) => {
    const output = await activity(input);
    calls += 1;
    if (calls === 1) {
      throw new Error('the worker died with the answer');
    }
    return output;
  };
}

test('a run that fails and pauses its export tells both, once', async () => {
  const { id: exportId, destinationId } = await newExport(store, teamId);
  const { id: runId } = await newRun(store, exportId);
  const [intervalStart, intervalEnd] = [INTERVAL.intervalStart, INTERVAL.intervalEnd].map((at) => at.toISOString());
  const interval = { intervalStart: intervalStart ?? '', intervalEnd: intervalEnd ?? '' };
  const run = { exportId, teamId, runId, ...interval, epoch: 1, generation: 0 };
  const activities: Partial<Activities> = {
    startRun: () => Promise.resolve({ status: 'started', run }),
    planInterval: () => Promise.resolve({ chunks: 1, rows: 5, bytes: 500 }),
    loadChunks: () => {
      throw ApplicationFailure.create({
        ...{ type: 's3_bucket_missing', message: 'the bucket does not exist', nonRetryable: true },
        details: [{ fault: 'customer', remedy: 'Create it.' }],
      });
    },
    finishRun: answerLost((input: Parameters<Activities['finishRun']>[0]) => finishRun(deps, input)),
  };
  await withWorkers(env, activities, () =>
    env.client.workflow.execute(batchExport, {
      workflowId: exportRunWorkflowId(exportId, INTERVAL.intervalEnd),
      taskQueue: TASK_QUEUES.workflows,
      args: [
        {
          ...{ exportId, teamId, name: 'nightly', destinationId, destinationKind: 's3', interval: '5m' },
          ...{ trigger: 'manual', ...interval },
        },
      ],
    }),
  );
  const about = { export_id: exportId, run_id: runId, error_code: 's3_bucket_missing', remedy: 'Create it.' };
  expect(await told()).toEqual([
    ['export.failed', expect.objectContaining({ ...about, status: 'failed', interval_end: intervalEnd })],
    ['export.paused', expect.objectContaining({ ...about, failures: 1 })],
  ]);
}, 60_000);

async function newBackfill(): Promise<BackfillRecord> {
  const { id: exportId } = await newExport(store, teamId);
  const { id } = await createBackfill(store.db, {
    ...{ exportId, teamId, rangeStart: INTERVAL.intervalStart, rangeEnd: INTERVAL.intervalEnd },
    ...{ newestFirst: false, parallel: 2, force: false },
  });
  return setBackfillStatus(store.db, { id, to: 'running', from: ['estimating'] });
}

/** Its intervals are done in memory, its end in Postgres. */
function runBackfill({ id }: BackfillRecord, rows: BackfillRows): Promise<unknown> {
  const end = answerLost((input: Parameters<Activities['finishBackfill']>[0]) => finishBackfill(deps, input));
  return withWorkers(env, { ...rows.activities(), finishBackfill: end }, () =>
    env.client.workflow.execute(backfill, startOf(id)),
  );
}

test('a backfill tells once that it is through', async () => {
  const record = await newBackfill();
  expect(await runBackfill(record, new BackfillRows(2))).toBe('completed');
  const { id: backfill_id, exportId: export_id } = record;
  expect(await told()).toEqual([['backfill.completed', { backfill_id, export_id, status: 'completed', rows: 0 }]]);
}, 60_000);

test('a backfill that is cancelled over the API tells so once', async () => {
  const record = await newBackfill();
  await setBackfillStatus(store.db, { id: record.id, to: 'cancelled' });
  const rows = new BackfillRows(2);
  rows.status = 'cancelled';
  expect(await runBackfill(record, rows)).toBe('cancelled');
  expect(await told()).toMatchObject([['backfill.completed', { backfill_id: record.id, status: 'cancelled' }]]);
}, 60_000);

test('a replay tells that it is through with its last progress, which a shard may save twice', async () => {
  const { id: destinationId } = await newWebhook(store, teamId);
  const id = randomUUID();
  await createReplay(store.db, {
    ...{ id, teamId, destinationId, scope: 'matched', range: { startMicros: 1, endMicros: 9 }, planned: 5 },
  });
  await changeReplay(store.db, id, 'resume');
  const epoch = await takeShard(store.db, { shard: 0, owner: 'test' });
  const counts = { delivered: 3, failed: 1, skipped: 1 };
  const progress = { shard: 0, epoch, id, position: { positionMicros: 9, afterUuid: null }, counts };
  await saveReplay(store.db, { ...progress, completed: false });
  expect(await told()).toEqual([]);
  await saveReplay(store.db, { ...progress, completed: true });
  await saveReplay(store.db, { ...progress, completed: true });
  expect(await told()).toEqual([['replay.completed', { replay_id: id, webhook_id: destinationId, ...counts }]]);
});
