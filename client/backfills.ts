import { backfillWorkflowId, TASK_QUEUES } from '../core/ids.ts';
import type { BackfillInput } from '../workflows/messages.ts';
import { searchAttributes } from './search-attributes.ts';
import type { TemporalClient } from './temporal.ts';

/** Tells a backfill's workflow that its row has changed, starting it when it does not run. Idempotent. */
export async function signalBackfill({ client }: TemporalClient, backfill: BackfillInput): Promise<void> {
  await client.workflow.signalWithStart('backfill', {
    workflowId: backfillWorkflowId(backfill.backfillId),
    taskQueue: TASK_QUEUES.workflows,
    args: [backfill],
    signal: 'backfillChanged',
    signalArgs: [],
    staticSummary: `Backfill of ${backfill.name.slice(0, 80)} → ${backfill.destinationKind}`,
    typedSearchAttributes: searchAttributes({
      kind: 'backfill',
      destinationId: backfill.destinationId,
      destinationType: backfill.destinationKind,
    }),
  });
}
