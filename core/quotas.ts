import { SluiceError } from './errors.ts';

/** The code of runs that end `over_quota`. */
export const QUOTA_EXCEEDED = 'quota_exceeded';

const DAY_MS = 24 * 60 * 60_000;

/** `2026-11-21`: the day by which usage is counted, in UTC. */
export function utcDay(at: Date): string {
  return at.toISOString().slice(0, 10);
}

export function startOfUtcDay(at: Date): Date {
  return new Date(Math.floor(at.getTime() / DAY_MS) * DAY_MS);
}

/** When the quota of this moment's day is over, and the next one begins. */
export function quotaRenewal(at: Date): Date {
  return new Date(startOfUtcDay(at).getTime() + DAY_MS);
}

/** A run that failed for good with this code. */
export function failedStatus(code: string | undefined): 'failed' | 'over_quota' {
  return code === QUOTA_EXCEEDED ? 'over_quota' : 'failed';
}

/** Rows of an interval that do not fit into what is left of the day. */
export interface QuotaRefusal {
  limit: number;
  used: number;
  rows: number;
  renewsAt: Date;
}

export function quotaExceeded({ limit, used, rows, renewsAt }: QuotaRefusal): SluiceError {
  return new SluiceError({
    code: 'quota_exceeded',
    message: `the interval has ${String(rows)} rows, and ${String(used)} of the ${String(limit)} that the team may export in a day are used`,
    retryable: false,
    fault: 'customer',
    remedy:
      rows > limit
        ? 'It has more rows than the quota of a whole day: an owner of the team has to raise that (Settings, Usage), or the export needs a shorter interval.'
        : `The quota renews at ${renewsAt.toISOString()}; what is on schedule and backfills go on by themselves then. An owner of the team can raise it (Settings, Usage).`,
  });
}
