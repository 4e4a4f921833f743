/** Whether a run has exported unusually many or few rows, against the same hours of past weeks. */

export interface RowAnomaly {
  kind: 'drop' | 'surge';
  /** Median of the past. */
  expected: number;
  /** What would have been usual. */
  low: number;
  high: number;
}

/** Rows of one interval, so many weeks ago. */
export interface PastRows {
  weeksAgo: number;
  rows: number;
}

/** With fewer weeks than these a holiday would be the rule. */
export const MIN_WEEKS = 4;
/** Weeks that are looked at. */
export const WEEKS_BACK = 8;

/** How many robust standard deviations are unusual: for normal noise one interval in millions. */
const DEVIATIONS = 5;
/** Standard deviation of normal noise by its median absolute deviation. */
const SIGMA_PER_MAD = 1.4826;
/** Spread that any traffic has, although a quiet past may show less: a tenth, and the root of a count. */
const MIN_RELATIVE_SPREAD = 0.1;
/** Differences that nobody would look at. */
const MIN_DIFFERENCE = 50;

/** Undefined when it is usual, or when the past is too short to say. Median and MAD, so that single odd weeks do not count. */
export function judgeRows(rows: number, past: readonly PastRows[]): RowAnomaly | undefined {
  if (new Set(past.map(({ weeksAgo }) => weeksAgo)).size < MIN_WEEKS) {
    return undefined;
  }
  const values = past.map((one) => one.rows);
  const expected = median(values);
  const mad = median(values.map((value) => Math.abs(value - expected)));
  const spread = Math.max(SIGMA_PER_MAD * mad, MIN_RELATIVE_SPREAD * expected, Math.sqrt(expected));
  const margin = Math.max(DEVIATIONS * spread, MIN_DIFFERENCE);
  const [low, high] = [Math.max(0, Math.ceil(expected - margin)), Math.floor(expected + margin)];
  if (rows >= low && rows <= high) {
    return undefined;
  }
  return { kind: rows < low ? 'drop' : 'surge', expected: Math.round(expected), low, high };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = 0, high = 0] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[middle]];
  return (low + high) / 2;
}
