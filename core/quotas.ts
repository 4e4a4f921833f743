import { SluiceError } from './errors.ts';

/** More rows than are left today: a later day has room for them. */
export const QUOTA_EXCEEDED = 'quota_exceeded';
/** More rows than a whole day may have: no day has room for them. */
export const QUOTA_TOO_SMALL = 'quota_too_small';

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
  return code === QUOTA_EXCEEDED || code === QUOTA_TOO_SMALL ? 'over_quota' : 'failed';
}

/** Rows of an interval that do not fit into what is left of the day. */
export interface QuotaRefusal {
  limit: number;
  used: number;
  rows: number;
  renewsAt: Date;
}

/** `quota_too_small` where waiting does not help, else `quota_exceeded`. */
export function overQuota(refusal: QuotaRefusal): SluiceError {
  return refusal.rows > refusal.limit ? quotaTooSmall(refusal) : quotaExceeded(refusal);
}

function quotaExceeded({ limit, used, rows, renewsAt }: QuotaRefusal): SluiceError {
  return new SluiceError({
    code: 'quota_exceeded',
    message: `the interval has ${String(rows)} rows, and ${String(used)} of the ${String(limit)} that the team may export in a day are used`,
    retryable: false,
    fault: 'customer',
    remedy: `The quota renews at ${renewsAt.toISOString()}; what is on schedule and backfills go on by themselves then. An owner of the team can raise it (Settings, Usage).`,
  });
}

function quotaTooSmall({ limit, rows }: QuotaRefusal): SluiceError {
  return new SluiceError({
    code: 'quota_too_small',
    message: `the interval has ${String(rows)} rows, more than the ${String(limit)} that the team may export in a whole day`,
    retryable: false,
    fault: 'customer',
    remedy: `No new day helps: an owner of the team has to raise the quota to at least ${String(rows)} rows a day (Settings, Usage). What is on schedule is exported by itself then; in a backfill, retry what has failed. A shorter interval helps for what is still to come.`,
  });
}
