import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import { replayWorkflowId, TASK_QUEUES } from '../core/ids.ts';
import type { ReplayInput } from '../workflows/messages.ts';
import { searchAttributes } from './search-attributes.ts';
import type { TemporalClient } from './temporal.ts';

/** Starts the workflow that is the replay's record. Idempotent. */
export async function startReplay({ client }: TemporalClient, input: ReplayInput): Promise<void> {
  try {
    await client.workflow.start('replay', {
      workflowId: replayWorkflowId(input.replayId),
      taskQueue: TASK_QUEUES.workflows,
      args: [input],
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      staticSummary: `Replay to ${input.name.slice(0, 120)}`,
      typedSearchAttributes: searchAttributes({
        kind: 'replay',
        destinationId: input.destinationId,
        destinationType: 'webhook',
      }),
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) {
      throw error;
    }
  }
}

/** Its row has changed. A workflow that has ended, or was terminated, needs not know. */
export async function signalReplayChanged({ client }: TemporalClient, replayId: string): Promise<void> {
  try {
    await client.workflow.getHandle(replayWorkflowId(replayId)).signal('changed');
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) {
      throw error;
    }
  }
}
