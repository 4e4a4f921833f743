import { expect } from '@jest/globals';
import type { Column } from '../../../core/columns.ts';
import { GOLDEN_COLUMNS, type CanonicalRow } from './golden.ts';

/** Rows are equal by id and by every column that the destination has, whatever their order. */
export function expectSameRows(found: readonly CanonicalRow[], expected: readonly CanonicalRow[]): void {
  expect(sorted(found.map((row) => normal(row)))).toEqual(
    sorted(expected.map((row) => normal(pick(row, found[0] ?? row)))),
  );
}

function pick(row: CanonicalRow, like: CanonicalRow): CanonicalRow {
  return Object.fromEntries(Object.keys(like).map((name) => [name, row[name] ?? null]));
}

function sorted(rows: Record<string, unknown>[]): Record<string, unknown>[] {
  return rows.toSorted(
    (a, b) => Number(a['id']) - Number(b['id']) || JSON.stringify(a).localeCompare(JSON.stringify(b)),
  );
}

function normal(row: CanonicalRow): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, value === null ? null : normalValue(typeOf(name), value)]),
  );
}

function typeOf(name: string): Column['type']['kind'] {
  return GOLDEN_COLUMNS.find((column) => column.name === name)?.type.kind ?? 'text';
}

/** Vendors write one value in several ways: trailing zeros, white space and the order of keys in JSON. */
function normalValue(kind: Column['type']['kind'], text: string): unknown {
  switch (kind) {
    case 'float':
      return Number(text);
    case 'decimal':
      return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
    case 'json':
    case 'nested':
      return losslessJson(text);
    default:
      return text;
  }
}

/** JSON with long integers kept as text, so that a rounded one is seen. */
function losslessJson(text: string): unknown {
  return JSON.parse(
    text.replaceAll(/("(?:[^"\\]|\\.)*")|-?\d{16,}(?![\d.eE])/g, (all, quoted?: string) => quoted ?? `"#${all}"`),
  );
}
