import type { ColumnType } from '../../core/columns.ts';

/** Bounds of an integer, inclusive, as decimal text: JavaScript's numbers end at 53 bits. */
export function integerRange({ bits, signed }: { bits: number; signed: boolean }): { from: string; to: string } {
  const half = 2n ** BigInt(signed ? bits - 1 : bits);
  return { from: signed ? String(-half) : '0', to: String(half - 1n) };
}

/** Decimal digits of the longest value, without its sign. */
export function integerDigits(type: { bits: number; signed: boolean }): number {
  return integerRange(type).to.length;
}

/** Characters of the longest text of a value, or undefined when only the value says. */
export function longestText(type: ColumnType): number | undefined {
  switch (type.kind) {
    case 'uuid':
      return 36;
    case 'bool':
      return 'false'.length;
    case 'date':
      return '2026-11-21'.length;
    case 'timestamp':
      return '2026-11-21T04:18:30.123456789Z'.length;
    case 'float':
      return '-1.7976931348623157e308'.length;
    case 'integer':
      return integerDigits(type) + 1;
    case 'decimal':
      return type.precision + '-0.'.length;
    default:
      return undefined;
  }
}
