import type { Generated } from 'kysely';
import type { RowSelection } from '../core/row-selection.ts';
import type { Stamp } from './tables.ts';

/** Tables of migration 0008_reconcile.sql. */
export interface ReconcileTables {
  intervalBuckets: IntervalBucketsTable;
  reconciliations: ReconciliationsTable;
  intervalRepairs: IntervalRepairsTable;
  lateData: LateDataTable;
  exportWatermarks: ExportWatermarksTable;
}

export interface IntervalBucketsTable {
  exportId: string;
  intervalEnd: Date;
  generation: number;
  /** core/digest.ts encodes them. */
  buckets: Buffer;
  createdAt: Stamp;
}

export type ReconciliationStatus = 'running' | 'completed' | 'failed' | 'cancelled';
export type ReconciliationTrigger = 'manual' | 'schedule';

export interface ReconciliationsTable {
  id: string;
  exportId: string;
  teamId: number;
  rangeStart: Date;
  rangeEnd: Date;
  dryRun: boolean;
  repairCopies: Generated<boolean>;
  trigger: ReconciliationTrigger;
  status: Generated<ReconciliationStatus>;
  intervals: Generated<number>;
  intervalsSkipped: Generated<number>;
  errorCode: string | null;
  errorMessage: string | null;
  workflowId: string;
  workflowRunId: string;
  startedAt: Stamp;
  finishedAt: Date | null;
}

/**
 * `supplement`: a run loads the named rows beside what is there. `whole`: a run exports the interval again.
 * `remove`: only copies that are too many are deleted.
 */
export type RepairAction = 'none' | 'supplement' | 'whole' | 'remove';
export type RepairStatus = 'found' | 'repaired' | 'failed' | 'left';

export interface IntervalRepairsTable {
  id: string;
  reconciliationId: string;
  exportId: string;
  intervalStart: Date;
  intervalEnd: Date;
  baseGeneration: number;
  rowsLate: Generated<number>;
  rowsLost: Generated<number>;
  rowsSurplus: Generated<number>;
  rowsUnknown: Generated<number>;
  rowsGoneFromSource: Generated<number>;
  destination: 'compared' | 'not_readable' | 'failed';
  files: Generated<FileProblem[]>;
  action: RepairAction;
  selection: RowSelection | null;
  /** Keys with more than one copy at the destination. */
  removals: string[] | null;
  status: Generated<RepairStatus>;
  note: string | null;
  runId: string | null;
  foundAt: Stamp;
  repairedAt: Date | null;
}

export interface FileProblem {
  key: string;
  problem: 'missing' | 'changed' | 'unexpected';
}

export interface LateDataTable {
  id: string;
  repairId: string;
  exportId: string;
  teamId: number;
  intervalStart: Date;
  intervalEnd: Date;
  rows: number;
  /** Decimal. */
  hash: string;
  buckets: [bucket: number, rows: number, hash: string][];
  firstMicros: number | null;
  lastMicros: number | null;
  foundAt: Stamp;
  loadedByRunId: string | null;
  loadedAt: Date | null;
}

export interface ExportWatermarksTable {
  exportId: string;
  watermark: Date;
  updatedAt: Stamp;
}
