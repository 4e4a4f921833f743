import { erasureWorkflowId, TASK_QUEUES } from '../core/ids.ts';
import type { ErasureInput } from '../workflows/messages.ts';
import { searchAttributes } from './search-attributes.ts';
import type { TemporalClient } from './temporal.ts';

/** Starts the workflow of an erasure; one that is open already goes on. */
export async function startErasure({ client }: TemporalClient, erasureId: string): Promise<void> {
  const input: ErasureInput = { erasureId };
  await client.workflow.start('erasePerson', {
    workflowId: erasureWorkflowId(erasureId),
    taskQueue: TASK_QUEUES.workflows,
    args: [input],
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: 'Erase what is stored of one person',
    typedSearchAttributes: searchAttributes({ kind: 'erasure' }),
  });
}
