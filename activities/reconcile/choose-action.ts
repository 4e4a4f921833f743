import { MAX_SELECTED, selectionSize, type RowSelection } from '../../core/row-selection.ts';
import type { RepairAction } from '../../store/reconcile-tables.ts';
import type { DestinationComparison } from './compare-destination.ts';
import type { SourceComparison } from './late-rows.ts';

export interface Abilities {
  /** The destination can add rows to a committed interval. */
  supplements: boolean;
  /** Another run of the interval replaces what is there, so that what the source has lost would be lost there too. */
  replaces: boolean;
  /** Another run of the interval sends its rows again. */
  repeats: boolean;
}

export interface Choice {
  action: RepairAction;
  selection: RowSelection | null;
  note: string | null;
}

/** What is done about an interval; undefined when there is nothing to be said about it. */
export function chooseAction(
  source: SourceComparison,
  there: DestinationComparison,
  can: Abilities,
): Choice | undefined {
  const { groups, keys } = source.selection;
  const selection: RowSelection = { groups, keys: [...keys, ...there.lostKeys] };
  const named = selectionSize(selection);
  if (isBeyondNames(source, there) || named > MAX_SELECTED || (named > 0 && !can.supplements)) {
    return wholeRun(source, can);
  }
  if (named > 0) {
    return { action: 'supplement', selection, note: null };
  }
  if (there.surplus.length > 0) {
    return there.removes ? { action: 'remove', selection: null, note: null } : left(copiesStay(there));
  }
  if (source.gone > 0) {
    return left('the source does not have rows any more that were exported');
  }
  return there.problem === undefined ? undefined : left(there.problem);
}

/** Rows that nobody can name are missing, or what is there is wrong. */
function isBeyondNames({ unnamed, displaced }: SourceComparison, there: DestinationComparison): boolean {
  return unnamed > 0 || displaced > 0 || there.faults.length > 0;
}

function wholeRun({ gone }: SourceComparison, can: Abilities): Choice {
  if (can.repeats) {
    return left('the destination would get every row of the interval again');
  }
  return gone > 0 && can.replaces
    ? left('exporting the interval again would remove rows that only the destination still has')
    : { action: 'whole', selection: null, note: null };
}

function copiesStay({ removesOnRequest }: DestinationComparison): string {
  return removesOnRequest
    ? 'the table has copies of rows; they are deleted when a reconciliation with repair_copies asks for it'
    : 'the table has copies of rows, and this kind of destination cannot delete some of several equal rows';
}

function left(note: string): Choice {
  return { action: 'none', selection: null, note };
}
