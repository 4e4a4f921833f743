import type { FieldDef } from 'pg';
import type { SqlParameter } from '../sql/plan.ts';

export type Status = 'SUBMITTED' | 'PICKED' | 'STARTED' | 'FINISHED' | 'FAILED' | 'ABORTED';
export type ExecutionMode = 'TRANSACTION' | 'AUTO_COMMIT';

/** Where a statement runs and as whom; the first four are given back as they came. */
export interface Target {
  clusterIdentifier?: string;
  workgroupName?: string;
  secretArn?: string;
  database?: string;
  dbUser: string;
}

export interface StatementResult {
  rowCount: number;
  /** Absent for what has no result set. */
  columns?: FieldDef[];
  /** PostgreSQL's text form of every value. */
  rows?: (string | null)[][];
}

export interface SubStatement {
  sql: string;
  status: Status;
  error?: string;
  result?: StatementResult;
  updatedAtMs: number;
  durationMs: number;
}

/** One request to run SQL; a batch has several sub-statements. */
export interface Statement {
  id: string;
  name?: string;
  isBatch: boolean;
  mode: ExecutionMode;
  parameters: SqlParameter[];
  resultFormat: 'JSON' | 'CSV';
  target: Target;
  subs: SubStatement[];
  status: Status;
  error?: string;
  createdAtMs: number;
  updatedAtMs: number;
  durationMs: number;
  /** Of the PostgreSQL backend, while it runs. */
  pid?: number;
  cancelled: AbortController;
  /** Fulfilled when the statement has ended, however it did. */
  settled: Promise<void>;
}

export const isEnded = ({ status }: { status: Status }): boolean => ['FINISHED', 'FAILED', 'ABORTED'].includes(status);
