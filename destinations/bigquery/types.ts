import type { Column, ColumnType } from '../../core/columns.ts';
import type { ValueRules } from '../../core/encoding.ts';
import type { Fit, TypeRules } from '../table/columns.ts';

/*
 * Rows are staged as Parquet and converted by the statement that moves them. What Parquet and BigQuery might disagree
 * about (decimals, wide integers) is staged as text and cast, which is exact.
 */

const [INT64_MIN, INT64_MAX] = ['-9223372036854775808', '9223372036854775807'];
const NUMERIC = { integerDigits: 29, scale: 9 };
const BIGNUMERIC = { integerDigits: 38, scale: 38 };
/** BigQuery's text is UTF-8. Parts of bytes that are none are replaced. */
const TEXT_RULES: ValueRules = { surrogates: 'strip' };
/** PARSE_JSON refuses half a surrogate pair. What else it refuses becomes a JSON string, see `moved`. */
const JSON_RULES: ValueRules = { surrogates: 'strip', validJson: true };

export function typeRules(jsonType: 'json' | 'string'): TypeRules {
  return {
    createType: ({ type }) => createType(type, jsonType),
    fit,
    sameName: (a, b) => a.toLowerCase() === b.toLowerCase(),
  };
}

const CREATE_TYPES: Partial<Record<ColumnType['kind'], string>> = {
  bool: 'BOOLEAN',
  float: 'FLOAT',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
};

function createType(type: ColumnType, jsonType: 'json' | 'string'): string {
  switch (type.kind) {
    case 'json':
    case 'nested':
      return jsonType === 'json' ? 'JSON' : 'STRING';
    case 'integer':
      return integerType(type);
    case 'decimal':
      return decimalType(type);
    default:
      return CREATE_TYPES[type.kind] ?? 'STRING';
  }
}

function isNarrow({ bits, signed }: { bits: number; signed: boolean }): boolean {
  return bits < 64 || (bits === 64 && signed);
}

/** Beyond 64 bits no type holds every value. */
function integerType(type: { bits: number; signed: boolean }): string {
  return isNarrow(type) ? 'INTEGER' : type.bits === 64 ? 'NUMERIC' : 'STRING';
}

function holds(room: { integerDigits: number; scale: number }, type: ColumnType & { kind: 'decimal' }): boolean {
  return type.scale <= room.scale && type.precision - type.scale <= room.integerDigits;
}

function decimalType(type: ColumnType & { kind: 'decimal' }): string {
  return holds(NUMERIC, type) ? 'NUMERIC' : holds(BIGNUMERIC, type) ? 'BIGNUMERIC' : 'STRING';
}

/** By the table's type, as table.ts writes it: with a length or a precision only where the column limits it. */
function fit({ type }: Column, there: string): Fit | undefined {
  const length = /^STRING\((\d+)\)$/.exec(there)?.[1];
  if (there === 'STRING' || length !== undefined) {
    return textFit(type, length === undefined ? undefined : Number(length));
  }
  const byKind = FITS[type.kind] as ((type: ColumnType, there: string) => Fit | undefined) | undefined;
  return byKind?.(type, there);
}

function textFit(type: ColumnType, maxChars: number | undefined): Fit {
  const rules = { ...TEXT_RULES, ...(maxChars === undefined ? {} : { maxChars }) };
  switch (type.kind) {
    case 'text':
      return { rules };
    case 'json':
    case 'nested':
      return { as: 'json', rules: { ...JSON_RULES, ...(maxChars === undefined ? {} : { maxChars }) } };
    default:
      return { as: 'text', rules: maxChars === undefined ? {} : { maxChars } };
  }
}

const FITS: {
  [Kind in ColumnType['kind']]?: (type: Extract<ColumnType, { kind: Kind }>, there: string) => Fit | undefined;
} = {
  json: jsonFit,
  nested: jsonFit,
  bool: (_type, there) => (there === 'BOOLEAN' ? {} : undefined),
  integer: integerFit,
  decimal: decimalFit,
  float: (_type, there) => (there === 'FLOAT' ? {} : undefined),
  date: (_type, there) => (there === 'DATE' ? {} : undefined),
  // Microseconds are all that BigQuery has: finer time is cut off at the source.
  timestamp: (_type, there) => (there === 'TIMESTAMP' || there === 'DATETIME' ? { as: 'timestamp_micros' } : undefined),
};

function jsonFit(_type: ColumnType, there: string): Fit | undefined {
  return there === 'JSON' ? { as: 'json', rules: JSON_RULES } : undefined;
}

function integerFit(type: ColumnType & { kind: 'integer' }, there: string): Fit | undefined {
  const { bits } = type;
  switch (there) {
    case 'INTEGER':
      return isNarrow(type) ? {} : bounded(INT64_MIN, INT64_MAX);
    case 'NUMERIC':
      return bits <= 64 ? { as: 'text' } : bounded(...nines(NUMERIC.integerDigits));
    case 'BIGNUMERIC':
      return bits <= 64 ? { as: 'text' } : bounded(...nines(BIGNUMERIC.integerDigits));
    default:
      return undefined;
  }
}

function bounded(from: string, to: string): Fit {
  return { as: 'text', rules: { number: { from, to } } };
}

function nines(digits: number): [from: string, to: string] {
  return [`-${'9'.repeat(digits)}`, '9'.repeat(digits)];
}

function decimalFit(type: ColumnType & { kind: 'decimal' }, there: string): Fit | undefined {
  const fits = (there === 'NUMERIC' && holds(NUMERIC, type)) || (there === 'BIGNUMERIC' && holds(BIGNUMERIC, type));
  return fits ? { as: 'text' } : undefined;
}

/**
 * The expression that turns a staged value into the table's type. JSON that BigQuery refuses (nested too deeply, a
 * number beyond a double) is kept as a JSON string: it must neither get lost nor stop the interval.
 */
export function moved(staged: string, type: string): string {
  switch (type) {
    case 'JSON':
      return `IF(${staged} IS NULL, NULL, IFNULL(SAFE.PARSE_JSON(${staged}, wide_number_mode=>'round'), TO_JSON(${staged})))`;
    case 'NUMERIC':
      return `PARSE_NUMERIC(${staged})`;
    case 'BIGNUMERIC':
    case 'TIMESTAMP':
    case 'DATETIME':
      return `CAST(${staged} AS ${type})`;
    case 'INTEGER':
      return `CAST(${staged} AS INT64)`;
    default:
      return staged;
  }
}
