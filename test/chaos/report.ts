import type { KillsReport } from './kills.ts';
import type { PointsReport, TargetReport } from './points.ts';

/** What the last line says. Sums are over both parts and all destinations. */
export interface ChaosReport {
  ok: boolean;
  seed: string;
  lost: number;
  duplicated: number;
  /** Events that are there, but not as the row that came first, and rows that nobody captured. */
  wrong: number;
  /** Attempts that were ended, frozen or cut off in process. */
  crashes: number;
  /** `kill -9` of processes. */
  kills: number;
  /** Times that all connections of a kind were reset. */
  resets: number;
  intervals: number;
  rows: number;
  destinations: Record<string, TargetReport>;
  points?: Omit<PointsReport, 'destinations'>;
  /** Kills by part. */
  killed?: Record<string, number>;
}

export function reportOf(seed: string, points: PointsReport | undefined, killed: KillsReport | undefined): ChaosReport {
  const destinations: Record<string, TargetReport> = { ...points?.destinations, ...killed?.destinations };
  const sum = (of: (report: TargetReport) => number): number =>
    Object.values(destinations).reduce((total, report) => total + of(report), 0);
  const [lost, duplicated] = [sum((report) => report.lost), sum((report) => report.duplicated)];
  const wrong = sum((report) => report.changed + report.foreign);
  const [intervals, rows] = [sum((report) => report.intervals), sum((report) => report.rows)];
  return {
    // A run in which nothing was exported proves nothing.
    ok: lost + duplicated + wrong === 0 && rows > 0,
    seed,
    lost,
    duplicated,
    wrong,
    crashes: points?.crashes ?? 0,
    kills: killed?.kills ?? 0,
    resets: killed?.resets ?? 0,
    intervals,
    rows,
    destinations,
    ...(points === undefined ? {} : { points: figuresOf(points) }),
    ...(killed === undefined ? {} : { killed: killed.byPart }),
  };
}

function figuresOf({ destinations: _, ...figures }: PointsReport): Omit<PointsReport, 'destinations'> {
  return figures;
}

export function readable(report: ChaosReport): string {
  return JSON.stringify(report, undefined, 2);
}
