import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { NoticeSendInput, SendNoticeResult } from '../../activities/types.ts';
import { notificationWorkflowId, TASK_QUEUES } from '../../core/ids.ts';
import { notification } from '../../workflows/notification.ts';
import { quietRuntime, timeSkippingEnvironment, withWorkers } from './environment.ts';

let env: TestWorkflowEnvironment;

beforeAll(async () => {
  quietRuntime();
  env = await timeSkippingEnvironment();
}, 300_000);
afterAll(() => env.teardown());

/** Runs the workflow with a channel that takes no notice before `hours` have passed. */
async function sendWith(
  noticeId: string,
  hours: number,
  permanent = false,
): Promise<{ tries: number; givenUp: number }> {
  const counts = { tries: 0, givenUp: 0 };
  const startedMs = await env.currentTimeMs();
  const activities = {
    sendNotice: async (_input: NoticeSendInput): Promise<SendNoticeResult> => {
      counts.tries += 1;
      if ((await env.currentTimeMs()) - startedMs < hours * 3_600_000) {
        throw ApplicationFailure.create({ message: 'away', type: 'notification_unreachable', nonRetryable: permanent });
      }
      return { status: 'sent' };
    },
    giveUpNotice: (): Promise<void> => {
      counts.givenUp += 1;
      return Promise.resolve();
    },
  };
  await withWorkers(env, activities, () =>
    env.client.workflow.execute(notification, {
      workflowId: notificationWorkflowId(noticeId, 'c1'),
      taskQueue: TASK_QUEUES.workflows,
      args: [{ noticeId, channelId: 'c1' }],
    }),
  );
  return counts;
}

test('a receiver that is away for a night gets its notice; after a day it is given up', async () => {
  const night = await sendWith('n1', 9);
  expect(night.givenUp).toBe(0);
  expect(night.tries).toBeLessThan(30);
  expect(await sendWith('n2', 30)).toMatchObject({ givenUp: 1 });
}, 60_000);

test('one that will never take it is given up at once, and the workflow is not red', async () => {
  expect(await sendWith('n3', 1, true)).toEqual({ tries: 1, givenUp: 1 });
}, 60_000);
