import type { SessionContext } from '../contract.ts';
import type { TablePlan } from '../table/columns.ts';
import type { Ledger } from './ledger.ts';
import type { StageNames } from './names.ts';
import type { TablePlace } from './table.ts';

/** One attempt at one interval. */
export interface Scope {
  place: TablePlace;
  table: string;
  plan: TablePlan;
  context: SessionContext;
  names: StageNames;
  ledger: Ledger;
}
