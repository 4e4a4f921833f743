import type { Column, ColumnType } from '../../core/columns.ts';
import type { ValueRules } from '../../core/encoding.ts';
import type { Fit, TypeRules } from '../table/columns.ts';
import type { SnowflakeConfig } from './config.ts';
import { sameColumn } from './identifiers.ts';

/*
 * Rows are staged as Parquet. What Parquet and Snowflake might disagree about (unsigned and wide integers, decimals,
 * dates, NaN) travels as text and is cast by Snowflake, which is exact.
 */

export const MAX_TEXT_BYTES = 16_777_216;
/** A VARIANT takes somewhat less than that, depending on what is in it. */
const MAX_JSON_BYTES = 16_000_000;
export const MAX_DIGITS = 38;

const TEXT_RULES: ValueRules = { nul: 'strip', surrogates: 'strip', maxBytes: MAX_TEXT_BYTES };
const JSON_RULES: ValueRules = { nul: 'strip', surrogates: 'strip', maxBytes: MAX_JSON_BYTES, validJson: true };

type Of<Kind extends ColumnType['kind']> = ColumnType & { kind: Kind };

/** Decimal digits of the largest value. */
function digitsOf({ bits, signed }: Of<'integer'>): number {
  return String(2n ** BigInt(signed ? bits - 1 : bits)).length;
}

export function snowflakeTypes({ jsonType }: Pick<SnowflakeConfig, 'jsonType'>): TypeRules {
  return { createType: ({ type }) => createType(type, jsonType), fit, sameName: sameColumn, sameType };
}

/** A VARCHAR without a length is shown with the longest. */
function sameType(created: string, shown: string): boolean {
  return created === shown || (created === 'VARCHAR' && shown === `VARCHAR(${String(MAX_TEXT_BYTES)})`);
}

function createType(type: ColumnType, jsonType: SnowflakeConfig['jsonType']): string {
  switch (type.kind) {
    case 'text':
      return 'VARCHAR';
    case 'json':
    case 'nested':
      return jsonType.toUpperCase();
    case 'uuid':
      return 'VARCHAR(36)';
    case 'bool':
      return 'BOOLEAN';
    case 'integer':
      return numberType(digitsOf(type), 0);
    case 'decimal':
      return numberType(type.precision, type.scale);
    case 'float':
      return 'FLOAT';
    case 'date':
      return 'DATE';
    case 'timestamp':
      return `TIMESTAMP_TZ(${String(Math.min(type.precision, 6))})`;
  }
}

/** Beyond 38 digits there is no number that holds every value. */
function numberType(digits: number, scale: number): string {
  return digits > MAX_DIGITS ? 'VARCHAR' : `NUMBER(${String(digits)},${String(scale)})`;
}

/** `NUMBER(20,0)` → name and numbers. */
function parseType(type: string): { name: string; args: number[] } {
  const match = /^([^(]+)(?:\(([\d, ]+)\))?$/.exec(type.toUpperCase());
  return { name: match?.[1] ?? type, args: match?.[2]?.split(',').map(Number) ?? [] };
}

function fit({ type }: Column, target: string): Fit | undefined {
  const { name, args } = parseType(target);
  switch (name) {
    case 'VARCHAR':
      return textFit(type, args[0]);
    case 'VARIANT':
      return isJson(type) ? { as: 'json', rules: JSON_RULES } : undefined;
    case 'NUMBER':
      return numberFit(type, args);
    default:
      return exactFit(type, name);
  }
}

const isJson = ({ kind }: ColumnType): boolean => kind === 'json' || kind === 'nested';

/** A text of known length fits or does not; of the rest each value is looked at. */
function textFit(type: ColumnType, maxChars: number | undefined): Fit | undefined {
  const limit = maxChars === undefined || maxChars >= MAX_TEXT_BYTES ? {} : { maxChars };
  if (type.kind === 'text') {
    return { rules: { ...TEXT_RULES, ...limit } };
  }
  if (isJson(type)) {
    return { as: 'json', rules: { surrogates: 'strip', maxBytes: MAX_TEXT_BYTES, ...limit } };
  }
  return { as: 'text', ...(maxChars === undefined ? {} : { rules: limit }) };
}

function numberFit(type: ColumnType, [precision = MAX_DIGITS, scale = 0]: number[]): Fit | undefined {
  const room = precision - scale;
  if (type.kind === 'integer') {
    const limit = '9'.repeat(Math.max(room, 1));
    const rules = room >= digitsOf(type) ? {} : { rules: { number: { from: `-${limit}`, to: limit } } };
    return room > 0 ? { as: 'text', ...rules } : undefined;
  }
  const fits = type.kind === 'decimal' && scale >= type.scale && room >= type.precision - type.scale;
  return fits ? { as: 'text' } : undefined;
}

function exactFit(type: ColumnType, name: string): Fit | undefined {
  switch (type.kind) {
    case 'bool':
      return name === 'BOOLEAN' ? {} : undefined;
    case 'date':
      return name === 'DATE' ? { as: 'text' } : undefined;
    case 'float':
      return name === 'FLOAT' ? { as: 'text' } : undefined;
    // Microseconds are the finest that Parquet's timestamps have in every reader.
    case 'timestamp':
      return /^TIMESTAMP_(TZ|LTZ|NTZ)$/.test(name) ? { as: 'timestamp_micros' } : undefined;
    default:
      return undefined;
  }
}
