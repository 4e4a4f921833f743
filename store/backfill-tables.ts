import type { ColumnType, Generated } from 'kysely';
import type { BackfillEstimate } from '../core/backfill-estimate.ts';
import type { BackfillIntervalStatus, BackfillStatus } from '../core/backfill.ts';
import type { ThrottleState } from '../core/throttle.ts';

export interface BackfillsTable {
  id: string;
  exportId: string;
  teamId: number;
  status: Generated<BackfillStatus>;
  rangeStart: Date;
  rangeEnd: Date;
  newestFirst: boolean;
  parallel: number;
  force: boolean;
  estimate: BackfillEstimate | null;
  reason: string | null;
  throttle: ThrottleState | null;
  resumesAt: Date | null;
  runningSince: Date | null;
  createdAt: ColumnType<Date, Date | undefined, Date>;
  finishedAt: Date | null;
}

export interface BackfillIntervalsTable {
  backfillId: string;
  intervalEnd: Date;
  intervalStart: Date;
  status: BackfillIntervalStatus;
  expectedRows: number | null;
  rows: Generated<number>;
  bytes: Generated<number>;
  runId: string | null;
  errorCode: string | null;
  errorMessage: string | null;
  finishedAt: Date | null;
}
