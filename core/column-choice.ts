import type { PropertySource } from './properties/filter.ts';

/** One column of an export: what the destination calls it, and what is in it. */
export interface ColumnChoice {
  name: string;
  from: ColumnSource;
}

export type ColumnSource =
  | SimpleSource
  /** Of a moment, in a time zone; UTC when absent. */
  | { kind: 'date_part'; column: string; part: DatePart; timeZone?: string }
  /** Keyed hash of the value's text, 64 hexadecimal digits; null of null. */
  | { kind: 'hash'; of: SimpleSource }
  /** Texts one after another; null adds nothing. */
  | { kind: 'concat'; parts: SimpleSource[] }
  /** Text of the first that is not null. */
  | { kind: 'coalesce'; of: SimpleSource[] };

export type SimpleSource =
  | { kind: 'column'; column: string }
  | { kind: 'property'; source: PropertySource; path: string[]; type: PropertyType }
  | { kind: 'literal'; value: string | number | boolean };

/**
 * A property of another type is null; `string` is the text of any value, `json` its JSON text as it was captured.
 * `integer` has 64 bits, `timestamp` is a date or RFC 3339 time.
 */
export const PROPERTY_TYPES = ['string', 'integer', 'number', 'boolean', 'json', 'timestamp'] as const;
export type PropertyType = (typeof PROPERTY_TYPES)[number];

/** `weekday`: 1 is Monday. `week`: of ISO 8601. */
export const DATE_PARTS = ['date', 'year', 'quarter', 'month', 'week', 'day', 'weekday', 'hour', 'minute'] as const;
export type DatePart = (typeof DATE_PARTS)[number];

/** The name under which a column of the model is given away as it is; undefined when it is not. */
export function nameOfColumn(choices: readonly ColumnChoice[], column: string): string | undefined {
  return choices.find(({ from }) => from.kind === 'column' && from.column === column)?.name;
}
