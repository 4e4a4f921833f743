import { overQuota, QUOTA_TOO_SMALL, quotaRenewal, utcDay } from '../core/quotas.ts';
import { databaseNow } from '../store/gaps.ts';
import { takeRows } from '../store/quotas.ts';
import { getRun } from '../store/runs.ts';
import type { ActivityDeps } from './deps.ts';
import type { RunEnding } from './finish-run.ts';
import { notify } from './notify.ts';
import type { RunRef } from './types.ts';

/**
 * Counts the rows of a plan against what the team may export in a day, before any is loaded. Throws quota_exceeded, or
 * quota_too_small. What reconciliation repairs is counted and never refused: integrity comes first.
 */
export async function takeFromQuota({ db }: Pick<ActivityDeps, 'db'>, run: RunRef, rows: number): Promise<void> {
  const { teamId, runId } = run;
  const record = await getRun(db, { id: runId });
  const at = await databaseNow(db);
  const isRepair = typeof record?.repairId === 'string';
  const refused = await takeRows(db, { teamId, runId, rows, at, evenBeyond: isRepair });
  if (refused !== undefined) {
    throw overQuota({ ...refused, rows, renewsAt: quotaRenewal(at) });
  }
}

/**
 * Tells a team that its quota is used up, once a day, whichever of its exports has met it; and once a day for each export
 * that has an interval for which no day has room. Never throws.
 */
export async function noticeOfQuota(deps: ActivityDeps, ending: RunEnding): Promise<void> {
  const { run, errorCode, errorMessage, remedy } = ending;
  const { teamId, exportId, runId, intervalEnd } = run;
  const now = new Date();
  const news =
    errorCode === QUOTA_TOO_SMALL
      ? { subject: `export/${exportId}`, title: 'An interval has more rows than the quota of a whole day' }
      : { subject: `team/${String(teamId)}`, title: 'The quota of exported rows is used up' };
  await notify(deps, {
    ...{ teamId, event: 'quota.reached', topic: 'quota', state: utcDay(now), ...news },
    text: `${errorMessage ?? ''}. ${remedy ?? ''}`,
    details: {
      ...{ export_id: exportId, run_id: runId, interval_end: intervalEnd, error_code: errorCode },
      renews_at: quotaRenewal(now).toISOString(),
    },
  });
}
