import { SqlError, syntaxError } from '../errors.ts';
import { splitAtCommas, type Cursor } from './cursor.ts';
import type { TypeDomain } from './plan.ts';

export interface ColumnType {
  /** How PostgreSQL is told. */
  sql: string;
  domain?: TypeDomain;
}

const MAX_VARCHAR_BYTES = 65_535;
const MAX_CHAR_BYTES = 4_096;
const MAX_VARBYTE_BYTES = 16_777_216;
const DEFAULT_VARBYTE_BYTES = 64_000;

const PLAIN: Record<string, string> = {
  smallint: 'smallint',
  int2: 'smallint',
  integer: 'integer',
  int: 'integer',
  int4: 'integer',
  bigint: 'bigint',
  int8: 'bigint',
  real: 'real',
  float4: 'real',
  'double precision': 'double precision',
  float8: 'double precision',
  float: 'double precision',
  boolean: 'boolean',
  bool: 'boolean',
  date: 'date',
  timestamp: 'timestamp',
  datetime: 'timestamp',
  'timestamp without time zone': 'timestamp',
  timestamptz: 'timestamptz',
  'timestamp with time zone': 'timestamptz',
  time: 'time',
  'time without time zone': 'time',
  timetz: 'timetz',
  'time with time zone': 'timetz',
};

type Builder = (args: string[]) => ColumnType;

const BUILDERS: Record<string, Builder> = {
  super: () => ({ sql: 'super' }),
  text: () => varchar([]),
  varchar,
  nvarchar: varchar,
  'character varying': varchar,
  char,
  nchar: char,
  character: char,
  bpchar: () => char(['256']),
  varbyte,
  varbinary: varbyte,
  'binary varying': varbyte,
  numeric: decimal,
  decimal,
};

/** Types of PostgreSQL that Redshift's ancestor had and Redshift refuses; the others it does not know at all. */
const UNSUPPORTED = new Set([
  'bytea',
  'interval',
  'money',
  'inet',
  'cidr',
  'macaddr',
  'bit',
  'serial',
  'bigserial',
  'xml',
]);

const LONG_NAMES = [
  'double precision',
  'character varying',
  'binary varying',
  'timestamp without time zone',
  'timestamp with time zone',
  'time without time zone',
  'time with time zone',
];

/** Reads the type of a column definition. */
export function parseType(cursor: Cursor, column: string): ColumnType {
  const name = LONG_NAMES.find((long) => cursor.take(long)) ?? cursor.identifier();
  const args = cursor.peek()?.text === '(' ? splitAtCommas(cursor.group()).map((part) => part[0]?.lower ?? '') : [];
  if (cursor.peek()?.text === '[' || UNSUPPORTED.has(name)) {
    throw new SqlError(`Column "${column}" has unsupported type "${name}${cursor.peek()?.text === '[' ? '[]' : ''}".`);
  }
  const plain = PLAIN[name];
  const built = plain === undefined ? BUILDERS[name]?.(args) : { sql: plain };
  if (built === undefined) {
    throw new SqlError(`type "${name}" does not exist`);
  }
  return built;
}

function varchar(args: string[]): ColumnType {
  const bytes = length(args[0] ?? '256', MAX_VARCHAR_BYTES, 'varchar');
  const check = `octet_length(VALUE) <= ${bytes}`;
  const name = `varchar_${bytes}`;
  return { sql: `redshift.${name}`, domain: { name, base: `varchar(${bytes})`, check } };
}

function char(args: string[]): ColumnType {
  const bytes = length(args[0] ?? '1', MAX_CHAR_BYTES, 'char');
  const name = `char_${bytes}`;
  const check = 'octet_length(VALUE) = char_length(VALUE)';
  return { sql: `redshift.${name}`, domain: { name, base: `char(${bytes})`, check } };
}

function varbyte(args: string[]): ColumnType {
  const bytes = length(args[0] ?? String(DEFAULT_VARBYTE_BYTES), MAX_VARBYTE_BYTES, 'varbyte');
  const name = `varbyte_${bytes}`;
  return { sql: `redshift.${name}`, domain: { name, base: 'bytea', check: `octet_length(VALUE) <= ${bytes}` } };
}

function decimal([precision = '18', scale = '0']: string[]): ColumnType {
  if (Number(precision) > 38) {
    throw new SqlError('DECIMAL precision must be between 1 and 38');
  }
  return { sql: `numeric(${precision}, ${scale})` };
}

function length(given: string, max: number, type: string): number {
  const bytes = given === 'max' ? max : Number(given);
  if (!Number.isInteger(bytes) || bytes < 1) {
    throw syntaxError(given);
  }
  if (bytes > max) {
    throw new SqlError(`length for type ${type} cannot exceed ${max}`);
  }
  return bytes;
}
