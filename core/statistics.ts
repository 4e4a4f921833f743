/** What Temporal's history says of one destination over a range of time. */
export interface HistoryStatistics {
  /** What is counted: runs of exports, or deliveries of events. */
  of: 'runs' | 'deliveries';
  from: Date;
  to: Date;
  /** Temporal forgets what ended before: the namespace's retention. */
  reachesBackTo: Date;
  /** Ended in the range, by outcome. */
  outcomes: Record<string, number>;
  /** Not ended yet: open runs, or events that have a retry. */
  open: number;
  /** Succeeded of those that succeeded or failed; null when there are none. */
  successRate: number | null;
  /**
   * How many needed how many retries. Of runs: repeated attempts of their activities. Of deliveries: attempts beyond the
   * first two, which a shard makes within a second, and all that a retry workflow makes.
   */
  retries: Record<string, number>;
  latency: {
    /** How long activities waited for a worker, all of a run together. Of runs that were owed only, as end to end. */
    queueMs: Percentiles | null;
    /** From the start to the end of the workflow. */
    runMs: Percentiles | null;
    /** Of runs that a Schedule or a gap has made, which are owed when their interval ends: from then on. Of deliveries: from capture; a shard's are known to the bound of their bucket. */
    endToEndMs: Percentiles | null;
  };
  /** Histories that were read: latencies and retries are of these. Newest first, backfilled runs last; beyond the limit the rest is counted only. */
  historiesRead: number;
}

export interface Percentiles {
  count: number;
  p50: number;
  p95: number;
  p99: number;
  max: number;
}

/** A value that was seen so often. */
export interface Weighted {
  value: number;
  count: number;
}

/** Nearest rank: each is a value that was seen. Null without any. */
export function percentilesOf(seen: readonly Weighted[]): Percentiles | null {
  const sorted = seen.filter(({ count }) => count > 0).toSorted((a, b) => a.value - b.value);
  const total = sorted.reduce((sum, { count }) => sum + count, 0);
  const last = sorted.at(-1);
  if (last === undefined) {
    return null;
  }
  const at = (share: number): number => {
    let left = Math.ceil(share * total);
    return sorted.find(({ count }) => (left -= count) <= 0)?.value ?? last.value;
  };
  return { count: total, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: last.value };
}

/** Adds to a table of counts. */
export function tally(table: Record<string, number>, key: string | number, count = 1): void {
  table[String(key)] = (table[String(key)] ?? 0) + count;
}

/** What is neither (cancelled, skipped) is left out. */
export function successRateOf(
  outcomes: Readonly<Record<string, number>>,
  meaning: { good: readonly string[]; bad: readonly string[] },
): number | null {
  const sum = (names: readonly string[]): number => names.reduce((total, name) => total + (outcomes[name] ?? 0), 0);
  const ended = sum(meaning.good) + sum(meaning.bad);
  return ended === 0 ? null : sum(meaning.good) / ended;
}
