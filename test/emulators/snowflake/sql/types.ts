import { SnowflakeFailure } from '../errors.ts';
import type { Cursor } from './cursor.ts';

export type Family =
  | 'FIXED'
  | 'REAL'
  | 'TEXT'
  | 'BINARY'
  | 'BOOLEAN'
  | 'DATE'
  | 'TIME'
  | 'TIMESTAMP_NTZ'
  | 'TIMESTAMP_LTZ'
  | 'TIMESTAMP_TZ'
  | 'VARIANT'
  | 'OBJECT'
  | 'ARRAY';

export interface SnowflakeType {
  family: Family;
  /** FIXED: digits. TEXT and BINARY: length. Times: digits of the second. */
  precision: number;
  scale: number;
}

export const MAX_TEXT_LENGTH = 16_777_216;

const NAMES: Record<string, Family> = {
  NUMBER: 'FIXED',
  DECIMAL: 'FIXED',
  NUMERIC: 'FIXED',
  INT: 'FIXED',
  INTEGER: 'FIXED',
  BIGINT: 'FIXED',
  SMALLINT: 'FIXED',
  TINYINT: 'FIXED',
  BYTEINT: 'FIXED',
  FLOAT: 'REAL',
  FLOAT4: 'REAL',
  FLOAT8: 'REAL',
  DOUBLE: 'REAL',
  REAL: 'REAL',
  VARCHAR: 'TEXT',
  CHAR: 'TEXT',
  CHARACTER: 'TEXT',
  STRING: 'TEXT',
  TEXT: 'TEXT',
  BINARY: 'BINARY',
  VARBINARY: 'BINARY',
  BOOLEAN: 'BOOLEAN',
  DATE: 'DATE',
  TIME: 'TIME',
  DATETIME: 'TIMESTAMP_NTZ',
  TIMESTAMP: 'TIMESTAMP_NTZ',
  TIMESTAMP_NTZ: 'TIMESTAMP_NTZ',
  TIMESTAMPNTZ: 'TIMESTAMP_NTZ',
  TIMESTAMP_LTZ: 'TIMESTAMP_LTZ',
  TIMESTAMPLTZ: 'TIMESTAMP_LTZ',
  TIMESTAMP_TZ: 'TIMESTAMP_TZ',
  TIMESTAMPTZ: 'TIMESTAMP_TZ',
  VARIANT: 'VARIANT',
  OBJECT: 'OBJECT',
  ARRAY: 'ARRAY',
};

function defaultPrecision(family: Family): number {
  if (family === 'FIXED') {
    return 38;
  }
  if (family === 'TEXT') {
    return MAX_TEXT_LENGTH;
  }
  if (family === 'BINARY') {
    return 8_388_608;
  }
  return 9;
}

export const isTypeName = (word: string) => word in NAMES;

/** Reads a type such as NUMBER(20, 0), DOUBLE PRECISION or TIMESTAMP_NTZ(6). */
export function readType(cursor: Cursor): SnowflakeType {
  const name = cursor.identifier();
  const family = NAMES[name];
  if (family === undefined) {
    throw new SnowflakeFailure('002040', '42601', `SQL compilation error:\nUnsupported data type '${name}'.`);
  }
  cursor.accept('PRECISION');
  const sizes: number[] = [];
  if (cursor.accept('(')) {
    do {
      sizes.push(Number(cursor.next().value));
    } while (cursor.accept(','));
    cursor.expect(')');
  }
  const precision = sizes[0] ?? (name === 'CHAR' || name === 'CHARACTER' ? 1 : defaultPrecision(family));
  return { family, precision, scale: sizes[1] ?? 0 };
}

/** DuckDB's timestamp of the asked precision: nanoseconds reach only from 1677 to 2262. */
const timestamp = (precision: number) => (precision > 6 ? 'TIMESTAMP_NS' : 'TIMESTAMP');

export function duckType(type: SnowflakeType): string {
  switch (type.family) {
    case 'FIXED':
      return `DECIMAL(${String(type.precision)},${String(type.scale)})`;
    case 'REAL':
      return 'DOUBLE';
    case 'TEXT':
      return 'VARCHAR';
    case 'BINARY':
      return 'BLOB';
    case 'TIMESTAMP_NTZ':
      return timestamp(type.precision);
    case 'TIMESTAMP_LTZ':
    case 'TIMESTAMP_TZ':
      return 'TIMESTAMPTZ';
    case 'VARIANT':
    case 'OBJECT':
    case 'ARRAY':
      return 'JSON';
    default:
      return type.family;
  }
}

/** As DESCRIBE TABLE prints it. */
export function printType(type: SnowflakeType): string {
  switch (type.family) {
    case 'FIXED':
      return `NUMBER(${String(type.precision)},${String(type.scale)})`;
    case 'REAL':
      return 'FLOAT';
    case 'TEXT':
      return `VARCHAR(${String(type.precision)})`;
    case 'BINARY':
    case 'TIME':
    case 'TIMESTAMP_NTZ':
    case 'TIMESTAMP_LTZ':
    case 'TIMESTAMP_TZ':
      return `${type.family}(${String(type.precision)})`;
    default:
      return type.family;
  }
}

/** As INFORMATION_SCHEMA.COLUMNS names it. */
export function informationSchemaType(type: SnowflakeType): string {
  return type.family === 'FIXED' ? 'NUMBER' : type.family === 'REAL' ? 'FLOAT' : type.family;
}
