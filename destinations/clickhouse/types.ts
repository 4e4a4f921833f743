import type { ColumnType } from '../../core/columns.ts';
import type { Fit, TypeRules } from '../table/columns.ts';

/** ClickHouse's types, for the TypeRules of `planColumns`. Nothing that is written loses anything: see the README's table. */
export const clickhouseTypes: TypeRules = {
  createType: (column) => {
    const type = plainType(column.type);
    return column.nullable ? `Nullable(${type})` : type;
  },
  fit: (column, type) => {
    const { name, nullable } = unwrap(type);
    return column.nullable && !nullable ? undefined : fitOf(column.type, name);
  },
  sameName: (a, b) => a === b,
};

/** By kind; text, JSON and nested values are Strings. */
const PLAIN_TYPES: { [Kind in ColumnType['kind']]?: (type: Extract<ColumnType, { kind: Kind }>) => string } = {
  uuid: () => 'UUID',
  bool: () => 'Bool',
  integer: ({ signed, bits }) => `${signed ? '' : 'U'}Int${String(bits)}`,
  decimal: ({ precision, scale }) => `Decimal(${String(precision)}, ${String(scale)})`,
  float: ({ bits }) => `Float${String(bits)}`,
  date: () => 'Date32',
  timestamp: ({ precision }) => (precision === 0 ? "DateTime('UTC')" : `DateTime64(${String(precision)}, 'UTC')`),
};

function plainType(type: ColumnType): string {
  const write = PLAIN_TYPES[type.kind] as ((type: ColumnType) => string) | undefined;
  return write?.(type) ?? 'String';
}

/** The type inside Nullable and LowCardinality. */
function unwrap(type: string): { name: string; nullable: boolean } {
  const name = type.replace(/^LowCardinality\((.*)\)$/, '$1');
  const inner = /^Nullable\((.*)\)$/.exec(name)?.[1];
  return { name: inner ?? name, nullable: inner !== undefined };
}

/** By kind, for types other than String, which holds every text exactly. */
const FITS: {
  [Kind in ColumnType['kind']]?: (type: Extract<ColumnType, { kind: Kind }>, name: string) => Fit | undefined;
} = {
  uuid: (_type, name) => (name === 'UUID' ? {} : undefined),
  bool: (_type, name) => (name === 'Bool' ? {} : undefined),
  integer: integerFit,
  decimal: decimalFit,
  float: ({ bits }, name) => (name === 'Float64' || name === `Float${String(bits)}` ? {} : undefined),
  date: (_type, name) => dateFit(name),
  timestamp: ({ precision }, name) => timestampFit(precision, name),
};

function fitOf(type: ColumnType, name: string): Fit | undefined {
  if (name === 'String') {
    return type.kind === 'nested' ? { as: 'json' } : {};
  }
  const fit = FITS[type.kind] as ((type: ColumnType, name: string) => Fit | undefined) | undefined;
  return fit?.(type, name);
}

interface Bounds {
  from: bigint;
  to: bigint;
}

function boundsOf(signed: boolean, bits: number): Bounds {
  const size = 1n << BigInt(signed ? bits - 1 : bits);
  return { from: signed ? -size : 0n, to: size - 1n };
}

/** A narrower integer type takes what fits; other rows are set aside. */
function integerFit(type: { signed: boolean; bits: number }, name: string): Fit | undefined {
  const match = /^(U?)Int(\d+)$/.exec(name);
  if (match === null) {
    return undefined;
  }
  const wanted = boundsOf(type.signed, type.bits);
  const there = boundsOf(match[1] === '', Number(match[2]));
  return there.from <= wanted.from && there.to >= wanted.to
    ? {}
    : { rules: { number: { from: String(there.from), to: String(there.to) } } };
}

function decimalFit(type: { precision: number; scale: number }, name: string): Fit | undefined {
  const match = /^Decimal\((\d+), (\d+)\)$/.exec(name);
  const [precision, scale] = [Number(match?.[1] ?? 0), Number(match?.[2] ?? 0)];
  return scale >= type.scale && precision - scale >= type.precision - type.scale && match !== null ? {} : undefined;
}

function dateFit(name: string): Fit | undefined {
  if (name === 'Date') {
    return { rules: { time: { from: '1970-01-01', to: '2149-06-06' } } };
  }
  return name === 'Date32' ? {} : undefined;
}

/** The moment is what counts: a column may show it in any time zone. Fewer decimals would cut it. */
function timestampFit(precision: number, name: string): Fit | undefined {
  const there = /^DateTime64\((\d)/.exec(name)?.[1];
  if (there === undefined) {
    const whole = precision === 0 && /^DateTime(\(|$)/.test(name);
    return whole ? { rules: { time: { from: '1970-01-01T00:00:00Z', to: '2106-02-07T06:28:15Z' } } } : undefined;
  }
  if (Number(there) < precision) {
    return undefined;
  }
  return there === '9' && precision < 9
    ? { rules: { time: { from: '1900-01-01T00:00:00Z', to: '2262-04-11T23:47:16Z' } } }
    : {};
}
