import { expect, test } from '@jest/globals';
import { WorkflowNotFoundError } from '@temporalio/client';
import { resumeRetries } from '../../client/deliveries.ts';
import type { TemporalClient } from '../../client/temporal.ts';

/** From Temporal far away: a thousand of them must be told within the minute that the activity has. */
test('retries are woken many at a time, and those that have ended meanwhile are no failure', async () => {
  const ids = Array.from({ length: 50 }, (_, index) => `delivery/${String(index)}`);
  let [underWay, most] = [0, 0];
  const told: string[] = [];
  const signal = async (id: string): Promise<void> => {
    underWay += 1;
    most = Math.max(most, underWay);
    await Promise.resolve();
    underWay -= 1;
    if (id === 'delivery/7') {
      throw new WorkflowNotFoundError('gone', id, undefined);
    }
    told.push(id);
  };
  const workflow = {
    list: () => ids.map((workflowId) => ({ workflowId })),
    getHandle: (id: string) => ({ signal: () => signal(id) }),
  };
  let progress = 0;
  const count = await resumeRetries({ client: { workflow } } as unknown as TemporalClient, 'd1', () => {
    progress += 1;
  });
  expect([count, told.length, progress, most]).toEqual([49, 49, 50, 20]);
  expect(new Set(told)).toEqual(new Set(ids.filter((id) => id !== 'delivery/7')));
});
