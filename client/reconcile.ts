import type { ExportRef } from '../core/export-ref.ts';
import { askedReconcileWorkflowId, TASK_QUEUES, type ReconcileWish } from '../core/ids.ts';
import type { ReconcileExportInput } from '../workflows/messages.ts';
import { startOrFollow } from './follow.ts';
import { searchAttributes } from './search-attributes.ts';
import type { TemporalClient } from './temporal.ts';

/**
 * Starts the reconciliation of a range. One that was asked for in the same words and stays open is joined; beside any
 * other, such as a dry one, it runs.
 */
export async function reconcileExport(
  temporal: TemporalClient,
  range: ExportRef & ReconcileWish,
): Promise<{ workflowId: string }> {
  const { exportId, teamId, name, destinationId, destinationKind, interval, from, to, dryRun, repairCopies } = range;
  const workflowId = askedReconcileWorkflowId(range);
  const input: ReconcileExportInput = {
    ...{ exportId, teamId, name, destinationId, destinationKind, interval, dryRun },
    from: from.toISOString(),
    to: to.toISOString(),
    trigger: 'manual',
    ...(repairCopies === true && { repairCopies }),
  };
  await startOrFollow(temporal, 'reconcileExport', {
    workflowId,
    taskQueue: TASK_QUEUES.workflows,
    args: [input],
    staticSummary: `${name.slice(0, 80)} → ${destinationKind}, ${input.from} .. ${input.to}`,
    typedSearchAttributes: searchAttributes({ kind: 'reconcile', destinationId, destinationType: destinationKind }),
  });
  return { workflowId };
}
