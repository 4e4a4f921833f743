import { createHash } from 'node:crypto';
import type { SourceEncoding } from '../../core/encoding.ts';
import type { PlannedColumn } from '../table/columns.ts';
import { quote } from './sql.ts';
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

export const STAGE_FORMAT = { fileFormat: 'parquet', compression: 'zstd' } as const;

/** JSON of any length that a SUPER can have. */
const JSON_STAGE = 'varbyte(16777216)';

/** How the planned columns travel. */
export function layoutOf(planned: readonly PlannedColumn[]): Layout {
  const columns = planned.map(stageColumn);
  const encoding: SourceEncoding = {
    ...STAGE_FORMAT,
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

function stageColumn(planned: PlannedColumn, index: number): StageColumn {
  const name = `c${String(index)}`;
  return {
    name,
    type: stageType(planned),
    value: valueOf(planned, quote(name)),
    target: planned.target.name,
    source: planned.source,
  };
}

function stageType({ column: { type }, as, target }: PlannedColumn): string {
  if (target.type === 'super') {
    return JSON_STAGE;
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
