import type { Verdict } from '../../../core/preview.ts';
import type { Destination } from '../../../destinations/contract.ts';
import type { WrongConfig } from '../place.ts';
import type { CanonicalRow } from './golden.ts';

/** A table of the model's columns that someone made before the export. */
export type UserTable =
  /** Some of the model's columns in another order: txt, id, props; and one of its own that may be NULL. */
  | 'subset'
  /** As `subset`, but `txt` is of a type that holds no text (a date). */
  | 'mismatch'
  /** As `subset`, with a column of its own that must be filled and has no default. */
  | 'required';

/** A table that nobody has used, and a view on it that does not go through the destination's code. */
export interface TablePlace {
  destination: Destination<unknown>;
  /** With schemaPolicy `auto`. */
  config: Record<string, unknown>;
  /** What the child process of the suite needs to make the same destination; JSON. */
  childInput: unknown;
  createUserTable(table: UserTable): Promise<void>;
  /** Empty when there is no table. */
  rows(): Promise<CanonicalRow[]>;
  /** Stage tables, staged files, temporary objects: whatever is neither the table nor the ledger. */
  leftovers(): Promise<string[]>;
}

export interface TableTarget {
  kind: string;
  place(): Promise<TablePlace>;
  wrongConfigs(): Promise<WrongConfig[]>;
  /** A module whose default export makes the destination from `childInput`, for a process that gets killed. */
  childModule: URL;
  /** Columns that the destination cannot hold as they are, and what it holds instead; say why in the README. */
  adjust?(expected: CanonicalRow): CanonicalRow;
  /** False for a destination that cannot lock: two attempts at the same statement are covered by other means. */
  merges?: boolean;
  /** Of columns that an emulator creates with another type than the vendor. */
  emulatedVerdicts?: Record<string, Verdict>;
  /** True for a vendor whose tables have no column that must be filled. */
  everyColumnHasDefault?: boolean;
}
