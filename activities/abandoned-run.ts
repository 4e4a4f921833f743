import { listChunks } from '../store/chunks.ts';
import { acquireLease, getLedger, releaseLease, type LedgerRecord } from '../store/ledger.ts';
import { getRun, type RunRecord } from '../store/runs.ts';
import type { ActivityDeps } from './deps.ts';
import { noticeOfRun } from './export-notices.ts';
import { closeRun, discardRun, leaseKey } from './finish-run.ts';
import { totals } from './load-chunks.ts';
import type { AbandonedEnding } from './sweep-runs.ts';
import type { RunRef } from './types.ts';

const REMEDY = 'Start the interval again with "run now".';

/**
 * Closes a run that nobody will finish: takes its lease with a new epoch, so that a dead attempt which wakes up is
 * fenced, removes what it left at the destination, frees the interval, and says so in the run's log. A run that had
 * committed before its workflow ended is completed. False when it was closed meanwhile. Idempotent.
 */
export async function closeAbandonedRun(
  deps: ActivityDeps,
  record: RunRecord,
  ending: AbandonedEnding,
): Promise<boolean> {
  if ((await getRun(deps.db, { id: record.id }))?.finishedAt !== null) {
    return false;
  }
  const ledger = await getLedger(deps.db, record);
  if (ledger?.committedRunId === record.id) {
    await closeCommitted(deps, record, ledger);
    return true;
  }
  const run = await fence(deps, record, ledger);
  if (run !== undefined) {
    await discardRun(deps, run);
    await releaseLease(deps.db, leaseKey(run));
  }
  const unplanned = refOf(record, { epoch: 0, generation: record.generation });
  const nothing = { rows: 0, bytes: 0, files: 0, errorFault: 'platform' } as const;
  const final = { run: run ?? unplanned, ...ending, remedy: REMEDY, ...nothing };
  await closeRun(deps, final);
  await noticeOfRun(deps, final);
  return true;
}

/** Undefined: the run never had the interval, so there is nothing of it anywhere. */
async function fence(
  deps: ActivityDeps,
  record: RunRecord,
  ledger: LedgerRecord | undefined,
): Promise<RunRef | undefined> {
  if (ledger?.generationRunId !== record.id) {
    // Another run has taken over since: with a higher epoch, so this one is fenced already.
    return record.status === 'running' ? refOf(record, { epoch: 0, generation: record.generation }) : undefined;
  }
  // Forced: a repetition of a committed interval holds its lease like any other run.
  const lease = await acquireLease(deps.db, { ...ledger, runId: record.id, ttlMs: deps.settings.leaseMs, force: true });
  return refOf(record, { epoch: lease.acquired ? lease.epoch : 0, generation: ledger.generation });
}

async function closeCommitted(deps: ActivityDeps, record: RunRecord, ledger: LedgerRecord): Promise<void> {
  const generation = ledger.committedGeneration ?? record.generation;
  const { files } = totals(await listChunks(deps.db, { runId: record.id, generation }));
  const run = refOf(record, { epoch: ledger.epoch, generation });
  await closeRun(deps, { run, status: 'completed', rows: ledger.rows ?? 0, bytes: ledger.bytes ?? 0, files });
}

function refOf(record: RunRecord, of: Pick<RunRef, 'epoch' | 'generation'>): RunRef {
  return {
    exportId: record.exportId,
    teamId: record.teamId,
    runId: record.id,
    intervalStart: record.intervalStart.toISOString(),
    intervalEnd: record.intervalEnd.toISOString(),
    ...of,
  };
}
