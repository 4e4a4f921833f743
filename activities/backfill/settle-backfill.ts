import { cancelOpen, repeatedFailure, settleInterval } from '../../store/backfill-intervals.ts';
import { backfillProgress } from '../../store/backfill-progress.ts';
import { getBackfill, setBackfillStatus, type BackfillRecord } from '../../store/backfills.ts';
import type { BackfillStatus } from '../../core/backfill.ts';
import { QUOTA_EXCEEDED } from '../../core/quotas.ts';
import type { ActivityDeps } from '../deps.ts';
import { operationalEvent } from '../operations.ts';
import { waitForQuota } from './quota-waits.ts';
import type { SettleIntervalInput } from '../types.ts';

/** What fails so often in a row for one reason will fail for the next thousand intervals, too. */
const PAUSE_AFTER_FAILURES = 3;

/** Records how an interval ended. Pauses the backfill when the last ones all failed alike, or the quota is used up. */
export async function settleBackfillInterval(deps: ActivityDeps, input: SettleIntervalInput): Promise<void> {
  if (input.errorCode === QUOTA_EXCEEDED) {
    return waitForQuota(deps, input);
  }
  const { backfillId, intervalEnd, ...outcome } = input;
  await settleInterval(deps.db, { backfillId, intervalEnd: new Date(intervalEnd), ...outcome });
  if (input.status !== 'failed') {
    return;
  }
  const errorCode = await repeatedFailure(deps.db, backfillId, PAUSE_AFTER_FAILURES);
  const { status } = await getBackfill(deps.db, { id: backfillId });
  if (errorCode !== undefined && status === 'running') {
    const reason = `the last ${String(PAUSE_AFTER_FAILURES)} intervals failed with ${errorCode}`;
    await setBackfillStatus(deps.db, { id: backfillId, to: 'paused', reason });
  }
}

/** A backfill of which intervals have failed, or that could not be planned, has failed; it can be taken up again by retrying them. */
export async function finishBackfill(
  deps: ActivityDeps,
  { backfillId, to, reason }: { backfillId: string; to: 'completed' | 'cancelled' | 'failed'; reason?: string },
): Promise<BackfillStatus> {
  const backfill = await getBackfill(deps.db, { id: backfillId });
  if (to !== 'completed') {
    await cancelOpen(deps.db, backfillId);
  }
  if (backfill.finishedAt) {
    // Ended over the API, or by an attempt of this that has told nobody yet.
    return told(deps, backfill);
  }
  if (to !== 'completed') {
    return end(deps, { id: backfillId, to, ...(reason === undefined ? {} : { reason }) });
  }
  const { running, pending, failed } = await backfillProgress(deps.db, backfill);
  if (backfill.status !== 'running' || running + pending > 0) {
    return backfill.status;
  }
  const change = failed > 0 ? ({ to: 'failed', reason: `${String(failed)} intervals failed` } as const) : { to };
  return end(deps, { id: backfillId, ...change });
}

async function end(deps: ActivityDeps, change: Parameters<typeof setBackfillStatus>[1]): Promise<BackfillStatus> {
  return told(deps, await setBackfillStatus(deps.db, change));
}

/** Once for each time that it ends. */
async function told(deps: ActivityDeps, ended: BackfillRecord): Promise<BackfillStatus> {
  const { id, teamId, exportId, status } = ended;
  const { rows } = await backfillProgress(deps.db, ended);
  await operationalEvent(deps, {
    ...{ teamId, type: 'backfill.completed', key: `backfill/${id}/${String(ended.finishedAt?.getTime())}` },
    payload: { backfill_id: id, export_id: exportId, status, rows },
  });
  return status;
}
