import type { Column } from '../../core/columns.ts';
import type { EncodedColumn, ValueForm, ValueRules } from '../../core/encoding.ts';
import type { SessionContext } from '../contract.ts';
import { columnMissing, columnNotFitting, tableWithoutColumns } from './errors.ts';

/** A column of a table that is there. `type` is what the vendor calls it. */
export interface TableColumn {
  name: string;
  type: string;
  nullable: boolean;
  hasDefault: boolean;
}

/** How a value is written for a column of the table, and what that column cannot hold. */
export interface Fit {
  as?: ValueForm;
  rules?: ValueRules;
}

/** A vendor's types. */
export interface TypeRules {
  /** Type for a column that Sluice creates, as the vendor writes it. */
  createType(column: Column): string;
  /** How a model's column is written for a table's column of this type; undefined when it does not fit. */
  fit(column: Column, type: string): Fit | undefined;
  /** Whether two identifiers name one column; some vendors fold case. */
  sameName(a: string, b: string): boolean;
  /** Whether two types are one, as it is created and as the vendor shows it. Absent: when they are written alike. */
  sameType?(created: string, shown: string): boolean;
}

/** Columns of the model that the table must have: those that rows are found by, and in merge mode their version. */
export function neededColumns({
  mode,
  key,
  versionColumn,
}: Pick<SessionContext, 'mode' | 'key' | 'versionColumn'>): readonly string[] {
  return mode === 'merge' && versionColumn !== undefined ? [...key, versionColumn] : key;
}

/**
 * What happens when the model has a column that the table has not.
 * `auto`: it is added. `ask`: it is left out until someone adds it; the run says so. `refuse`: the run fails.
 */
export const SCHEMA_POLICIES = ['auto', 'ask', 'refuse'] as const;
export type SchemaPolicy = (typeof SCHEMA_POLICIES)[number];

export interface PlannedColumn extends EncodedColumn {
  column: Column;
  /** The table's name and type of it. `name` is the name in the encoded rows. */
  target: { name: string; type: string };
}

export interface TablePlan {
  /** Columns to write, in order of the model. */
  columns: PlannedColumn[];
  /** To be added to the table first, with their types. */
  add: { name: string; type: string }[];
  /** Left out, under policy `ask`. */
  missing: string[];
}

/**
 * Matches a model with a table that is there; undefined for `existing` means that it is about to be created, with every
 * column. Throws destination_column_type_mismatch, destination_column_missing, destination_column_required or
 * destination_table_without_columns, which name the column and the table.
 */
export function planColumns(
  model: readonly Column[],
  table: TableToMatch,
  { types, policy }: { types: TypeRules; policy: SchemaPolicy },
): TablePlan {
  const plan: TablePlan = { columns: [], add: [], missing: [] };
  for (const column of model) {
    const { planned, isNew } = matchColumn(column, table, { types, policy });
    if (planned === undefined) {
      plan.missing.push(column.name);
    } else {
      plan.columns.push(planned);
      plan.add.push(...(isNew ? [planned.target] : []));
    }
  }
  assertWritable(plan, table, types);
  return plan;
}

export interface TableToMatch {
  name: string;
  existing: readonly TableColumn[] | undefined;
  key: readonly string[];
}

/** One column of the model; without `planned` it is left out. Throws as `planColumns` does. */
export function matchColumn(
  column: Column,
  table: TableToMatch,
  { types, policy }: { types: TypeRules; policy: SchemaPolicy },
): { planned: PlannedColumn | undefined; isNew: boolean } {
  const there = table.existing?.find(({ name }) => types.sameName(name, column.name));
  if (there !== undefined) {
    return { planned: plannedColumn(column, there, table.name, types), isNew: false };
  }
  const added = { name: column.name, type: types.createType(column) };
  if (table.existing === undefined || policy === 'auto') {
    return { planned: plannedColumn(column, added, table.name, types), isNew: true };
  }
  if (policy === 'refuse' || table.key.includes(column.name)) {
    throw columnMissing(table.name, column.name, added.type);
  }
  return { planned: undefined, isNew: false };
}

function plannedColumn(
  column: Column,
  there: { name: string; type: string },
  table: string,
  types: TypeRules,
): PlannedColumn {
  const fit = types.fit(column, there.type);
  if (fit === undefined) {
    throw columnNotFitting({ table, column: there.name, type: there.type, wanted: types.createType(column) });
  }
  return { column, source: column.name, name: column.name, target: { name: there.name, type: there.type }, ...fit };
}

function assertWritable(
  plan: TablePlan,
  { name, existing }: { name: string; existing: readonly TableColumn[] | undefined },
  types: TypeRules,
): void {
  if (plan.columns.length === 0) {
    throw tableWithoutColumns(name);
  }
  const unfilled = existing?.find(
    (column) =>
      !column.nullable &&
      !column.hasDefault &&
      !plan.columns.some((written) => types.sameName(written.target.name, column.name)),
  );
  if (unfilled !== undefined) {
    throw columnNotFitting({
      table: name,
      column: unfilled.name,
      type: `${unfilled.type} NOT NULL`,
      wanted: undefined,
    });
  }
}
