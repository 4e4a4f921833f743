import { EventEmitter, once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import { WorkflowFailedError } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { Activities, FinishRunInput, RunRef } from '../../activities/types.ts';
import { exportRunWorkflowId, TASK_QUEUES } from '../../core/ids.ts';
import { overQuota } from '../../core/quotas.ts';
import { batchExport } from '../../workflows/batch-export.ts';
import type { BatchExportInput } from '../../workflows/messages.ts';
import { quietRuntime, timeSkippingEnvironment, withWorkers } from './environment.ts';

let env: TestWorkflowEnvironment;

beforeAll(async () => {
  quietRuntime();
  env = await timeSkippingEnvironment();
}, 300_000);

afterAll(async () => {
  await env.teardown();
});

const RUN: RunRef = {
  exportId: 'e1',
  teamId: 1,
  runId: 'r1',
  intervalStart: '2026-11-21T04:00:00.000Z',
  intervalEnd: '2026-11-21T05:00:00.000Z',
  epoch: 1,
  generation: 0,
};
const COUNTS = { rows: 5, bytes: 100, files: 1 };

type ExportActivities = Pick<
  Activities,
  | 'resolveInterval'
  | 'startRun'
  | 'planInterval'
  | 'loadChunks'
  | 'commitRun'
  | 'verifyRun'
  | 'startGeneration'
  | 'finishRun'
>;

function activities(overrides: Partial<ExportActivities>, finished: FinishRunInput[]): ExportActivities {
  return {
    resolveInterval: ({ nominal }) => Promise.resolve({ intervalStart: RUN.intervalStart, intervalEnd: nominal }),
    startRun: () => Promise.resolve({ status: 'started', run: RUN }),
    planInterval: () => Promise.resolve({ chunks: 1, rows: 5, bytes: 500 }),
    loadChunks: () => Promise.resolve(COUNTS),
    commitRun: () => Promise.resolve(COUNTS),
    verifyRun: () => Promise.resolve({ ...COUNTS, sourceRows: 5, hash: '7', complete: true }),
    startGeneration: (run) => Promise.resolve({ ...run, generation: run.generation + 1 }),
    finishRun: (input) => {
      finished.push(input);
      return Promise.resolve();
    },
    ...overrides,
  };
}

function start(exportId: string): { workflowId: string; taskQueue: string; args: [BatchExportInput] } {
  const input: BatchExportInput = {
    exportId,
    teamId: 1,
    name: 'nightly',
    destinationId: 'd1',
    destinationKind: 's3',
    interval: 'hour',
    trigger: 'manual',
    intervalStart: RUN.intervalStart,
    intervalEnd: RUN.intervalEnd,
  };
  return {
    workflowId: exportRunWorkflowId(exportId, new Date(RUN.intervalEnd)),
    taskQueue: TASK_QUEUES.workflows,
    args: [input],
  };
}

function foreignGeneration(type: string, metGeneration: number): ApplicationFailure {
  const details = [{ code: type, fault: 'platform', metGeneration }];
  return ApplicationFailure.create({ type, message: 'another run holds the interval', nonRetryable: true, details });
}

describe('batchExport', () => {
  test('completes, with the hash for the ledger', async () => {
    const finished: FinishRunInput[] = [];
    const result = await withWorkers(env, activities({}, finished), () =>
      env.client.workflow.execute(batchExport, start('ok')),
    );
    expect(result).toEqual({ runId: 'r1', status: 'completed', ...COUNTS });
    expect(finished).toEqual([{ run: RUN, status: 'completed', ...COUNTS, hash: '7' }]);
  }, 60_000);

  test('what may wait takes the slots of backfills only', async () => {
    const finished: FinishRunInput[] = [];
    const { args, ...options } = start('gentle');
    await withWorkers(env, activities({}, finished), () =>
      env.client.workflow.execute(batchExport, { ...options, args: [{ ...args[0], queue: 'backfills' }] }),
    );
    const { events } = await env.client.workflow.getHandle(options.workflowId).fetchHistory();
    const queues = events?.flatMap(
      ({ activityTaskScheduledEventAttributes: scheduled }) => scheduled?.taskQueue?.name ?? [],
    );
    expect([...new Set(queues)]).toEqual([TASK_QUEUES.backfills]);
    expect(queues).toHaveLength(6);
  }, 60_000);

  test("a customer's mistake is a failed run with a remedy, not a failed workflow", async () => {
    const finished: FinishRunInput[] = [];
    const refuse = (): never => {
      throw ApplicationFailure.create({
        type: 's3_bucket_missing',
        message: 'the bucket "events" does not exist',
        nonRetryable: true,
        details: [{ fault: 'customer', remedy: 'Create the bucket.' }],
      });
    };
    const result = await withWorkers(env, activities({ loadChunks: refuse }, finished), () =>
      env.client.workflow.execute(batchExport, start('customer')),
    );
    expect(result).toMatchObject({ status: 'failed', errorCode: 's3_bucket_missing' });
    expect(finished).toEqual([expect.objectContaining({ status: 'failed', remedy: 'Create the bucket.' })]);
  }, 60_000);

  test('a quota ends the run over quota, and the workflow as completed', async () => {
    const finished: FinishRunInput[] = [];
    const { code: type, message, remedy, fault } = overQuota({ limit: 9, used: 5, rows: 5, renewsAt: new Date() });
    const refuse = (): never => {
      throw ApplicationFailure.create({ type, message, nonRetryable: true, details: [{ fault, remedy }] });
    };
    const options = start('quota');
    const result = await withWorkers(env, activities({ planInterval: refuse }, finished), () =>
      env.client.workflow.execute(batchExport, options),
    );
    expect(result).toMatchObject({ status: 'over_quota', errorCode: 'quota_exceeded', rows: 0 });
    expect(finished).toEqual([expect.objectContaining({ status: 'over_quota', remedy, errorFault: 'customer' })]);
    const { typedSearchAttributes } = await env.client.workflow.getHandle(options.workflowId).describe();
    expect(typedSearchAttributes.getAll().map(({ value }) => value)).toContain('over_quota');
  }, 60_000);

  test('an unknown failure is retried within the budget, then fails the workflow and closes the run', async () => {
    const finished: FinishRunInput[] = [];
    let calls = 0;
    const broken = (): never => {
      calls += 1;
      throw new Error('connection reset');
    };
    const run = withWorkers(env, activities({ loadChunks: broken }, finished), () =>
      env.client.workflow.execute(batchExport, start('broken')),
    );
    await expect(run).rejects.toThrow(WorkflowFailedError);
    expect(calls).toBeGreaterThan(10);
    expect(finished).toEqual([expect.objectContaining({ status: 'failed_retryable' })]);
  }, 60_000);

  test('rows that became visible late are exported by a new generation of the same run', async () => {
    const finished: FinishRunInput[] = [];
    const verifyRun: ExportActivities['verifyRun'] = (run) =>
      Promise.resolve({ ...COUNTS, sourceRows: 6, hash: '7', complete: run.generation === 1 });
    await withWorkers(env, activities({ verifyRun }, finished), () =>
      env.client.workflow.execute(batchExport, start('late')),
    );
    expect(finished[0]?.run.generation).toBe(1);
  }, 60_000);

  test.each([
    [1, 'completed'],
    [9, 'failed'],
  ])(
    'a stage that got lost %d times is loaded again under a new plan: %s',
    async (losses, status) => {
      const finished: FinishRunInput[] = [];
      const generations: number[] = [];
      const commitRun = (run: RunRef): Promise<typeof COUNTS> => {
        generations.push(run.generation);
        if (generations.length <= losses) {
          throw ApplicationFailure.create({
            type: 'postgres_stage_lost',
            message: 'what was staged is not there any more',
            nonRetryable: true,
            details: [{ fault: 'destination', remedy: 'Run the interval again.' }],
          });
        }
        return Promise.resolve(COUNTS);
      };
      const result = await withWorkers(env, activities({ commitRun }, finished), () =>
        env.client.workflow.execute(batchExport, start(`lost-${String(losses)}`)),
      );
      expect(result).toMatchObject({ status });
      expect(generations).toEqual(losses === 1 ? [0, 1] : [0, 1, 2]);
      expect(finished).toEqual([expect.objectContaining({ status })]);
    },
    60_000,
  );

  test('a generation that the destination holds by an unknown run is passed by, under the same lease', async () => {
    const finished: FinishRunInput[] = [];
    const above: unknown[] = [];
    const loadChunks = (run: RunRef): Promise<typeof COUNTS> =>
      run.generation === 0 ? Promise.reject(foreignGeneration('run_superseded', 4)) : Promise.resolve(COUNTS);
    const startGeneration: ExportActivities['startGeneration'] = (input) => {
      above.push(input.above);
      return Promise.resolve({ ...RUN, generation: 5 });
    };
    const result = await withWorkers(env, activities({ loadChunks, startGeneration }, finished), () =>
      env.client.workflow.execute(batchExport, start('restored')),
    );
    expect(result).toMatchObject({ status: 'completed' });
    expect(above).toEqual([4]);
    expect(finished).toEqual([expect.objectContaining({ status: 'completed', run: { ...RUN, generation: 5 } })]);
  }, 60_000);

  test('a run that another one has replaced stops when it may not plan again', async () => {
    const finished: FinishRunInput[] = [];
    const refused = { type: 'run_lease_lost', message: 'taken', nonRetryable: true, details: [{ fault: 'platform' }] };
    const overrides: Partial<ExportActivities> = {
      commitRun: () => Promise.reject(foreignGeneration('destination_generation_taken', 0)),
      startGeneration: () => Promise.reject(ApplicationFailure.create(refused)),
    };
    const run = withWorkers(env, activities(overrides, finished), () =>
      env.client.workflow.execute(batchExport, start('replaced')),
    );
    await expect(run).rejects.toThrow(WorkflowFailedError);
    expect(finished).toEqual([expect.objectContaining({ status: 'failed', errorCode: 'run_lease_lost' })]);
  }, 60_000);

  test('what a destination keeps is completed as it is, and not counted against a source that has lost it', async () => {
    const finished: FinishRunInput[] = [];
    const overrides: Partial<ExportActivities> = {
      commitRun: () => Promise.resolve({ ...COUNTS, rows: 9, kept: true }),
      verifyRun: () => Promise.reject(new Error('nothing to count')),
    };
    const result = await withWorkers(env, activities(overrides, finished), () =>
      env.client.workflow.execute(batchExport, start('kept')),
    );
    expect(result).toMatchObject({ status: 'completed', rows: 9 });
    expect(finished).toEqual([expect.objectContaining({ status: 'completed', rows: 9, hash: '' })]);
  }, 60_000);

  test('a cancelled run is closed as cancelled', async () => {
    const finished: FinishRunInput[] = [];
    const failing = (): never => {
      throw new Error('not yet');
    };
    const run = withWorkers(env, activities({ planInterval: failing }, finished), async () => {
      const handle = await env.client.workflow.start(batchExport, start('cancel'));
      await handle.cancel();
      return handle.result();
    });
    await expect(run).rejects.toThrow(WorkflowFailedError);
    expect(finished).toEqual([expect.objectContaining({ status: 'cancelled' })]);
  }, 60_000);

  test('a run that is cancelled while it starts is closed as cancelled', async () => {
    const finished: FinishRunInput[] = [];
    const asked = new EventEmitter();
    const begun = once(asked, 'begun');
    const startRun: ExportActivities['startRun'] = async () => {
      const cancelled = once(asked, 'cancelled');
      asked.emit('begun');
      await cancelled;
      return { status: 'started', run: RUN };
    };
    const run = withWorkers(env, activities({ startRun }, finished), async () => {
      const handle = await env.client.workflow.start(batchExport, start('cancel-start'));
      await begun;
      await handle.cancel();
      asked.emit('cancelled');
      return handle.result();
    });
    await expect(run).rejects.toThrow(WorkflowFailedError);
    expect(finished).toEqual([expect.objectContaining({ run: RUN, status: 'cancelled' })]);
  }, 60_000);

  /** Changes behind `patched` that a history tells of: whoever does not know them cannot go on with it. */
  async function changesIn(workflowId: string): Promise<number> {
    const { events } = await env.client.workflow.getHandle(workflowId).fetchHistory();
    return (events ?? []).filter(({ markerRecordedEventAttributes: marker }) => Boolean(marker)).length;
  }

  test('a worker of the release before can go on with a run, unless it was cancelled while it started', async () => {
    const whole = start('unmarked');
    const late = start('unmarked-cancel');
    const planInterval = (): never => {
      throw new Error('not yet');
    };
    await withWorkers(env, activities({}, []), () => env.client.workflow.execute(batchExport, whole));
    const asked = new EventEmitter();
    const planned = once(asked, 'planned');
    await withWorkers(
      env,
      activities({ planInterval: () => (asked.emit('planned'), planInterval()) }, []),
      async () => {
        const handle = await env.client.workflow.start(batchExport, late);
        await planned;
        await handle.cancel();
        await expect(handle.result()).rejects.toThrow(WorkflowFailedError);
      },
    );
    expect([await changesIn(whole.workflowId), await changesIn(late.workflowId)]).toEqual([0, 0]);
  }, 60_000);

  test('an interval that another run has exported is skipped', async () => {
    const finished: FinishRunInput[] = [];
    const startRun: ExportActivities['startRun'] = () => Promise.resolve({ status: 'skipped', reason: 'exported' });
    const result = await withWorkers(env, activities({ startRun }, finished), () =>
      env.client.workflow.execute(batchExport, start('skip')),
    );
    expect(result.status).toBe('skipped');
    expect(finished).toEqual([]);
  }, 60_000);

  test('a run without bounds exports what the control plane says is due at its nominal time', async () => {
    const asked: unknown[] = [];
    const startedWith: unknown[] = [];
    const bounds = { intervalStart: '2026-03-28T23:00:00.000Z', intervalEnd: '2026-03-29T22:00:00.000Z' };
    const overrides: Partial<ExportActivities> = {
      resolveInterval: (input) => {
        asked.push(input);
        return Promise.resolve(bounds);
      },
      startRun: (input) => {
        startedWith.push(input);
        return Promise.resolve({ status: 'started', run: { ...RUN, ...bounds } });
      },
    };
    const { intervalStart: _start, intervalEnd: _end, ...input } = start('due').args[0];
    await withWorkers(env, activities(overrides, []), () =>
      env.client.workflow.execute(batchExport, { ...start('due'), args: [input] }),
    );
    expect(asked).toEqual([{ exportId: 'due', nominal: expect.stringMatching(/^20.*Z$/) }]);
    expect(startedWith).toEqual([expect.objectContaining(bounds)]);
  }, 60_000);
});
