import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import type { TemporalClient } from '../../client/temporal.ts';
import { eventually } from './eventually.ts';

/**
 * Pauses a Schedule, so that the clock does not do at its next quarter or hour what a test is about, and answers a
 * function that starts what it starts and awaits the result. Not by triggers: one that comes while a run is open, or in
 * the second of its start, does nothing (SKIP), and one that is repeated for that may start a second run later.
 */
export async function byHand<Result>({ client }: TemporalClient, scheduleId: string): Promise<() => Promise<Result>> {
  const schedule = client.schedule.getHandle(scheduleId);
  await schedule.pause('by a test');
  const { action } = await schedule.describe();
  // One that the clock has started a moment before would do what the test is about.
  await eventually(async () => {
    const { info } = await schedule.describe();
    if (info.runningActions.length > 0) {
      throw new Error(`${scheduleId} is still running`);
    }
  });
  return () =>
    client.workflow.execute<() => Promise<Result>>(action.workflowType, {
      workflowId: `${scheduleId}-${randomUUID()}`,
      taskQueue: action.taskQueue,
      args: [],
    });
}

/** Triggers a Schedule until it has started something, and answers that. For tests of one look: see byHand. */
export async function triggeredRun({ client }: TemporalClient, scheduleId: string): Promise<WorkflowHandle> {
  const schedule = client.schedule.getHandle(scheduleId);
  const startedIds = async (): Promise<string[]> =>
    (await schedule.describe()).info.recentActions.map(({ action }) => action.workflow.workflowId);
  const before = new Set(await startedIds());
  // A trigger while an earlier run is open, or in the second of its start, does nothing (SKIP).
  const triggered = async (): Promise<string> => {
    const started = (await startedIds()).find((id) => !before.has(id));
    if (started === undefined) {
      await schedule.trigger();
      throw new Error(`${scheduleId} has started nothing yet`);
    }
    return started;
  };
  const workflowId = await eventually(triggered, { timeoutMs: 60_000, intervalMs: 1_500 });
  return client.workflow.getHandle(workflowId);
}
