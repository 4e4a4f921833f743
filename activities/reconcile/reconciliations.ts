import { Context } from '@temporalio/activity';
import { pruneBuckets } from '../../store/interval-buckets.ts';
import { listDueReconciliations } from '../../store/reconcile-due.ts';
import { closeReconciliation, createReconciliation } from '../../store/reconciliations.ts';
import { RECONCILIATIONS_PER_PAGE } from '../../core/export-ref.ts';
import { LOG_WARNING_MS } from '../../core/log-reach.ts';
import { exportsBehind } from '../../store/watermarks.ts';
import type { ActivityDeps } from '../deps.ts';
import { noticeOfLogEnd } from '../export-notices.ts';
import type { Activities, DueReconciliationRef, DueReconciliationsInput, StartReconciliationInput } from '../types.ts';
import { RECONCILED_FOR_MS, SECOND_LOOK_AFTER_MS } from './limits.ts';

export async function startReconciliation(
  deps: ActivityDeps,
  { from, to, ...input }: StartReconciliationInput,
): Promise<{ reconciliationId: string }> {
  const { workflowExecution } = Context.current().info;
  const { id } = await createReconciliation(deps.db, {
    ...input,
    rangeStart: new Date(from),
    rangeEnd: new Date(to),
    workflowId: workflowExecution?.workflowId ?? 'unknown',
    workflowRunId: workflowExecution?.runId ?? 'unknown',
  });
  return { reconciliationId: id };
}

export async function finishReconciliation(
  deps: ActivityDeps,
  { reconciliationId: id, ...ending }: Parameters<Activities['finishReconciliation']>[0],
): Promise<void> {
  await closeReconciliation(deps.db, { id, ...ending });
}

/** The first page also tells of exports that the log's end comes near, and forgets digests of intervals that nobody will compare again. */
export async function dueReconciliations(
  deps: ActivityDeps,
  { after }: DueReconciliationsInput = {},
): Promise<DueReconciliationRef[]> {
  if (after === undefined) {
    await pruneBuckets(deps.db, new Date(Date.now() - RECONCILED_FOR_MS));
    await tellOfLogEnd(deps);
  }
  const due = await listDueReconciliations(deps.db, {
    secondAfterMs: SECOND_LOOK_AFTER_MS,
    forgottenAfterMs: RECONCILED_FOR_MS,
    ...(after === undefined ? {} : { after }),
    limit: RECONCILIATIONS_PER_PAGE,
  });
  return due.map(({ from, to, ...rest }) => ({ ...rest, from: from.toISOString(), to: to.toISOString() }));
}

async function tellOfLogEnd(deps: ActivityDeps): Promise<void> {
  for (const behind of await exportsBehind(deps.db, LOG_WARNING_MS)) {
    deps.logger.warn({ exportId: behind.id }, 'the event log will soon forget what this export lacks');
    await noticeOfLogEnd(deps, behind);
  }
}
