import type { WorkflowHandle } from '@temporalio/client';
import type { TemporalClient } from '../../client/temporal.ts';
import { eventually } from './eventually.ts';

/** Starts what a Schedule starts, now, and answers that very execution. */
export async function triggeredRun({ client }: TemporalClient, scheduleId: string): Promise<WorkflowHandle> {
  const schedule = client.schedule.getHandle(scheduleId);
  const startedIds = async (): Promise<string[]> =>
    (await schedule.describe()).info.recentActions.map(({ action }) => action.workflow.workflowId);
  const before = new Set(await startedIds());
  await schedule.trigger();
  const workflowId = await eventually(async () => {
    const started = (await startedIds()).find((id) => !before.has(id));
    if (started === undefined) {
      throw new Error(`${scheduleId} has started nothing yet`);
    }
    return started;
  });
  return client.workflow.getHandle(workflowId);
}
