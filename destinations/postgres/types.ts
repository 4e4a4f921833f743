import type { Column, ColumnType } from '../../core/columns.ts';
import type { ValueRules } from '../../core/encoding.ts';
import type { Fit, TypeRules } from '../table/columns.ts';
import { integerDigits, integerRange, longestText } from '../table/value-sizes.ts';
import { sameIdentifier } from './sql.ts';

/** What the text types cannot hold. */
const TEXT_RULES: ValueRules = { nul: 'strip', surrogates: 'strip' };

/**
 * What jsonb cannot hold, measured on PostgreSQL 15 and 18: nesting fails between 10,000 and 20,000 levels with the
 * default max_stack_depth of 2 MB, so half of that; a number may have 16,383 decimals (and 131,072 digits before the
 * point); jsonb refuses strings and arrays beyond 256 MB in its own form, which takes up to four times the text.
 */
const JSON_RULES: ValueRules = {
  ...TEXT_RULES,
  validJson: true,
  maxBytes: 64 * 1024 * 1024,
  maxDepth: 5_000,
  maxNumberDigits: 16_383,
};

function createType({ type }: Column): string {
  switch (type.kind) {
    case 'text':
      return 'text';
    case 'json':
    case 'nested':
      return 'jsonb';
    case 'uuid':
      return 'uuid';
    case 'bool':
      return 'boolean';
    case 'integer':
      return integerType(type);
    case 'decimal':
      return `numeric(${String(type.precision)},${String(type.scale)})`;
    case 'float':
      return type.bits === 32 ? 'real' : 'double precision';
    case 'date':
      return 'date';
    case 'timestamp':
      return 'timestamp with time zone';
  }
}

/** The smallest type that holds the whole range; there are no unsigned ones. */
function integerType(type: ColumnType & { kind: 'integer' }): string {
  const { bits, signed } = type;
  const needed = signed ? bits : bits + 1;
  if (needed > 64) {
    return `numeric(${String(integerDigits(type))},0)`;
  }
  return needed > 32 ? 'bigint' : needed > 16 ? 'integer' : 'smallint';
}

/** `character varying(20)` → name and numbers; a precision may stand inside: `timestamp(3) with time zone`. */
function parseType(type: string): { name: string; args: number[] } {
  const args = /\(([\d, ]+)\)/.exec(type);
  return { name: type.replace(/\([\d, ]+\)/, ''), args: args?.[1]?.split(',').map(Number) ?? [] };
}

function fit(column: Column, type: string): Fit | undefined {
  const { name, args } = parseType(type);
  switch (name) {
    case 'text':
    case 'citext':
      return textFit(column, undefined);
    case 'character varying':
    case 'character':
      return textFit(column, args[0]);
    case 'numeric':
      return numericFit(column, args);
    case 'timestamp with time zone':
    case 'timestamp without time zone':
      return timeFit(column);
    case 'json':
    case 'jsonb':
      return jsonFit(column);
    default:
      return exactFit(column, name);
  }
}

function textFit({ type }: Column, maxChars: number | undefined): Fit | undefined {
  const longest = longestText(type);
  if (longest !== undefined) {
    return maxChars === undefined || maxChars >= longest ? {} : undefined;
  }
  const rules = maxChars === undefined ? TEXT_RULES : { ...TEXT_RULES, maxChars };
  return type.kind === 'nested' ? { as: 'json', rules } : { rules };
}

function jsonFit({ type }: Column): Fit | undefined {
  if (type.kind === 'json') {
    return { rules: JSON_RULES };
  }
  // The engine writes this JSON itself, so it is valid.
  return type.kind === 'nested' ? { as: 'json', rules: { ...JSON_RULES, validJson: false } } : undefined;
}

/** Microseconds are all that PostgreSQL has: finer time is cut off by the source, not rounded by the server. */
function timeFit({ type }: Column): Fit | undefined {
  if (type.kind === 'timestamp') {
    return type.precision > 6 ? { as: 'timestamp_micros' } : {};
  }
  return type.kind === 'date' ? {} : undefined;
}

function numericFit({ type }: Column, args: number[]): Fit | undefined {
  const [precision, scale = 0] = args;
  if (type.kind === 'integer') {
    const room = precision === undefined ? Infinity : precision - scale;
    return room >= integerDigits(type) ? {} : boundedBy(room);
  }
  if (type.kind === 'decimal') {
    const fits = precision === undefined || (scale >= type.scale && precision - scale >= type.precision - type.scale);
    return fits ? {} : undefined;
  }
  // Infinity is a numeric only since PostgreSQL 14.
  return type.kind === 'float' && precision === undefined ? { rules: { nonFinite: 'reject' } } : undefined;
}

function boundedBy(digits: number): Fit | undefined {
  if (digits <= 0) {
    return undefined;
  }
  const limit = '9'.repeat(digits);
  return { rules: { number: { from: `-${limit}`, to: limit } } };
}

const INTEGER_BITS: Readonly<Record<string, 16 | 32 | 64>> = { smallint: 16, integer: 32, bigint: 64 };
const MANTISSA_BITS: Readonly<Record<string, 24 | 53>> = { real: 24, 'double precision': 53 };

function exactFit({ type }: Column, name: string): Fit | undefined {
  const bits = INTEGER_BITS[name];
  if (bits !== undefined) {
    return type.kind === 'integer' ? integerFit(type, bits) : undefined;
  }
  const mantissaBits = MANTISSA_BITS[name];
  if (mantissaBits !== undefined) {
    return isExactFloat(type, mantissaBits) ? {} : undefined;
  }
  return name === type.kind || (name === 'boolean' && type.kind === 'bool') ? {} : undefined;
}

/** Whether every value is one of the floating-point numbers with so long a mantissa. */
function isExactFloat(type: ColumnType, mantissaBits: 24 | 53): boolean {
  const needed = type.kind === 'float' ? { 32: 24, 64: 53 }[type.bits] : type.kind === 'integer' ? type.bits : Infinity;
  return needed <= mantissaBits;
}

function integerFit(type: ColumnType & { kind: 'integer' }, bits: 16 | 32 | 64): Fit {
  const needed = type.signed ? type.bits : type.bits + 1;
  return needed <= bits ? {} : { rules: { number: integerRange({ bits, signed: true }) } };
}

export const POSTGRES_TYPES: TypeRules = { createType, fit, sameName: sameIdentifier };
