/**
 * What a webhook did in some time, as its entity workflow is told and adds up. What retry workflows do is not in it: each has an end
 * of its own in history. Fields are only added, as optional ones: histories of older releases are without them.
 */
export interface TrafficReport {
  matched: number;
  delivered: number;
  failedAttempts: number;
  /** Handed to a retry workflow. */
  retried: number;
  parked: number;
  /** Matched, and not sent because of another event. */
  masked?: number;
  /** Given up by a shard or a probe. */
  discarded?: number;
  /** Their time to live was over before a shard sent them. */
  expired?: number;
  /** Of those delivered, given up or expired, how many were retried how often; those that were not are left out. */
  retries?: Record<string, number>;
  /** Deliveries by upper bound in milliseconds. */
  latencyBuckets: Record<string, number>;
}

/** Nothing yet. */
export function emptyTraffic(): TrafficReport {
  return { matched: 0, delivered: 0, failedAttempts: 0, retried: 0, parked: 0, latencyBuckets: {} };
}

/** Whether anything happened at all. */
export function hasTraffic(report: TrafficReport): boolean {
  return Object.values<unknown>({ ...report }).some((count) => typeof count === 'number' && count > 0);
}

/** Adds a report to the totals of those before. */
export function addTraffic(totals: TrafficReport, report: TrafficReport): void {
  totals.matched += report.matched;
  totals.delivered += report.delivered;
  totals.failedAttempts += report.failedAttempts;
  totals.retried += report.retried;
  totals.parked += report.parked;
  for (const name of ['masked', 'discarded', 'expired'] as const) {
    const count = report[name];
    if (count !== undefined) {
      totals[name] = (totals[name] ?? 0) + count;
    }
  }
  addCounts(totals.latencyBuckets, report.latencyBuckets);
  if (report.retries !== undefined) {
    totals.retries ??= {};
    addCounts(totals.retries, report.retries);
  }
}

function addCounts(totals: Record<string, number>, counts: Readonly<Record<string, number>>): void {
  for (const [key, count] of Object.entries(counts)) {
    totals[key] = (totals[key] ?? 0) + count;
  }
}

/** The first try and its quick second one. */
const FIRST_TRIES = 2;

/** Retries that a delivery has had after so many attempts. */
export function retriesOf(attempts: number): number {
  return Math.max(0, attempts - FIRST_TRIES);
}
