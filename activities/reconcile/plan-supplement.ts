import { selectionRange, selectionSize } from '../../core/row-selection.ts';
import { getPlan, type ChunkPlan, type Supplement } from '../../store/chunks.ts';
import { getLedger } from '../../store/ledger.ts';
import { getRepair, type RepairRecord } from '../../store/repairs.ts';
import { getRun } from '../../store/runs.ts';
import type { ActivityDeps } from '../deps.ts';
import type { RunRef } from '../types.ts';

/**
 * The plan of a run that a repair was started for: only the rows that are missing. Undefined, and so a plan of the whole
 * interval, when it is no such run, when what was compared is not what is committed any more, and in a second plan of the
 * same run, since rows have come again.
 */
export async function planSupplement(
  deps: ActivityDeps,
  run: RunRef,
): Promise<(Supplement & { chunks: ChunkPlan[] }) | undefined> {
  const repair = await repairOf(deps, run);
  const selection = repair?.selection ?? undefined;
  const range = selection && selectionRange(selection);
  if (repair === undefined || selection === undefined || range === undefined || !(await isCurrent(deps, run, repair))) {
    return undefined;
  }
  const expectedRows = Math.max(repair.rowsLate + repair.rowsLost, selectionSize(selection));
  const chunk = { ...range, selection, expectedRows };
  return { baseGeneration: repair.baseGeneration, rowsLost: repair.rowsLost, chunks: [chunk] };
}

async function repairOf(deps: ActivityDeps, run: RunRef): Promise<RepairRecord | undefined> {
  const repairId = (await getRun(deps.db, { id: run.runId }))?.repairId ?? undefined;
  const repair = repairId === undefined ? undefined : await getRepair(deps.db, repairId);
  return repair?.action === 'supplement' ? repair : undefined;
}

async function isCurrent(deps: ActivityDeps, run: RunRef, repair: RepairRecord): Promise<boolean> {
  const earlier = await getPlan(deps.db, { runId: run.runId, generation: run.generation - 1 });
  const ledger = await getLedger(deps.db, { exportId: run.exportId, intervalEnd: new Date(run.intervalEnd) });
  return earlier === undefined && ledger?.committedGeneration === repair.baseGeneration;
}
