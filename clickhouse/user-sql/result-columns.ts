import type { Column, ColumnType } from '../../core/columns.ts';

/** A column as DESCRIBE reports it. */
export interface DescribedColumn {
  name: string;
  type: string;
}

/** The column, or why it cannot be exported. */
export type ResultColumn = { column: Column } | { problem: string; remedy: string };

/** Names that every destination and every file format can carry, perhaps quoted. */
const NAME = /^[\p{L}_][\p{L}\p{N}_ $.-]{0,127}$/u;

export function resultColumn({ name, type }: DescribedColumn): ResultColumn {
  if (!NAME.test(name)) {
    return { problem: `the column ${JSON.stringify(name)} has no usable name`, remedy: 'Name it: … AS its_name.' };
  }
  const found = columnType(type);
  return found === undefined
    ? {
        problem: `the column ${JSON.stringify(name)} has the type ${type}, which cannot be exported`,
        remedy: 'Convert it, for example with toString(…) or CAST(… AS Nullable(String)).',
      }
    : { column: { name, ...found } };
}

/** Undefined for a type that no encoding carries: states of aggregates, intervals, NULL without a type. */
export function columnType(type: string): { type: ColumnType; nullable: boolean } | undefined {
  const lowCardinality = insideOf('LowCardinality', type);
  if (lowCardinality !== undefined) {
    return columnType(lowCardinality);
  }
  const inner = insideOf('Nullable', type);
  const found = inner === undefined ? (nestedType(type) ?? plainType(type)) : plainType(inner);
  return found && { type: found, nullable: inner !== undefined };
}

function insideOf(wrapper: string, type: string): string | undefined {
  return type.startsWith(`${wrapper}(`) && type.endsWith(')') ? type.slice(wrapper.length + 1, -1) : undefined;
}

const FIXED: Readonly<Record<string, ColumnType>> = {
  String: { kind: 'text' },
  UUID: { kind: 'uuid' },
  Bool: { kind: 'bool' },
  Date: { kind: 'date' },
  Date32: { kind: 'date' },
  DateTime: { kind: 'timestamp', precision: 0 },
  Float32: { kind: 'float', bits: 32 },
  Float64: { kind: 'float', bits: 64 },
  IPv4: { kind: 'text' },
  IPv6: { kind: 'text' },
};

function plainType(type: string): ColumnType | undefined {
  return FIXED[type] ?? integerType(type) ?? parametricType(type);
}

function integerType(type: string): ColumnType | undefined {
  const found = /^(U?)Int(8|16|32|64|128|256)$/.exec(type);
  if (found === null) {
    return undefined;
  }
  const bits = Number(found[2]) as 8 | 16 | 32 | 64 | 128 | 256;
  return { kind: 'integer', bits, signed: found[1] === '' };
}

function parametricType(type: string): ColumnType | undefined {
  if (/^DateTime\('[^']+'\)$/.test(type)) {
    return { kind: 'timestamp', precision: 0 };
  }
  const moment = /^DateTime64\(([0-9])(?:, '[^']+')?\)$/.exec(type);
  if (moment !== null) {
    return { kind: 'timestamp', precision: Number(moment[1]) };
  }
  const decimal = /^Decimal\(([0-9]+), ([0-9]+)\)$/.exec(type);
  if (decimal !== null) {
    return { kind: 'decimal', precision: Number(decimal[1]), scale: Number(decimal[2]) };
  }
  return /^(FixedString\([0-9]+\)|Enum(8|16)\(.*\))$/.test(type) ? { kind: 'text' } : undefined;
}

/** Arrays, maps and tuples of what can be exported by itself; every word in them is looked at. */
function nestedType(type: string): ColumnType | undefined {
  if (!/^(Array|Map|Tuple)\(/.test(type)) {
    return undefined;
  }
  const wordsOf = type.replace(/'[^']*'/g, '').match(/[A-Za-z][A-Za-z0-9]*(?=[(),]|$)/g) ?? [];
  const refused =
    /^(Nothing|AggregateFunction|SimpleAggregateFunction|Interval.*|Dynamic|Variant|JSON|Object|Time|Time64|BFloat16)$/;
  return wordsOf.some((word) => refused.test(word)) ? undefined : { kind: 'nested' };
}
