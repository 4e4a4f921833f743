/** What past runs say of how long the next ones take. */
export interface RunSpeed {
  /** Runs that were looked at; 0: nothing is known. */
  runs: number;
  rowsPerSecond: number;
  /** Of a run without any rows: planning, committing, verifying. */
  secondsPerRun: number;
}

/** Of an export that has not run yet: the slowest destination of docs/performance.md, and a run of a few rows. */
export const DEFAULT_SPEED: RunSpeed = { runs: 0, rowsPerSecond: 20_000, secondsPerRun: 2 };

export interface BackfillEstimate {
  /** To be exported: neither exported already nor empty. */
  intervals: number;
  skipped: number;
  empty: number;
  /** null: the model or the age of the range does not allow to count. */
  rows: number | null;
  /** How many intervals were counted, all being taken to be like these; absent: each was. */
  sampled?: number;
  /** Uncompressed. */
  bytes: number | null;
  minutes: number | null;
  /** Where the speed comes from. */
  basis: 'this_export' | 'default';
}

/** What a few of many intervals hold. */
export interface SampledRows {
  /** How many were counted. */
  intervals: number;
  /** Mean of one. */
  rows: number;
}

export function estimateBackfill(of: {
  intervals: number;
  skipped: number;
  empty: number;
  rows: number | null;
  /** From which the rows are reckoned, where they were not counted. */
  sample?: SampledRows | null;
  rowBytes: number;
  parallel: number;
  speed: RunSpeed;
}): BackfillEstimate {
  const { intervals, skipped, empty, rowBytes, parallel, sample } = of;
  const rows = sample ? Math.round(sample.rows * intervals) : of.rows;
  const { runs, rowsPerSecond, secondsPerRun } = of.speed.runs > 0 ? of.speed : DEFAULT_SPEED;
  const seconds = rows === null ? null : (rows / rowsPerSecond + intervals * secondsPerRun) / parallel;
  return {
    intervals,
    skipped,
    empty,
    rows,
    ...(sample && { sampled: sample.intervals }),
    bytes: rows === null ? null : rows * rowBytes,
    minutes: seconds === null ? null : Math.ceil(seconds / 6) / 10,
    basis: runs > 0 ? 'this_export' : 'default',
  };
}

/** An interval costs as much as so many rows, whatever it holds. */
const ROWS_OF_AN_INTERVAL = 20_000;

export interface Work {
  intervals: number;
  rows: number;
}

/** Seconds until `left` is done at the pace at which `done` was; undefined while nothing is done. */
export function secondsLeft(done: Work, left: Work, seconds: number): number | undefined {
  const weight = ({ intervals, rows }: Work): number => rows + intervals * ROWS_OF_AN_INTERVAL;
  const finished = weight(done);
  return finished === 0 || seconds <= 0 ? undefined : Math.ceil((weight(left) / finished) * seconds);
}
