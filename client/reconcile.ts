import type { WorkflowStartOptions } from '@temporalio/client';
import type { ExportRef } from '../core/export-ref.ts';
import { askedReconcileWorkflowId, TASK_QUEUES, type ReconcileWish } from '../core/ids.ts';
import type { ReconcileExportInput } from '../workflows/messages.ts';
import { startOrFollow, startOrJoin } from './follow.ts';
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
  const workflowId = askedReconcileWorkflowId(range);
  await startOrFollow(temporal, 'reconcileExport', optionsOf(workflowId, { ...inputOf(range), trigger: 'manual' }));
  return { workflowId };
}

/** A reconciliation that is on record as under way. */
export type BegunReconciliation = ExportRef &
  ReconcileWish &
  Pick<ReconcileExportInput, 'trigger'> & { workflowId: string; reconciliationId: string };

/** Starts the workflow of one that Temporal does not have any more, from the beginning of its range. Idempotent. */
export async function resumeReconciliation(temporal: TemporalClient, begun: BegunReconciliation): Promise<void> {
  const { reconciliationId, trigger } = begun;
  const progress = { reconciliationId, compared: 0, skipped: 0, differing: 0, repaired: 0, failed: 0 };
  await startOrJoin(temporal, 'reconcileExport', optionsOf(begun.workflowId, { ...inputOf(begun), trigger, progress }));
}

function inputOf(range: ExportRef & ReconcileWish): Omit<ReconcileExportInput, 'trigger'> {
  const { exportId, teamId, name, destinationId, destinationKind, interval, from, to, dryRun, repairCopies } = range;
  return {
    ...{ exportId, teamId, name, destinationId, destinationKind, interval, dryRun },
    from: from.toISOString(),
    to: to.toISOString(),
    ...(repairCopies === true && { repairCopies }),
  };
}

function optionsOf(
  workflowId: string,
  input: ReconcileExportInput,
): WorkflowStartOptions & { args: [ReconcileExportInput] } {
  const { name, destinationId, destinationKind, from, to } = input;
  return {
    workflowId,
    taskQueue: TASK_QUEUES.workflows,
    args: [input],
    staticSummary: `${name.slice(0, 80)} → ${destinationKind}, ${from} .. ${to}`,
    typedSearchAttributes: searchAttributes({ kind: 'reconcile', destinationId, destinationType: destinationKind }),
  };
}
