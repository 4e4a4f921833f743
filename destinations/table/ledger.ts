import { generationTaken, runSuperseded } from '../errors.ts';

/**
 * The ledger: one row per interval of an export, in a table beside the data, changed in the very transaction that makes
 * the interval visible. The row exists before that transaction begins, and the transaction's first statement updates
 * it: that is the lock, since an INSERT is none on most warehouses.
 */
export const LEDGER_TABLE = '_sluice_ledger';

/** Columns: export_id text, interval_start, interval_end (timestamps), and these. */
export interface LedgerRow {
  generation: number;
  runId: string;
  committed: boolean;
  rows: number;
}

export interface LedgerClaim {
  generation: number;
  runId: string;
}

/**
 * - `load`: nothing of the interval is there.
 * - `fill`: an older generation is there; add the rows whose key is missing (append), or merge again.
 * - `done`: this very generation has committed.
 */
export type LedgerVerdict = 'load' | 'fill' | 'done';

/** What the holder of the ledger row's lock may do. Throws run_superseded or destination_generation_taken. */
export function judgeLedger(found: LedgerRow | undefined, mine: LedgerClaim): LedgerVerdict {
  if (found === undefined || (!found.committed && found.generation <= mine.generation)) {
    return 'load';
  }
  if (found.generation > mine.generation) {
    throw runSuperseded(mine.generation, found.generation);
  }
  if (found.generation < mine.generation) {
    return 'fill';
  }
  if (found.runId !== mine.runId) {
    throw generationTaken(mine.generation, found.runId);
  }
  return 'done';
}
