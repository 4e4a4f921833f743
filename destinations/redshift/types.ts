import type { Column, ColumnType } from '../../core/columns.ts';
import type { ValueRules } from '../../core/encoding.ts';
import type { Fit, TypeRules } from '../table/columns.ts';
import { integerDigits, integerRange, longestText } from '../table/value-sizes.ts';
import type { RedshiftConfig } from './config.ts';
import { sameIdentifier } from './sql.ts';

/** In bytes, not characters. */
export const MAX_VARCHAR_BYTES = 65_535;
const MAX_DECIMAL_DIGITS = 38;

const TEXT_RULES: ValueRules = { nul: 'strip', surrogates: 'strip' };

/**
 * For JSON_PARSE, whose argument is staged as VARBYTE: a VARCHAR would end at 65,535 bytes, as each string inside a
 * SUPER does. SUPER nests 1,000 levels.
 */
const SUPER_RULES: ValueRules = {
  ...TEXT_RULES,
  validJson: true,
  maxJsonStringBytes: MAX_VARCHAR_BYTES,
  maxDepth: 1_000,
  maxNumberDigits: 1_000,
};

/** What the types of columns depend on. */
export type TypeConfig = Pick<RedshiftConfig, 'jsonType' | 'maxJsonBytes'>;

type Of<K extends ColumnType['kind']> = ColumnType & { kind: K };

const JSON_TYPES = { super: 'super', varchar: `character varying(${String(MAX_VARCHAR_BYTES)})` };

function createType({ type }: Column, jsonType: RedshiftConfig['jsonType']): string {
  switch (type.kind) {
    case 'text':
      return varchar(MAX_VARCHAR_BYTES);
    case 'json':
    case 'nested':
      return JSON_TYPES[jsonType];
    case 'bool':
      return 'boolean';
    case 'integer':
      return integerType(type);
    case 'decimal':
      return decimalType(type);
    case 'float':
      return type.bits === 32 ? 'real' : 'double precision';
    case 'date':
      return 'date';
    case 'timestamp':
      return 'timestamp with time zone';
    case 'uuid':
      return varchar(36);
  }
}

const varchar = (bytes: number): string => `character varying(${String(bytes)})`;

function decimalType({ precision, scale }: Of<'decimal'>): string {
  return precision > MAX_DECIMAL_DIGITS ? varchar(precision + 3) : `numeric(${String(precision)},${String(scale)})`;
}

/** The smallest type that holds the whole range; there are no unsigned ones, and numeric ends at 38 digits. */
function integerType(type: Of<'integer'>): string {
  const needed = type.signed ? type.bits : type.bits + 1;
  if (needed <= 64) {
    return needed > 32 ? 'bigint' : needed > 16 ? 'integer' : 'smallint';
  }
  const digits = integerDigits(type);
  return digits > MAX_DECIMAL_DIGITS ? varchar(digits + 1) : `numeric(${String(digits)},0)`;
}

/** `character varying(20)` → name and numbers. */
function parseType(type: string): { name: string; args: number[] } {
  const args = /\(([\d, ]+)\)/.exec(type);
  return { name: type.replace(/\([\d, ]+\)/, ''), args: args?.[1]?.split(',').map(Number) ?? [] };
}

const INTEGER_BITS: Readonly<Record<string, number>> = { smallint: 16, integer: 32, bigint: 64 };

function fit({ type }: Column, target: string, maxJsonBytes: number): Fit | undefined {
  const { name, args } = parseType(target);
  switch (name) {
    case 'character varying':
      return varcharFit(type, args[0] ?? MAX_VARCHAR_BYTES);
    case 'super':
      return superFit(type, maxJsonBytes);
    case 'smallint':
    case 'integer':
    case 'bigint':
      return type.kind === 'integer' ? integerFit(type, INTEGER_BITS[name] ?? 0) : undefined;
    case 'numeric':
      return numericFit(type, args);
    default:
      return exactFit(type, name);
  }
}

/** What has a text of bounded length fits or does not; of the rest each value is looked at. */
function varcharFit(type: ColumnType, bytes: number): Fit | undefined {
  const longest = longestText(type);
  if (longest !== undefined) {
    return longest <= bytes ? { as: 'text' } : undefined;
  }
  if (type.kind === 'text') {
    return { rules: { ...TEXT_RULES, maxBytes: bytes } };
  }
  return { as: 'json', rules: { surrogates: 'strip', maxBytes: bytes } };
}

function superFit(type: ColumnType, maxBytes: number): Fit | undefined {
  const rules = { ...SUPER_RULES, maxBytes };
  if (type.kind === 'json') {
    return { rules };
  }
  // The engine writes this JSON itself, so it is valid.
  return type.kind === 'nested' ? { as: 'json', rules: { ...rules, validJson: false } } : undefined;
}

/**
 * Parquet's integers of 32 and 64 bits have counterparts; narrower and unsigned ones travel as decimals, whose type in
 * the file nobody reads differently.
 */
function integerFit(type: Of<'integer'>, bits: number): Fit {
  const needed = type.signed ? type.bits : type.bits + 1;
  const rules = needed <= bits ? {} : { rules: { number: integerRange({ bits, signed: true }) } };
  const isNative = type.signed && (type.bits === 32 || type.bits === 64);
  return isNative ? rules : { ...asDecimal(type), ...rules };
}

/** Beyond 38 digits there is no decimal that Redshift reads: the value comes as text and is cast. */
function asDecimal(type: Of<'integer'>): Fit {
  const precision = integerDigits(type);
  return precision > MAX_DECIMAL_DIGITS ? { as: 'text' } : { as: { decimal: { precision, scale: 0 } } };
}

function numericFit(type: ColumnType, [precision = 18, scale = 0]: number[]): Fit | undefined {
  const room = precision - scale;
  if (type.kind === 'integer') {
    const limit = '9'.repeat(Math.max(room, 1));
    const rules = room >= integerDigits(type) ? {} : { rules: { number: { from: `-${limit}`, to: limit } } };
    return room > 0 ? { ...asDecimal(type), ...rules } : undefined;
  }
  const fits = type.kind === 'decimal' && scale >= type.scale && room >= type.precision - type.scale;
  return fits ? {} : undefined;
}

function exactFit(type: ColumnType, name: string): Fit | undefined {
  switch (type.kind) {
    case 'bool':
      return name === 'boolean' ? {} : undefined;
    // As text: the engine has two types of dates, and writes one of them to Parquet as a bare number.
    case 'date':
      return name === 'date' ? { as: 'text' } : undefined;
    case 'timestamp':
      return name.startsWith('timestamp with') ? { as: 'timestamp_micros' } : undefined;
    case 'float':
      return name === 'double precision' || (name === 'real' && type.bits === 32) ? {} : undefined;
    default:
      return undefined;
  }
}

export function redshiftTypes({ jsonType, maxJsonBytes }: TypeConfig): TypeRules {
  return {
    createType: (column) => createType(column, jsonType),
    fit: (column, target) => fit(column, target, maxJsonBytes),
    sameName: sameIdentifier,
  };
}
