import { quotaExceeded, quotaRenewal, utcDay } from '../core/quotas.ts';
import { databaseNow } from '../store/gaps.ts';
import { takeRows } from '../store/quotas.ts';
import { getRun } from '../store/runs.ts';
import type { ActivityDeps } from './deps.ts';
import type { RunEnding } from './finish-run.ts';
import { notify } from './notify.ts';
import type { RunRef } from './types.ts';

/**
 * Counts the rows of a plan against what the team may export in a day, before any is loaded. Throws quota_exceeded. What
 * reconciliation repairs is counted and never refused: integrity comes first.
 */
export async function takeFromQuota({ db }: Pick<ActivityDeps, 'db'>, run: RunRef, rows: number): Promise<void> {
  const { teamId, runId } = run;
  const record = await getRun(db, { id: runId });
  const at = await databaseNow(db);
  const isRepair = typeof record?.repairId === 'string';
  const refused = await takeRows(db, { teamId, runId, rows, at, evenBeyond: isRepair });
  if (refused !== undefined) {
    throw quotaExceeded({ ...refused, rows, renewsAt: quotaRenewal(at) });
  }
}

/** Tells a team that its quota is used up, once a day, whichever of its exports has met it. Never throws. */
export async function noticeOfQuota(deps: ActivityDeps, { run, errorMessage, remedy }: RunEnding): Promise<void> {
  const { teamId, exportId, runId, intervalEnd } = run;
  const now = new Date();
  await notify(deps, {
    ...{ teamId, event: 'quota.reached', subject: `team/${String(teamId)}`, topic: 'quota', state: utcDay(now) },
    title: 'The quota of exported rows is used up',
    text: `${errorMessage ?? ''}. ${remedy ?? ''}`,
    details: {
      ...{ export_id: exportId, run_id: runId, interval_end: intervalEnd },
      renews_at: quotaRenewal(now).toISOString(),
    },
  });
}
