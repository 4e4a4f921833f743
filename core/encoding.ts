import type { Compression, StreamFormat } from './formats.ts';

/**
 * How ClickHouse writes the rows of a chunk for a destination. A destination says what it wants in these terms; the
 * SQL is made in clickhouse/. Values are changed and refused there, before a byte is encoded, because no row is ever
 * parsed on its way.
 */
export interface SourceEncoding {
  fileFormat: StreamFormat;
  compression: Compression;
  /** In this order. With `shape: 'posthog_event'` it is empty. */
  columns: readonly EncodedColumn[];
  /** `posthog_event`: format `lines`, each row one event as PostHog's capture endpoint takes it. */
  shape?: 'posthog_event' | SqlValuesShape;
}

/**
 * Format `lines`, each row a tuple of SQL's literals: `('text',1,NULL)`. Text and JSON are escaped so that the literal
 * means the same whether or not a database reads backslashes as escapes: `~0` is `~`, `~1` a backslash, `~2` a quote,
 * `~3` a line feed. Whoever inserts the rows puts them back, `~0` last. Rows and literals with more bytes, as they are
 * written, are set aside.
 */
export interface SqlValuesShape {
  kind: 'sql_values';
  maxLiteralBytes: number;
  maxRowBytes: number;
}

export interface EncodedColumn {
  /** A column of the model. */
  source: string;
  /** Its name in the encoded rows. */
  name: string;
  /** `native` when absent. */
  as?: ValueForm;
  rules?: ValueRules;
}

/**
 * - `native`: as the format writes the column's own type.
 * - `text`: the value as text.
 * - `json`: JSON text: a JSON column as it is, everything else as its JSON value.
 * - `timestamp_micros`: microseconds, UTC, whatever the column's precision.
 * - `decimal`: exact, for integers that the destination has no integer type for.
 */
export type ValueForm =
  'native' | 'text' | 'json' | 'timestamp_micros' | { decimal: { precision: number; scale: number } };

/**
 * What the destination cannot hold. `strip` changes the value; everything else sets the record aside with the reason.
 * Rules are checked in the order below, on the value as it would be written.
 */
export interface ValueRules {
  /** NUL: the character in text, the escape `\u0000` in JSON. */
  nul?: 'strip' | 'reject';
  /** Escapes of lone surrogates in JSON, bytes that are no UTF-8 in text. `strip` removes the former and replaces the latter by U+FFFD. */
  surrogates?: 'strip' | 'reject';
  /** NaN and the infinities of a float. */
  nonFinite?: 'null' | 'reject';
  maxBytes?: number;
  /** Of Unicode code points, for types that count these. */
  maxChars?: number;
  /** Of one string inside JSON, names of members too, with its escapes resolved. */
  maxJsonStringBytes?: number;
  /** Of a number in JSON, with the zeros of its exponent written out. */
  maxNumberDigits?: number;
  /** Of brackets and braces in JSON. */
  maxDepth?: number;
  /** Refuses text that is no JSON, and JSON deeper than 1,000, which cannot be checked. */
  validJson?: boolean;
  /** Inclusive bounds of a date or a moment, RFC 3339. */
  time?: { from: string; to: string };
  /** Inclusive bounds of a number, decimal text. */
  number?: { from: string; to: string };
}

/** Why a record was set aside; stored with it. */
export const REJECT_REASONS = [
  'nul_character',
  'lone_surrogate',
  'not_finite',
  'json_invalid',
  'value_too_long',
  'json_too_deep',
  'time_out_of_range',
  'number_out_of_range',
] as const;
export type RejectReason = (typeof REJECT_REASONS)[number];

/** Whether any rule of the encoding can set a record aside. */
export function canReject(encoding: SourceEncoding): boolean {
  return (
    typeof encoding.shape === 'object' || encoding.columns.some(({ rules }) => rules !== undefined && rejects(rules))
  );
}

function rejects(rules: ValueRules): boolean {
  return reasonsOf(rules).length > 0;
}

/** For what the rules can set a record aside. */
export function reasonsOf(rules: ValueRules): RejectReason[] {
  const { nul, surrogates, nonFinite, validJson, maxBytes, maxChars, maxJsonStringBytes, maxDepth } = rules;
  const isLimited = [maxBytes, maxChars, maxJsonStringBytes].some((limit) => limit !== undefined);
  const found: Record<RejectReason, boolean> = {
    nul_character: nul === 'reject',
    lone_surrogate: surrogates === 'reject',
    not_finite: nonFinite === 'reject',
    json_invalid: validJson === true,
    value_too_long: isLimited,
    json_too_deep: validJson === true || maxDepth !== undefined,
    time_out_of_range: rules.time !== undefined,
    number_out_of_range: rules.number !== undefined || rules.maxNumberDigits !== undefined,
  };
  return REJECT_REASONS.filter((reason) => found[reason]);
}
