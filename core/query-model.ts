import type { Column } from './columns.ts';
import type { WriteMode } from './write-modes.ts';

/** What an export of the model `sql` reads. */
export interface QueryModel {
  /** As the customer wrote it. */
  text: string;
  /** Columns that identify a row; empty: nothing does. */
  key: readonly string[];
  /** With `merge`: the column whose greater value wins. */
  versionColumn: string | null;
}

/** Why a query's columns do not fit its key, version and mode. */
export interface QueryModelProblem {
  field: 'key' | 'version_column';
  message: string;
  remedy: string;
}

const KEY_KINDS = ['text', 'uuid', 'integer', 'decimal', 'date', 'timestamp', 'bool'];
const VERSION_KINDS = ['integer', 'decimal', 'date', 'timestamp'];

/** The first thing that is wrong, or undefined. */
export function queryModelProblem(
  { key, versionColumn }: Omit<QueryModel, 'text'>,
  columns: readonly Column[],
  mode: WriteMode,
): QueryModelProblem | undefined {
  if (mode === 'merge' && key.length === 0) {
    return { field: 'key', message: 'merge needs a key', remedy: 'Name the columns that identify a row.' };
  }
  if (mode === 'merge' && versionColumn === null) {
    const remedy = 'Name a column that grows, for example one made with {interval_end} AS version.';
    return { field: 'version_column', message: 'merge needs a version', remedy };
  }
  const ofKey = key.map((name) => unusable('key', name, columns, KEY_KINDS)).find((found) => found !== undefined);
  return (
    ofKey ?? (versionColumn === null ? undefined : unusable('version_column', versionColumn, columns, VERSION_KINDS))
  );
}

function unusable(
  field: QueryModelProblem['field'],
  name: string,
  columns: readonly Column[],
  kinds: readonly string[],
): QueryModelProblem | undefined {
  const column = columns.find((candidate) => candidate.name === name);
  if (column === undefined) {
    const names = columns.map((candidate) => candidate.name).join(', ');
    return { field, message: `the query has no column ${JSON.stringify(name)}`, remedy: `It has ${names}.` };
  }
  if (!kinds.includes(column.type.kind)) {
    const message = `the column ${JSON.stringify(name)} is of a type that cannot be compared safely (${column.type.kind})`;
    return { field, message, remedy: `Choose or convert to one of: ${kinds.join(', ')}.` };
  }
  return column.nullable
    ? {
        field,
        message: `the column ${JSON.stringify(name)} can be NULL`,
        remedy: 'Wrap it, for example in ifNull(…, 0) or assumeNotNull(…).',
      }
    : undefined;
}
