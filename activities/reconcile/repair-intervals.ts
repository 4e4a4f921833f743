import { Context } from '@temporalio/activity';
import { notFound } from '../../store/errors.ts';
import { getReconciliation } from '../../store/reconciliations.ts';
import { getRepair, settleRepair, type RepairRecord } from '../../store/repairs.ts';
import { getLedger } from '../../store/ledger.ts';
import { beating } from '../beating.ts';
import type { ActivityDeps } from '../deps.ts';
import { loadRunContext, withSession } from '../run-context.ts';
import type { SettleRepairResult } from '../types.ts';

/** Deletes all copies but one of the keys that a comparison found several times. Idempotent. */
export async function removeCopies(deps: ActivityDeps, repairId: string): Promise<{ removed: number }> {
  const repair = await find(deps, repairId);
  const ledger = await getLedger(deps.db, repair);
  const reconciliation = await getReconciliation(deps.db, repair.reconciliationId);
  const committedRunId = ledger?.committedRunId ?? undefined;
  if (ledger === undefined || committedRunId === undefined || reconciliation === undefined) {
    throw notFound('reconciliation', repairId);
  }
  const context = await loadRunContext(deps, {
    exportId: repair.exportId,
    teamId: reconciliation.teamId,
    runId: committedRunId,
    intervalStart: repair.intervalStart.toISOString(),
    intervalEnd: repair.intervalEnd.toISOString(),
    epoch: ledger.epoch,
    generation: ledger.committedGeneration ?? 0,
  });
  const { cancellationSignal } = Context.current();
  const removed = await beating(() =>
    withSession(
      deps,
      context,
      cancellationSignal,
      async (session) => (await session.keys?.removeCopies?.(repair.removals ?? [])) ?? 0,
    ),
  );
  if (repair.action === 'remove') {
    await settleRepair(deps.db, repairId, { status: 'repaired' });
  }
  return { removed };
}

/** Codes of runs that could not add to what is there; another run of the whole interval can take its place. */
const BASE_LOST: ReadonlySet<string> = new Set(['destination_base_changed', 'run_superseded']);

/** The commit of its run has marked the repair as done; all else is a failure, or worth another try. Idempotent. */
export async function settleEndedRepair(
  deps: ActivityDeps,
  { repairId, errorCode, errorMessage }: { repairId: string; errorCode?: string; errorMessage?: string },
): Promise<SettleRepairResult> {
  const repair = await find(deps, repairId);
  if (repair.status === 'repaired') {
    return { status: 'repaired' };
  }
  if (repair.action === 'supplement' && errorCode !== undefined && BASE_LOST.has(errorCode)) {
    await settleRepair(deps.db, repairId, { status: 'found', action: 'whole' });
    return { status: 'again' };
  }
  const note = errorCode === undefined ? 'its run ended without a commit' : `${errorCode}: ${errorMessage ?? ''}`;
  await settleRepair(deps.db, repairId, { status: 'failed', note });
  return { status: 'failed' };
}

async function find(deps: ActivityDeps, id: string): Promise<RepairRecord> {
  const repair = await getRepair(deps.db, id);
  if (repair === undefined) {
    throw notFound('reconciliation', id);
  }
  return repair;
}
