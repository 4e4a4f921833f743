import {
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBBlobValue,
  DuckDBTimeValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTypeId,
  type DuckDBResultReader,
  type DuckDBType,
  type DuckDBValue,
} from '@duckdb/node-api';
import { decodeName } from './sql/names.ts';
import type { Family } from './sql/types.ts';

export interface ResultColumn {
  name: string;
  family: Family;
  precision: number;
  scale: number;
}

/** What a statement answers; cells are encoded as the rowset carries them. */
export interface StatementResult {
  columns: ResultColumn[];
  rows: (string | null)[][];
  statementTypeId: number;
  /** In place of rows for a PUT: where and how the client uploads. */
  upload?: Record<string, unknown>;
}

export const STATEMENT_TYPES = {
  select: 0x1000,
  insert: 0x3100,
  update: 0x3200,
  delete: 0x3300,
  merge: 0x3400,
  copy: 0x3700,
  other: 0x4000,
  ddl: 0x6000,
} as const;

export const textColumn = (name: string): ResultColumn => ({ name, family: 'TEXT', precision: 16_777_216, scale: 0 });
export const numberColumn = (name: string): ResultColumn => ({ name, family: 'FIXED', precision: 38, scale: 0 });

export function status(text: string, statementTypeId: number = STATEMENT_TYPES.ddl): StatementResult {
  return { columns: [textColumn('status')], rows: [[text]], statementTypeId };
}

/** The answer of a DML statement: one row of counts. */
export function counts(found: Record<string, number>, statementTypeId: number): StatementResult {
  return {
    columns: Object.keys(found).map(numberColumn),
    rows: [Object.values(found).map(String)],
    statementTypeId,
  };
}

/** Rows made in JavaScript, for SHOW and its like. */
export function listing(names: readonly string[], rows: (string | null)[][]): StatementResult {
  return { columns: names.map(textColumn), rows, statementTypeId: STATEMENT_TYPES.other };
}

const INTEGERS = new Set([
  DuckDBTypeId.TINYINT,
  DuckDBTypeId.SMALLINT,
  DuckDBTypeId.INTEGER,
  DuckDBTypeId.BIGINT,
  DuckDBTypeId.HUGEINT,
  DuckDBTypeId.UTINYINT,
  DuckDBTypeId.USMALLINT,
  DuckDBTypeId.UINTEGER,
  DuckDBTypeId.UBIGINT,
  DuckDBTypeId.UHUGEINT,
]);

const FAMILIES: Partial<Record<DuckDBTypeId, Family>> = {
  [DuckDBTypeId.FLOAT]: 'REAL',
  [DuckDBTypeId.DOUBLE]: 'REAL',
  [DuckDBTypeId.BOOLEAN]: 'BOOLEAN',
  [DuckDBTypeId.DATE]: 'DATE',
  [DuckDBTypeId.TIME]: 'TIME',
  [DuckDBTypeId.TIMESTAMP]: 'TIMESTAMP_NTZ',
  [DuckDBTypeId.TIMESTAMP_NS]: 'TIMESTAMP_NTZ',
  [DuckDBTypeId.TIMESTAMP_TZ]: 'TIMESTAMP_LTZ',
  [DuckDBTypeId.BLOB]: 'BINARY',
};

/** The Snowflake type that a value of DuckDB's type is answered as. */
export function describeType(type: DuckDBType): Omit<ResultColumn, 'name'> {
  if (type.typeId === DuckDBTypeId.DECIMAL) {
    const { width, scale } = type;
    return { family: 'FIXED', precision: width, scale };
  }
  if (INTEGERS.has(type.typeId)) {
    return { family: 'FIXED', precision: 38, scale: 0 };
  }
  if (type.alias === 'JSON') {
    return { family: 'VARIANT', precision: 0, scale: 0 };
  }
  const family = FAMILIES[type.typeId] ?? 'TEXT';
  const isTime = family.startsWith('TIME');
  return { family, precision: family === 'TEXT' ? 16_777_216 : isTime ? 9 : 0, scale: isTime ? 9 : 0 };
}

/** `-1.500000000` from a count of nanoseconds. */
function secondsOf(nanos: bigint): string {
  const magnitude = nanos < 0n ? -nanos : nanos;
  const fraction = String(magnitude % 1_000_000_000n).padStart(9, '0');
  return `${nanos < 0n ? '-' : ''}${String(magnitude / 1_000_000_000n)}.${fraction}`;
}

function realText(value: number): string {
  return Number.isNaN(value) ? 'NaN' : value === Infinity ? 'inf' : value === -Infinity ? '-inf' : String(value);
}

/** One cell as the rowset of a JSON answer carries it. */
export function encodeCell(value: DuckDBValue): string | null {
  if (value === null) {
    return null;
  }
  if (typeof value === 'boolean') {
    return value ? '1' : '0';
  }
  if (typeof value === 'number') {
    return realText(value);
  }
  if (value instanceof DuckDBDateValue) {
    return String(value.days);
  }
  if (value instanceof DuckDBTimestampValue || value instanceof DuckDBTimestampTZValue) {
    return secondsOf(value.micros * 1000n);
  }
  if (value instanceof DuckDBTimestampNanosecondsValue) {
    return secondsOf(value.nanos);
  }
  if (value instanceof DuckDBTimeValue) {
    return secondsOf(value.micros * 1000n);
  }
  if (value instanceof DuckDBBlobValue) {
    return Buffer.from(value.bytes).toString('hex').toUpperCase();
  }
  return value instanceof DuckDBDecimalValue ? value.toString() : String(value);
}

const columnName = (name: string) =>
  name.includes('~') || /^[A-Z0-9_$]*$/.test(name)
    ? decodeName(name)
    : name.toUpperCase().replace('COUNT_STAR()', 'COUNT(*)');

export function fromReader(reader: DuckDBResultReader): StatementResult {
  const types = reader.columnTypes();
  const columns = reader.columnNames().map((name, index) => ({
    name: columnName(name),
    ...describeType(types[index] as DuckDBType),
  }));
  return {
    columns,
    rows: reader.getRows().map((row) => row.map(encodeCell)),
    statementTypeId: STATEMENT_TYPES.select,
  };
}
