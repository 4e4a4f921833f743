import { isPlannedAgainCode } from './errors.ts';
import { quotaRenewal } from './quotas.ts';

/** The newest run of an interval that is expected and not exported; skipped runs do not count. */
export interface LastRun {
  status: string;
  errorCode: string | null;
  startedAt: Date;
  /** null while it is open. */
  finishedAt: Date | null;
  /** How often the gap detector has started the interval. */
  fills: number;
  /** Since then Sluice has paused its export because of such runs, and somebody has resumed it with the gap filled. */
  waitedOut: boolean;
  /** The quota of the team was set anew since it began. */
  quotaSet: boolean;
}

/** `due` is when the gap detector starts the interval (again); undefined: it does not. */
export interface GapVerdict {
  state: 'missing' | 'running' | 'failed';
  due: Date | undefined;
}

const FIRST_DELAY_MS = 10 * 60_000;
const MAX_DELAY_MS = 24 * 60 * 60_000;

/** Endings that say nothing about the settings: the workflow was lost, ended from outside or gave up on a fault of others. */
const ENDED_FROM_OUTSIDE = new Set(['failed_retryable', 'terminated', 'timed_out']);
const LOST_CODES = new Set(['run_abandoned', 'run_lease_lost']);

/**
 * What is to be done about an expected interval without a completed run. What nobody has run is due at once. A run that
 * was lost is repeated after 10, 20, 40 ... minutes, once a day at most. One that failed for good before Sluice paused
 * the export is repeated once the export is resumed, and one over quota when the quota renews or is set anew. Any other
 * that failed for good waits for a change of settings, and a cancelled one was somebody's wish: both are left to "run
 * now".
 */
export function judgeGap(last: LastRun | undefined): GapVerdict {
  if (last === undefined) {
    return { state: 'missing', due: new Date(0) };
  }
  if (last.finishedAt === null) {
    return { state: 'running', due: undefined };
  }
  const delayMs = Math.min(FIRST_DELAY_MS * 2 ** Math.min(last.fills, 10), MAX_DELAY_MS);
  if (last.status === 'failed' && last.waitedOut) {
    return { state: 'failed', due: last.finishedAt };
  }
  if (last.status === 'over_quota') {
    // From its begin: what was refused after midnight is tried once too often, and never a day too late.
    return { state: 'failed', due: last.quotaSet ? last.finishedAt : quotaRenewal(last.startedAt) };
  }
  const due = isLost(last) ? new Date(last.finishedAt.getTime() + delayMs) : undefined;
  return { state: 'failed', due };
}

function isLost({ status, errorCode }: LastRun): boolean {
  const code = errorCode ?? '';
  return ENDED_FROM_OUTSIDE.has(status) || (status === 'failed' && (LOST_CODES.has(code) || isPlannedAgainCode(code)));
}
