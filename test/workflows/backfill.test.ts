import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { exportRunWorkflowId } from '../../core/ids.ts';
import { backfill } from '../../workflows/backfill.ts';
import { batchExport } from '../../workflows/batch-export.ts';
import type { BatchExportInput } from '../../workflows/messages.ts';
import { eventually } from '../support/eventually.ts';
import { BackfillRows, startOf } from './backfill-rows.ts';
import { quietRuntime, timeSkippingEnvironment, withWorkers } from './environment.ts';

let env: TestWorkflowEnvironment;

beforeAll(async () => {
  quietRuntime();
  env = await timeSkippingEnvironment();
}, 300_000);
afterAll(async () => {
  await env.teardown();
});

test('runs every interval once, under the ids of live runs, and no more at once than it may', async () => {
  const rows = new BackfillRows(7);
  const ends = [...rows.open];
  const status = await withWorkers(env, rows.activities(), () => env.client.workflow.execute(backfill, startOf('all')));
  expect(status).toBe('completed');
  expect(rows.settled.map(({ intervalEnd }) => intervalEnd).sort()).toEqual(ends);
  expect(rows.settled).toEqual(
    ends.map(() => expect.objectContaining({ status: 'completed', runId: 'r', rows: 5, bytes: 100 })),
  );
  expect(rows.mostAtOnce).toBeLessThanOrEqual(2);
  for (const end of ends) {
    const run = env.client.workflow.getHandle(exportRunWorkflowId('all', new Date(end)));
    expect((await run.describe()).status.name).toBe('COMPLETED');
  }
}, 60_000);

test('an interval that fails does not end the others; its reason is kept', async () => {
  const rows = new BackfillRows(3);
  const [broken] = rows.open;
  rows.onLoad = (end) => {
    if (end !== broken) {
      return Promise.resolve();
    }
    throw ApplicationFailure.create({
      ...{ type: 's3_bucket_missing', message: 'the bucket does not exist', nonRetryable: true },
      details: [{ fault: 'customer', remedy: 'Create it.' }],
    });
  };
  await withWorkers(env, rows.activities(), () => env.client.workflow.execute(backfill, startOf('failing')));
  expect(rows.settled.find(({ intervalEnd }) => intervalEnd === broken)).toMatchObject({
    ...{ status: 'failed', errorCode: 's3_bucket_missing', errorMessage: 'the bucket does not exist' },
  });
  expect(rows.settled.filter(({ status }) => status === 'completed')).toHaveLength(2);
}, 60_000);

test('paused it starts nothing, resumed it goes on', async () => {
  const rows = new BackfillRows(3);
  rows.status = 'paused';
  await withWorkers(env, rows.activities(), async () => {
    const handle = await env.client.workflow.start(backfill, startOf('paused'));
    await env.sleep('1 hour');
    expect(rows.settled).toEqual([]);
    rows.status = 'running';
    await handle.signal('backfillChanged');
    expect(await handle.result()).toBe('completed');
  });
  expect(rows.settled).toHaveLength(3);
}, 60_000);

test('cancelled it cancels what is in flight', async () => {
  const rows = new BackfillRows(5);
  let loading = 0;
  rows.onLoad = () => {
    loading += 1;
    throw new Error('tried again until it is cancelled');
  };
  await withWorkers(env, rows.activities(), async () => {
    const handle = await env.client.workflow.start(backfill, startOf('cancelled'));
    await eventually(() => expect(loading).toBeGreaterThan(0));
    rows.status = 'cancelled';
    await handle.signal('backfillChanged');
    expect(await handle.result()).toBe('cancelled');
  });
  expect(rows.settled.map(({ status }) => status)).toEqual(['cancelled', 'cancelled']);
}, 60_000);

test('an interval whose live run is open waits for it', async () => {
  const rows = new BackfillRows(1);
  const [end = ''] = rows.open;
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  let first = true;
  rows.onLoad = async () => {
    if (first) {
      first = false;
      await held;
    }
  };
  await withWorkers(env, rows.activities(), async () => {
    const { args, taskQueue } = startOf('taken');
    const input: BatchExportInput = {
      ...{ ...args[0], trigger: 'schedule', intervalStart: end, intervalEnd: end },
    };
    const workflowId = exportRunWorkflowId('taken', new Date(end));
    const liveRun = await env.client.workflow.start(batchExport, { workflowId, taskQueue, args: [input] });
    const handle = await env.client.workflow.start(backfill, startOf('taken'));
    await eventually(() => expect(rows.mostAtOnce + Number(!first)).toBeGreaterThan(0));
    release();
    await liveRun.result();
    expect(await handle.result()).toBe('completed');
  });
  expect(rows.settled).toHaveLength(1);
}, 60_000);
