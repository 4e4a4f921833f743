import { WorkflowNotFoundError } from '@temporalio/client';
import type { TemporalClient } from './temporal.ts';

/** `missing`: Temporal knows no such execution, or not any more. */
export type ExecutionState = 'open' | 'completed' | 'failed' | 'cancelled' | 'terminated' | 'timed_out' | 'missing';

/** Where an execution stands, by Temporal's own word and not by visibility. Without `runId`: the newest of that id. */
export async function executionState(
  { client }: TemporalClient,
  workflowId: string,
  runId?: string,
): Promise<ExecutionState> {
  try {
    const { status } = await client.workflow.getHandle(workflowId, runId).describe();
    return STATES[status.name] ?? 'open';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) {
      return 'missing';
    }
    throw error;
  }
}

/** What is not listed (running, paused, continued as new, a status of tomorrow) is not over. */
const STATES: Partial<Record<string, ExecutionState>> = {
  COMPLETED: 'completed',
  FAILED: 'failed',
  CANCELLED: 'cancelled',
  TERMINATED: 'terminated',
  TIMED_OUT: 'timed_out',
};
