import type { Column, ColumnType } from '../../core/columns.ts';

const BYTES: Record<ColumnType['kind'], number> = {
  text: 40,
  json: 400,
  uuid: 16,
  bool: 1,
  integer: 8,
  decimal: 16,
  float: 8,
  date: 4,
  timestamp: 8,
  nested: 100,
};

/** Uncompressed bytes of a query's row, roughly: shown to people, nothing is cut by it. */
export function rowWidth(columns: readonly Column[]): number {
  return columns.reduce((sum, { type }) => sum + BYTES[type.kind], 0);
}
