import { createHash } from 'node:crypto';
import type { SourceEncoding } from '../../core/encoding.ts';
import type { PlannedColumn } from '../table/columns.ts';
import type { RedshiftConfig } from './config.ts';
import { quote } from './sql.ts';
import { MAX_ROW_BYTES } from './statements.ts';
import { MAX_VARCHAR_BYTES } from './types.ts';

/** One column of a staged file, of the table that it is copied into, and of the target. */
export interface StageColumn {
  /** In the stage table. COPY matches by position, so it means nothing. */
  name: string;
  /** COPY casts nothing: this is the counterpart of what the engine writes to Parquet. */
  type: string;
  /** The value for the target's column, over the stage's. */
  value: string;
  /** The target's column, unquoted. */
  target: string;
  source: string;
}

export interface Layout {
  columns: readonly StageColumn[];
  encoding: SourceEncoding;
  /** Of files that were written for this layout. */
  id: string;
}

type Mode = RedshiftConfig['mode'];

export const STAGE_FORMAT = { fileFormat: 'parquet', compression: 'zstd' } as const;

/** JSON of any length that a SUPER can have. Literals end with VARCHAR. */
const JSON_STAGE: Record<Mode, string> = { copy: 'varbyte(16777216)', insert: `varchar(${String(MAX_VARCHAR_BYTES)})` };

const SQL_VALUES = {
  fileFormat: 'lines',
  compression: 'none',
  shape: { kind: 'sql_values', maxLiteralBytes: MAX_VARCHAR_BYTES, maxRowBytes: MAX_ROW_BYTES },
} as const;

/** How the planned columns travel. */
export function layoutOf(planned: readonly PlannedColumn[], mode: Mode): Layout {
  const columns = planned.map((column, index) => stageColumn(column, index, mode));
  const encoding: SourceEncoding = {
    ...(mode === 'copy' ? STAGE_FORMAT : SQL_VALUES),
    columns: planned.map(({ source, name, as, rules }) => ({
      source,
      name,
      ...(as !== undefined && { as }),
      ...(rules !== undefined && { rules }),
    })),
  };
  const id = createHash('sha256')
    .update(JSON.stringify([columns, encoding.columns]))
    .digest('hex')
    .slice(0, 12);
  return { columns, encoding, id };
}

/** `table` is quoted, with schema. */
export function createStageSql(table: string, { columns }: Layout): string {
  return `CREATE TABLE ${table} (${columns.map(({ name, type }) => `${quote(name)} ${type}`).join(', ')})`;
}

function stageColumn(planned: PlannedColumn, index: number, mode: Mode): StageColumn {
  const name = `c${String(index)}`;
  const staged = mode === 'insert' && isFreeText(planned.column) ? unescaped(quote(name)) : quote(name);
  return {
    name,
    type: stageType(planned, mode),
    value: valueOf(planned, staged),
    target: planned.target.name,
    source: planned.source,
  };
}

function isFreeText({ type }: PlannedColumn['column']): boolean {
  return type.kind === 'text' || type.kind === 'json' || type.kind === 'nested';
}

/** Takes back the escapes of `sql_values`. */
function unescaped(staged: string): string {
  const quotesAndBackslashes = `REPLACE(REPLACE(${staged}, '~3', CHR(10)), '~2', CHR(39))`;
  return `REPLACE(REPLACE(${quotesAndBackslashes}, '~1', CHR(92)), '~0', '~')`;
}

function stageType({ column: { type }, as, target }: PlannedColumn, mode: Mode): string {
  if (target.type === 'super') {
    return JSON_STAGE[mode];
  }
  if (typeof as === 'object') {
    return decimalType(as.decimal.precision, as.decimal.scale);
  }
  if (as === 'text' || as === 'json') {
    return `varchar(${String(MAX_VARCHAR_BYTES)})`;
  }
  switch (type.kind) {
    case 'bool':
      return 'boolean';
    case 'integer':
      return type.bits === 32 ? 'integer' : 'bigint';
    case 'float':
      return type.bits === 32 ? 'real' : 'double precision';
    case 'decimal':
      return `numeric(${String(type.precision)}, ${String(type.scale)})`;
    // Without a zone: what it means is said when the value is moved on, not by a setting of the session.
    case 'timestamp':
      return 'timestamp';
    default:
      return `varchar(${String(MAX_VARCHAR_BYTES)})`;
  }
}

/** Integers are written as the engine's decimals of 64 or 128 bits, whose precision is all that these hold. */
function decimalType(precision: number, scale: number): string {
  return `numeric(${precision <= 18 ? '18' : '38'}, ${String(scale)})`;
}

function valueOf({ column: { type }, as, target }: PlannedColumn, staged: string): string {
  if (target.type === 'super') {
    return `JSON_PARSE(${staged})`;
  }
  if (target.type === 'timestamp with time zone' && type.kind === 'timestamp') {
    return `${staged} AT TIME ZONE 'UTC'`;
  }
  const isText = as === 'text' && !target.type.startsWith('character varying');
  return isText || typeof as === 'object' ? `CAST(${staged} AS ${target.type})` : staged;
}
