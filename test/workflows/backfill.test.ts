import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { Activities, BackfillLook, SettleIntervalInput } from '../../activities/types.ts';
import { backfillWorkflowId, exportRunWorkflowId, TASK_QUEUES } from '../../core/ids.ts';
import { backfill } from '../../workflows/backfill.ts';
import { batchExport } from '../../workflows/batch-export.ts';
import type { BackfillInput, BatchExportInput } from '../../workflows/messages.ts';
import { eventually } from '../support/eventually.ts';
import { quietRuntime, timeSkippingEnvironment, withWorkers } from './environment.ts';

let env: TestWorkflowEnvironment;

beforeAll(async () => {
  quietRuntime();
  env = await timeSkippingEnvironment();
}, 300_000);
afterAll(async () => {
  await env.teardown();
});

const COUNTS = { rows: 5, bytes: 100, files: 1 };
const HOUR_MS = 3_600_000;

/** The rows of a backfill as Postgres would hold them, and runs that do nothing. */
class Rows {
  status: BackfillLook['status'] = 'running';
  readonly open: string[];
  readonly settled: SettleIntervalInput[] = [];
  mostAtOnce = 0;
  slots = 2;
  /** Called when an interval is loaded. */
  onLoad: (end: string) => Promise<void> = () => Promise.resolve();

  constructor(intervals: number) {
    this.open = Array.from({ length: intervals }, (_, index) =>
      new Date(Date.UTC(2026, 10, 21) + index * HOUR_MS).toISOString(),
    );
  }

  activities(): Partial<Activities> {
    return {
      planBackfill: () => Promise.resolve(),
      lookAtBackfill: ({ inFlight }) => Promise.resolve(this.look(inFlight)),
      settleBackfillInterval: (input) => {
        this.settled.push(input);
        this.open.splice(this.open.indexOf(input.intervalEnd), 1);
        return Promise.resolve();
      },
      finishBackfill: ({ to }) => {
        this.status = this.open.length > 0 && to === 'completed' ? this.status : to;
        return Promise.resolve(this.status);
      },
      startRun: (input) =>
        Promise.resolve({ status: 'started', run: { ...input, runId: 'r', epoch: 1, generation: 0 } }),
      planInterval: () => Promise.resolve({ chunks: 1, rows: 5, bytes: 100 }),
      loadChunks: async (run) => {
        await this.onLoad(run.intervalEnd);
        return COUNTS;
      },
      commitRun: () => Promise.resolve(COUNTS),
      verifyRun: () => Promise.resolve({ ...COUNTS, sourceRows: 5, hash: '7', complete: true }),
      finishRun: () => Promise.resolve(),
    };
  }

  private look(inFlight: string[]): BackfillLook {
    this.mostAtOnce = Math.max(this.mostAtOnce, inFlight.length);
    const free = this.status === 'running' ? this.slots - inFlight.length : 0;
    const next = this.open.filter((end) => !inFlight.includes(end)).slice(0, Math.max(0, free));
    const zero = { intervals: 0, completed: 0, skipped: 0, empty: 0, failed: 0, cancelled: 0, rows: 0, bytes: 0 };
    return {
      status: this.status,
      intervals: next.map((end) => ({ start: new Date(Date.parse(end) - HOUR_MS).toISOString(), end })),
      force: false,
      open: this.open.length,
      progress: { ...zero, running: 0, pending: this.open.length, rowsLeft: 0, secondsLeft: null },
      throttle: { level: 1 },
    };
  }
}

function start(id: string): { workflowId: string; taskQueue: string; args: [BackfillInput] } {
  const input: BackfillInput = {
    ...{ backfillId: id, exportId: id, teamId: 1, name: 'nightly', destinationId: 'd1', destinationKind: 's3' },
    interval: 'hour',
  };
  return { workflowId: backfillWorkflowId(id), taskQueue: TASK_QUEUES.workflows, args: [input] };
}

test('runs every interval once, under the ids of live runs, and no more at once than it may', async () => {
  const rows = new Rows(7);
  const ends = [...rows.open];
  const status = await withWorkers(env, rows.activities(), () => env.client.workflow.execute(backfill, start('all')));
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
  const rows = new Rows(3);
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
  await withWorkers(env, rows.activities(), () => env.client.workflow.execute(backfill, start('failing')));
  expect(rows.settled.find(({ intervalEnd }) => intervalEnd === broken)).toMatchObject({
    ...{ status: 'failed', errorCode: 's3_bucket_missing', errorMessage: 'the bucket does not exist' },
  });
  expect(rows.settled.filter(({ status }) => status === 'completed')).toHaveLength(2);
}, 60_000);

test('paused it starts nothing, resumed it goes on', async () => {
  const rows = new Rows(3);
  rows.status = 'paused';
  await withWorkers(env, rows.activities(), async () => {
    const handle = await env.client.workflow.start(backfill, start('paused'));
    await env.sleep('1 hour');
    expect(rows.settled).toEqual([]);
    rows.status = 'running';
    await handle.signal('backfillChanged');
    expect(await handle.result()).toBe('completed');
  });
  expect(rows.settled).toHaveLength(3);
}, 60_000);

test('cancelled it cancels what is in flight', async () => {
  const rows = new Rows(5);
  let loading = 0;
  rows.onLoad = () => {
    loading += 1;
    throw new Error('tried again until it is cancelled');
  };
  await withWorkers(env, rows.activities(), async () => {
    const handle = await env.client.workflow.start(backfill, start('cancelled'));
    await eventually(() => expect(loading).toBeGreaterThan(0));
    rows.status = 'cancelled';
    await handle.signal('backfillChanged');
    expect(await handle.result()).toBe('cancelled');
  });
  expect(rows.settled.map(({ status }) => status)).toEqual(['cancelled', 'cancelled']);
}, 60_000);

test('an interval whose live run is open waits for it', async () => {
  const rows = new Rows(1);
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
    const { args, taskQueue } = start('taken');
    const input: BatchExportInput = {
      ...{ ...args[0], trigger: 'schedule', intervalStart: end, intervalEnd: end },
    };
    const workflowId = exportRunWorkflowId('taken', new Date(end));
    const liveRun = await env.client.workflow.start(batchExport, { workflowId, taskQueue, args: [input] });
    const handle = await env.client.workflow.start(backfill, start('taken'));
    await eventually(() => expect(rows.mostAtOnce + Number(!first)).toBeGreaterThan(0));
    release();
    await liveRun.result();
    expect(await handle.result()).toBe('completed');
  });
  expect(rows.settled).toHaveLength(1);
}, 60_000);
