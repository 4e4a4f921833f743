import {
  CancellationScope,
  continueAsNew,
  executeChild,
  isCancellation,
  ParentClosePolicy,
  patched,
  setCurrentDetails,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { DueReconciliationRef, IntervalRepairRef } from '../activities/types.ts';
import { RECONCILIATIONS_PER_PAGE } from '../core/export-ref.ts';
import { exportRunWorkflowId, reconcileWorkflowId } from '../core/ids.ts';
import { bookkeepingOfReconciliation, comparing, maintaining } from './activity-options.ts';
import { batchExport } from './batch-export.ts';
import { reconcileCard } from './cards.ts';
import type {
  BatchExportResult,
  ReconcileDueInput,
  ReconcileExportInput,
  ReconcileExportResult,
  ReconcileProgress,
} from './messages.ts';
import { searchAttributesOf, SEARCH_ATTRIBUTES } from './search-attributes.ts';

/**
 * Compares what an export has committed in a range with the source and the destination, page by page, and starts a run
 * for each interval that lacks rows. Nothing else is touched.
 */
export async function reconcileExport(input: ReconcileExportInput): Promise<ReconcileExportResult> {
  const { from, to, dryRun, repairCopies = false, trigger, exportId, teamId } = input;
  const { reconciliationId } =
    input.progress ??
    (await bookkeepingOfReconciliation.startReconciliation({
      ...{ exportId, teamId, from, to, dryRun, repairCopies, trigger },
    }));
  const progress: ReconcileProgress = input.progress ?? {
    ...{ reconciliationId, compared: 0, skipped: 0, differing: 0, repaired: 0, failed: 0 },
  };
  try {
    await comparePages(input, progress);
  } catch (error) {
    const status = isCancellation(error) ? 'cancelled' : 'failed';
    await CancellationScope.nonCancellable(() =>
      bookkeepingOfReconciliation.finishReconciliation({ reconciliationId, status, errorMessage: messageOf(error) }),
    );
    publish(input, progress, status);
    throw error;
  }
  if (progress.after !== undefined) {
    await continueAsNew<typeof reconcileExport>({ ...input, progress });
  }
  await bookkeepingOfReconciliation.finishReconciliation({ reconciliationId, status: 'completed' });
  publish(input, progress, progress.differing === 0 ? 'clean' : progress.failed > 0 ? 'failed' : 'repaired');
  const { compared, skipped, differing, repaired, failed } = progress;
  return { reconciliationId, compared, skipped, differing, repaired, failed };
}

/** Returns with `after` set when the history is long enough. */
async function comparePages(input: ReconcileExportInput, progress: ReconcileProgress): Promise<void> {
  do {
    publish(input, progress, 'running');
    const page = await comparing.compareIntervals({
      reconciliationId: progress.reconciliationId,
      ...(input.times === undefined ? {} : { times: input.times }),
      ...(progress.after === undefined ? {} : { after: progress.after }),
    });
    progress.compared += page.compared;
    progress.skipped += page.skipped;
    progress.differing += page.differing;
    for (const repair of page.repairs) {
      const done = await repairInterval(input, repair);
      progress.repaired += done ? 1 : 0;
      progress.failed += done ? 0 : 1;
    }
    if (page.next === undefined) {
      delete progress.after;
    } else {
      progress.after = page.next;
    }
  } while (progress.after !== undefined && !workflowInfo().continueAsNewSuggested);
}

/** A repair that fails is on record, and the next reconciliation finds it again. */
async function repairInterval(input: ReconcileExportInput, repair: IntervalRepairRef): Promise<boolean> {
  const { repairId } = repair;
  if (repair.removes) {
    await comparing.removeCopies({ repairId });
  }
  if (!repair.runs) {
    return true;
  }
  for (let round = 0; round < 2; round += 1) {
    const run = await runInterval(input, repair);
    const settled = await bookkeepingOfReconciliation.settleRepair({ repairId, ...run });
    if (settled.status !== 'again') {
      return settled.status === 'repaired';
    }
  }
  return false;
}

async function runInterval(
  { exportId, teamId, name, destinationId, destinationKind, interval }: ReconcileExportInput,
  { repairId, intervalStart, intervalEnd, configVersion }: IntervalRepairRef,
): Promise<{ errorCode?: string; errorMessage?: string }> {
  const ref = { exportId, teamId, name, destinationId, destinationKind, interval };
  try {
    const { errorCode, errorMessage }: BatchExportResult = await executeChild(batchExport, {
      // That of every run of the interval: it is one at a time.
      workflowId: exportRunWorkflowId(exportId, new Date(intervalEnd)),
      args: [
        {
          ...ref,
          intervalStart,
          intervalEnd,
          trigger: 'manual',
          force: true,
          queue: 'backfills' as const,
          repairId,
          configVersion,
        },
      ],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      staticSummary: `${name.slice(0, 80)} → ${destinationKind}, what was missing`,
      typedSearchAttributes: searchAttributesOf({ kind: 'export', destinationId, destinationType: destinationKind }),
    });
    return {
      ...(errorCode === undefined ? {} : { errorCode }),
      ...(errorMessage === undefined ? {} : { errorMessage }),
    };
  } catch (error) {
    if (isCancellation(error)) {
      throw error;
    }
    const held = error instanceof WorkflowExecutionAlreadyStartedError;
    return { errorCode: held ? 'run_lease_held' : 'run_failed', errorMessage: messageOf(error) };
  }
}

const PAGES = '2026-11-21-reconcile-due-pages';

/** Children at a time: the runs that they start wait for the slots of their queue anyway. */
const RECONCILED_AT_ONCE = 4;

/** Reconciles whatever is due (docs/reconciliation.md says when), page by page, each export in a workflow of its own. */
export async function reconcileDue(input: ReconcileDueInput = {}): Promise<{ due: number; failed: number }> {
  const sums = { due: input.due ?? 0, failed: input.failed ?? 0 };
  let page = input.after === undefined ? await maintaining.dueReconciliations() : await nextPage(input.after);
  for (;;) {
    const failed = await reconcilePage(page);
    sums.failed += failed;
    sums.due += page.length;
    const last = page.at(-1);
    if (last === undefined || page.length < RECONCILIATIONS_PER_PAGE || !patched(PAGES)) {
      break;
    }
    const after = { exportId: last.exportId, times: last.times };
    if (workflowInfo().continueAsNewSuggested) {
      await continueAsNew<typeof reconcileDue>({ ...sums, after });
    }
    page = await nextPage(after);
  }
  setCurrentDetails(`Reconciled ${String(sums.due)} ranges of exports, ${String(sums.failed)} of them failed`);
  upsertSearchAttributes([{ key: SEARCH_ATTRIBUTES.outcome, value: sums.failed > 0 ? 'failed' : 'clean' }]);
  return sums;
}

function nextPage(after: NonNullable<ReconcileDueInput['after']>): Promise<DueReconciliationRef[]> {
  return maintaining.dueReconciliations({ after });
}

/** Answers how many of them failed. */
async function reconcilePage(page: readonly DueReconciliationRef[]): Promise<number> {
  const queue = [...page];
  let failed = 0;
  const lane = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      // Not `+= await`: it would add to what was there before the other lanes went on.
      const done = await reconcileOne(next);
      failed += done ? 0 : 1;
    }
  };
  await Promise.all(Array.from({ length: RECONCILED_AT_ONCE }, lane));
  return failed;
}

async function reconcileOne(due: DueReconciliationRef): Promise<boolean> {
  const { exportId, name, destinationId, destinationKind } = due;
  try {
    await executeChild(reconcileExport, {
      workflowId: `${reconcileWorkflowId(exportId, new Date(due.to))}-${String(due.times)}`,
      args: [{ ...due, dryRun: false, trigger: 'schedule' }],
      staticSummary: `${name.slice(0, 80)} → ${destinationKind}, ${due.from} .. ${due.to}`,
      typedSearchAttributes: searchAttributesOf({ kind: 'reconcile', destinationId, destinationType: destinationKind }),
    });
    return true;
  } catch (error) {
    if (isCancellation(error)) {
      throw error;
    }
    // On record; the next look finds the same range due.
    return false;
  }
}

function publish(input: ReconcileExportInput, progress: ReconcileProgress, outcome: string): void {
  setCurrentDetails(reconcileCard(input, progress, outcome));
  upsertSearchAttributes([
    { key: SEARCH_ATTRIBUTES.outcome, value: outcome },
    { key: SEARCH_ATTRIBUTES.rows, value: progress.repaired },
  ]);
}

function messageOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return cause instanceof Error ? cause.message : String(cause);
}
