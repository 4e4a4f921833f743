import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { WorkflowFailedError } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { Activities } from '../../activities/types.ts';
import { MAINTENANCE_SCHEDULES, TASK_QUEUES } from '../../core/ids.ts';
import { auditDeliveries, cleanUp, fillGaps, repairEvents, sweepRuns } from '../../workflows/maintenance.ts';
import { quietRuntime, timeSkippingEnvironment, withWorkers } from './environment.ts';

let env: TestWorkflowEnvironment;
let nextId = 0;

beforeAll(async () => {
  quietRuntime();
  env = await timeSkippingEnvironment();
}, 300_000);

afterAll(async () => {
  await env.teardown();
});

/** Runs one look; answers its result and the search attributes it leaves. */
async function look<Result>(
  workflow: () => Promise<Result>,
  activities: Partial<Activities>,
): Promise<{ result: Result; outcome: unknown; rows: unknown }> {
  nextId += 1;
  return withWorkers(env, activities, async () => {
    const workflowId = `${MAINTENANCE_SCHEDULES.sweepRuns}-${String(nextId)}`;
    const handle = await env.client.workflow.start(workflow, {
      workflowId,
      taskQueue: TASK_QUEUES.workflows,
      args: [],
    });
    const result = await handle.result();
    const { typedSearchAttributes } = await handle.describe();
    const attribute = (name: string): unknown =>
      typedSearchAttributes.getAll().find(({ key }) => key.name === name)?.value;
    return { result, outcome: attribute('SluiceOutcome'), rows: attribute('SluiceRows') };
  });
}

describe('sweepRuns', () => {
  test('says what it did', async () => {
    const clean = await look(sweepRuns, { sweepRuns: () => Promise.resolve({ looked: 3, closed: 0 }) });
    expect(clean).toEqual({ result: { looked: 3, closed: 0 }, outcome: 'clean', rows: 0 });
    const repaired = await look(sweepRuns, { sweepRuns: () => Promise.resolve({ looked: 3, closed: 2 }) });
    expect(repaired).toMatchObject({ outcome: 'repaired', rows: 2 });
  }, 60_000);

  test('fails after a few tries instead of hanging: the Schedule starts the next look', async () => {
    let calls = 0;
    const broken = (): never => {
      calls += 1;
      throw new Error('connection reset');
    };
    await expect(look(sweepRuns, { sweepRuns: broken })).rejects.toThrow(WorkflowFailedError);
    expect(calls).toBe(3);
  }, 60_000);
});

test('cleanUp says how many deletions it finished, and removed downloads', async () => {
  const done = await look(cleanUp, { cleanUp: () => Promise.resolve({ open: 3, settled: 2, files: 1 }) });
  expect(done).toEqual({ result: { open: 3, settled: 2, files: 1 }, outcome: 'repaired', rows: 3 });
}, 60_000);

describe('fillGaps', () => {
  test('goes on until nothing is due, and says how much was started', async () => {
    let calls = 0;
    const activity = (): ReturnType<Activities['fillGaps']> => {
      calls += 1;
      return Promise.resolve({ exports: 9, started: 16, more: calls < 3 });
    };
    expect(await look(fillGaps, { fillGaps: activity })).toEqual({
      result: { exports: 9, started: 48, more: false },
      outcome: 'repaired',
      rows: 48,
    });
  }, 60_000);
});

describe('repairEvents', () => {
  const page = { windows: 36, compared: 1_000, repaired: 1 };

  test('goes on until everything that has settled is compared', async () => {
    let calls = 0;
    const activity = (): ReturnType<Activities['repairEvents']> => {
      calls += 1;
      return Promise.resolve({ ...page, until: `2026-11-2${String(calls)}T00:00:00.000Z`, more: calls < 4 });
    };
    expect(await look(repairEvents, { repairEvents: activity })).toEqual({
      result: { windows: 144, compared: 4_000, repaired: 4, until: '2026-11-24T00:00:00.000Z', more: false },
      outcome: 'repaired',
      rows: 4,
    });
  }, 60_000);

  test('leaves the rest of a very long backlog to the next look', async () => {
    const activity = (): ReturnType<Activities['repairEvents']> => Promise.resolve({ ...page, until: '', more: true });
    expect((await look(repairEvents, { repairEvents: activity })).result).toMatchObject({ windows: 1_800, more: true });
  }, 60_000);
});

describe('auditDeliveries', () => {
  test('adds up what its calls did', async () => {
    let calls = 0;
    const activity = (): ReturnType<Activities['auditDeliveries']> => {
      calls += 1;
      const sums = { windows: 2_000, compared: 50, missed: 2, retried: 1 };
      return Promise.resolve({ destinations: 7, ...sums, more: calls < 3 });
    };
    expect(await look(auditDeliveries, { auditDeliveries: activity })).toEqual({
      result: { destinations: 7, windows: 6_000, compared: 150, missed: 6, retried: 3, more: false },
      outcome: 'repaired',
      rows: 6,
    });
  }, 60_000);
});
