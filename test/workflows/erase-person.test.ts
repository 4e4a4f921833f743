import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { WorkflowFailedError } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { Activities } from '../../activities/types.ts';
import { ERASURE_PLACES } from '../../core/erasure.ts';
import { erasureWorkflowId, TASK_QUEUES } from '../../core/ids.ts';
import { erasePerson } from '../../workflows/erase-person.ts';
import { eventually } from '../support/eventually.ts';
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

const INPUT = { erasureId: 'e' };

/** Finds 2 rows in each place in the first round, none later; `left` says what each look has left. */
function activitiesOf(left: number[]): { calls: string[]; activities: Partial<Activities> } {
  const calls: string[] = [];
  let round = 0;
  const activities: Partial<Activities> = {
    beginErasure: () => Promise.resolve({ settleMs: 60_000 }),
    collectErasure: () => {
      round += 1;
      return Promise.resolve();
    },
    eraseFrom: ({ place }) => {
      calls.push(place);
      return Promise.resolve({ rows: round === 1 ? 2 : 0 });
    },
    leftToErase: () => Promise.resolve({ rows: left[round - 1] ?? 0 }),
    finishErasure: ({ status }) => {
      calls.push(status);
      return Promise.resolve();
    },
  };
  return { calls, activities };
}

async function start(): ReturnType<typeof env.client.workflow.start<typeof erasePerson>> {
  nextId += 1;
  return env.client.workflow.start(erasePerson, {
    ...{ workflowId: erasureWorkflowId(String(nextId)), taskQueue: TASK_QUEUES.workflows, args: [INPUT] },
  });
}

test('erases from one place after the other, again while something is left, and says what it did', async () => {
  const { calls, activities } = activitiesOf([1, 0]);
  await withWorkers(env, activities, async () => {
    const handle = await start();
    const erased = Object.fromEntries(ERASURE_PLACES.map((place) => [place, 2]));
    expect(await handle.result()).toEqual({ status: 'completed', erased });
    const { typedSearchAttributes } = await handle.describe();
    const attributes = Object.fromEntries(typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]));
    expect(attributes).toMatchObject({ SluiceOutcome: 'completed', SluiceRows: 2 * ERASURE_PLACES.length });
  });
  expect(calls).toEqual([...ERASURE_PLACES, ...ERASURE_PLACES, 'completed']);
}, 60_000);

test('says so when something is left after all rounds', async () => {
  const { calls, activities } = activitiesOf([1, 1, 1, 1, 1, 1]);
  await withWorkers(env, activities, async () => {
    expect(await (await start()).result()).toMatchObject({ status: 'incomplete' });
  });
  expect(calls.at(-1)).toBe('incomplete');
  expect(calls).toHaveLength(5 * ERASURE_PLACES.length + 1);
}, 60_000);

test('cancelled, it forgets who it was and stays as far as it has come', async () => {
  const { calls, activities } = activitiesOf([1]);
  const handle = await withWorkers(
    env,
    { ...activities, beginErasure: () => Promise.resolve({ settleMs: 1 }) },
    async () => {
      const started = await start();
      // Between two rounds; time is skipped only while somebody waits for a result.
      await eventually(async () => {
        expect(
          (await started.fetchHistory()).events?.filter((event) => event.timerStartedEventAttributes),
        ).toHaveLength(2);
      });
      await started.cancel();
      await expect(started.result()).rejects.toThrow(WorkflowFailedError);
      return started;
    },
  );
  expect(calls).toEqual([...ERASURE_PLACES, 'cancelled']);
  expect((await handle.describe()).status.name).toBe('CANCELLED');
}, 60_000);

test('one that has ended is left alone', async () => {
  const { calls, activities } = activitiesOf([0]);
  await withWorkers(env, { ...activities, beginErasure: () => Promise.resolve(undefined) }, async () => {
    await (await start()).result();
  });
  expect(calls).toEqual(['completed']);
}, 60_000);
