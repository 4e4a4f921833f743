import { createHash } from 'node:crypto';
import type { SourceEncoding } from '../../core/encoding.ts';
import type { PlannedColumn } from '../table/columns.ts';
import { quote } from './identifiers.ts';

/** One column of a staged file, of the stage table, and of the target. */
export interface StageColumn {
  /** In file and stage table. Neutral: any name of the model may be one that Parquet does not like. */
  name: string;
  /** In the stage table: as the file has it. */
  type: 'VARCHAR' | 'BOOLEAN' | 'TIMESTAMP_NTZ(6)';
  /** The target's column, quoted. */
  target: string;
  targetType: string;
  /** The model's column. */
  source: string;
}

export interface Layout {
  columns: readonly StageColumn[];
  encoding: SourceEncoding;
  /** Of files that were written for this layout. */
  id: string;
}

/** How the planned columns travel. */
export function layoutOf(planned: readonly PlannedColumn[]): Layout {
  const columns = planned.map(stageColumn);
  const encoding: SourceEncoding = {
    fileFormat: 'parquet',
    compression: 'zstd',
    columns: planned.map(({ source, as, rules }, index) => ({
      source,
      name: stagedName(index),
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

const stagedName = (index: number): string => `C${String(index)}`;

function stageColumn({ column: { type }, as, target, source }: PlannedColumn, index: number): StageColumn {
  const isMoment = as === 'timestamp_micros';
  return {
    name: stagedName(index),
    type: isMoment ? 'TIMESTAMP_NTZ(6)' : type.kind === 'bool' && as === undefined ? 'BOOLEAN' : 'VARCHAR',
    target: quote(target.name),
    targetType: target.type,
    source,
  };
}

/**
 * The staged value as the target's type. JSON that Snowflake does not take (too deep for it, a key twice in its strict
 * reading) is kept as a string: it must neither get lost nor stop the interval. The session's time zone is UTC.
 */
export function valueSql({ name, type, targetType }: StageColumn, of = ''): string {
  const staged = `${of}${quote(name)}`;
  if (targetType === 'VARIANT') {
    return `COALESCE(TRY_PARSE_JSON(${staged}, 'd'), TO_VARIANT(${staged}))`;
  }
  return type === 'BOOLEAN' || (type === 'VARCHAR' && targetType.startsWith('VARCHAR'))
    ? staged
    : `${staged}::${targetType}`;
}
