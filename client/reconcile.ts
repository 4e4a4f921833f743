import type { ExportRef } from '../core/export-ref.ts';
import { reconcileWorkflowId, TASK_QUEUES } from '../core/ids.ts';
import type { ReconcileExportInput } from '../workflows/messages.ts';
import { startOrFollow } from './follow.ts';
import { searchAttributes } from './search-attributes.ts';
import type { TemporalClient } from './temporal.ts';

/** Starts the reconciliation of a range; one of the same export and end that stays open is joined. */
export async function reconcileExport(
  temporal: TemporalClient,
  {
    from,
    to,
    dryRun,
    repairCopies,
    ...ref
  }: ExportRef & {
    from: Date;
    to: Date;
    dryRun: boolean;
    repairCopies?: boolean;
  },
): Promise<{ workflowId: string }> {
  const { exportId, teamId, name, destinationId, destinationKind, interval } = ref;
  const workflowId = reconcileWorkflowId(exportId, to);
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
