import type { Column } from './columns.ts';
import type { RejectReason, SourceEncoding } from './encoding.ts';
import type { MicrosRange } from './time.ts';

/**
 * What becomes of a column in a table.
 * - `lossless`: every value arrives as it is; `changes` and `setAside` name values that the type cannot hold.
 * - `widened`: the table's column has another type, which holds every value.
 * - `limited`: the table's column holds less than one that Sluice would create; records with more are set aside.
 * - `truncated`: decimals of seconds are cut off.
 * - `left_out`: the table has no such column, and by the destination's settings it gets none.
 * - `refused`: no run will write the table.
 */
export const VERDICTS = ['lossless', 'widened', 'limited', 'truncated', 'left_out', 'refused'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** What is changed in a value rather than refused. */
export const VALUE_CHANGES = ['nul_removed', 'surrogates_replaced', 'not_finite_null'] as const;
export type ValueChange = (typeof VALUE_CHANGES)[number];

export interface ColumnPreview {
  column: Column;
  /** The table's column; `exists` is false when it would be created. */
  target?: { name: string; type: string; exists: boolean };
  verdict: Verdict;
  changes: ValueChange[];
  /** Reasons for which a record may be set aside. */
  setAside: RejectReason[];
  /** With `refused`. */
  problem?: PreviewProblem;
}

/** What keeps a run from writing. */
export interface PreviewProblem {
  code: string;
  message: string;
  remedy?: string;
}

export interface TablePreview {
  name: string;
  exists: boolean;
  /** What would create or change it, in the vendor's SQL; empty when a problem comes first. Ledger and stages are not named. */
  statements: string[];
}

/** What a run would do at a destination, found out without writing anything. */
export interface Preview {
  /** How rows would be written; without the columns that are refused or left out. */
  encoding: SourceEncoding;
  /** Every column of the export. */
  columns: ColumnPreview[];
  /** Absent: there is no table. */
  table?: TablePreview;
  problems: PreviewProblem[];
}

/** What an export would do, with rows to look at. */
export interface DryRunReport {
  destinationKind: string;
  /** The interval that was counted. */
  range: MicrosRange;
  estimate: { rows: number; bytes: number };
  columns: ColumnPreview[];
  table: TablePreview | null;
  problems: PreviewProblem[];
  /** Null when nobody knows how the destination would get them. */
  sample: RowSample | null;
}

/** First rows of a range, as text, exactly as the destination would get their values. */
export interface RowSample {
  /** The interval, or a longer range before its end when the interval has no rows. */
  range: MicrosRange;
  /** Of the cells, in order. */
  columns: string[];
  /** Text of a string, JSON text of anything else; null is null. */
  rows: (string | null)[][];
  /** Cells that are longer than is shown, which end in `…`. */
  cut: number;
  /** Records that were held against the destination's limits. */
  examined: number;
  /** Those that it could not hold, by `<column> <reason>`. */
  setAside: { reason: string; records: number }[];
}
