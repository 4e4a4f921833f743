import type { WorkflowHandle } from '@temporalio/client';
import type { TemporalClient } from '../../client/temporal.ts';
import { eventually } from './eventually.ts';

/** Starts what a Schedule starts, now, and answers that very execution. */
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
