import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { notificationWorkflowId, TASK_QUEUES } from '../core/ids.ts';
import type { NotificationInput } from '../workflows/messages.ts';
import { searchAttributes } from './search-attributes.ts';
import type { TemporalClient } from './temporal.ts';

/** Starts the workflow that sends one notice through one channel. One that exists already does so. */
export async function startNotification({ client }: TemporalClient, input: NotificationInput): Promise<void> {
  try {
    await client.workflow.start('notification', {
      workflowId: notificationWorkflowId(input.noticeId, input.channelId),
      taskQueue: TASK_QUEUES.workflows,
      args: [input],
      staticSummary: `Send notice ${input.noticeId} through channel ${input.channelId}`,
      typedSearchAttributes: searchAttributes({ kind: 'notification', destinationId: input.channelId }),
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) {
      throw error;
    }
  }
}
