import type { TargetColumn } from './columns.ts';

/** A top-level column of a Parquet file, as its footer describes it. */
export interface ParquetColumn {
  name: string;
  physical: string;
  /** `UTF8`, `TIMESTAMP_MICROS`, `UINT_64`, …; empty without annotation. */
  converted: string;
  logical: string;
  isNested: boolean;
  precision: number | undefined;
  scale: number | undefined;
}

const isTimestamp = ({ physical, converted, logical }: ParquetColumn): boolean =>
  physical === 'INT96' ||
  (physical === 'INT64' &&
    (/^TIMESTAMP_(MILLIS|MICROS)$/.test(converted) || /MilliSeconds|MicroSeconds/.test(logical)));

const isPlainInteger = ({ physical, converted, logical }: ParquetColumn, size: 'INT32' | 'INT64'): boolean =>
  physical === size && !/^(UINT|TIME|DATE|DECIMAL)/.test(converted) && !/Timestamp|Time\(|Date/.test(logical);

const isBytes = ({ physical, isNested, converted }: ParquetColumn): boolean =>
  physical === 'BYTE_ARRAY' && !isNested && converted !== 'DECIMAL';

const isDecimal = (file: ParquetColumn, table: TargetColumn): boolean =>
  file.converted === 'DECIMAL' && file.scale === table.scale && (file.precision ?? 0) <= (table.precision ?? 0);

type Match = (file: ParquetColumn, table: TargetColumn) => boolean;

/** Nothing is widened or cast: a file's INT32 goes into INTEGER and SMALLINT and not into BIGINT. */
const MATCHES: Record<string, Match> = {
  smallint: (file) => isPlainInteger(file, 'INT32'),
  integer: (file) => isPlainInteger(file, 'INT32'),
  bigint: (file) => isPlainInteger(file, 'INT64'),
  real: ({ physical }) => physical === 'FLOAT',
  'double precision': ({ physical }) => physical === 'DOUBLE',
  boolean: ({ physical }) => physical === 'BOOLEAN',
  date: ({ converted }) => converted === 'DATE',
  'timestamp without time zone': isTimestamp,
  'timestamp with time zone': isTimestamp,
  numeric: isDecimal,
  varchar: isBytes,
  char: isBytes,
  varbyte: isBytes,
  'character varying': isBytes,
  super: ({ isNested, ...file }) => isNested || isBytes({ ...file, isNested }),
};

export function typesMatch(file: ParquetColumn, table: TargetColumn): boolean {
  return MATCHES[table.type]?.(file, table) ?? false;
}

/** The column's line of the file's schema, as an error shows it. */
export function schemaLine({ name, physical, converted }: ParquetColumn): string {
  const annotation = converted === '' ? '' : ` (${converted})`;
  return `optional ${physical.toLowerCase()} ${name}${annotation}`;
}
