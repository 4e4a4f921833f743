import type { SessionContext } from '../contract.ts';
import type { TablePlan } from '../table/columns.ts';
import type { BigQueryApi } from './api.ts';
import type { Ledger } from './ledger.ts';
import type { Names } from './names.ts';

/** One attempt at one interval. */
export interface Scope {
  api: BigQueryApi;
  table: string;
  plan: TablePlan;
  context: SessionContext;
  names: Names;
  ledger: Ledger;
  /** Of every job of this attempt. */
  labels: Record<string, string>;
  /** First wait after a conflict of transactions; it doubles. */
  conflictDelayMs: number;
}
