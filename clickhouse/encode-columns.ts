import type { Column } from '../core/columns.ts';
import type { EncodedColumn, RejectReason, SourceEncoding, ValueForm } from '../core/encoding.ts';
import type { ModelColumn } from '../core/models.ts';
import { bound, boundName } from './json/bound.ts';
import { quoteName } from './sql.ts';
import { posthogEvent } from './posthog-event.ts';
import { sqlValues, type WrittenValue } from './sql-values.ts';
import { cleaned, refusalOf } from './value-rules.ts';

/** Why no row, or which row, cannot be encoded: text of the form `<column> <reason>`, empty for a row that fits. */
export interface EncodedSelect {
  /** Select list. */
  columns: string;
  /** Expression over the model's relation; undefined when every row fits. */
  refusal: string | undefined;
}

/** Compiles an encoding over a model's columns. Throws when it names a column that the model does not have. */
export function encodeColumns(encoding: SourceEncoding, model: readonly ModelColumn[]): EncodedSelect {
  if (encoding.shape === 'posthog_event') {
    return { columns: posthogEvent(model), refusal: undefined };
  }
  const written = encoding.columns.map((column) => writtenColumn(column, model));
  const refusals = written.flatMap(({ refusals: found }) => found);
  const computed = written.flatMap(({ reason }) => reason ?? []);
  if (typeof encoding.shape === 'object') {
    const { line, tooLong } = sqlValues(written, encoding.shape);
    const reasons = tooLong.map(({ condition, column }) => `${condition}, ${reasonText(column, 'value_too_long')}`);
    return { columns: `${line} AS line`, refusal: firstOf([...refusals, ...reasons], computed) };
  }
  return {
    columns: written.map(({ sql, name }) => `${sql} AS ${quoteName(name)}`).join(', '),
    refusal: firstOf(refusals, computed),
  };
}

/** Of pairs for multiIf, and of expressions that are a reason or empty. */
function firstOf(refusals: readonly string[], computed: readonly string[]): string | undefined {
  const ofColumns = refusals.length === 0 ? [] : [`multiIf(${refusals.join(', ')}, '')`];
  const all = [...ofColumns, ...computed];
  return all.length < 2 ? all[0] : `arrayFirst(reason -> reason != '', [${all.join(', ')}])`;
}

function reasonText(column: string, reason: RejectReason): string {
  return `'${column.replaceAll(/['\\]/g, '\\$&')} ${reason}'`;
}

interface WrittenColumn extends WrittenValue {
  name: string;
  /** Pairs for multiIf: condition, text. */
  refusals: string[];
  /** The same as one expression, of a column that is long to write down: rules name a value again and again. */
  reason?: string;
}

function writtenColumn(encoded: EncodedColumn, model: readonly ModelColumn[]): WrittenColumn {
  const column = model.find(({ name }) => name === encoded.source);
  if (column === undefined) {
    throw new TypeError(`the model has no column ${encoded.source}`);
  }
  const as = encoded.as ?? 'native';
  const plain = valueSql(column, as);
  const rules = encoded.rules ?? {};
  const clean = (value: string): string => cleaned(value, column, rules);
  const refusals = (value: string): string[] =>
    refusalOf({ plain: value, cleaned: clean(value) }, column, rules).map(
      ({ condition, reason }) => `${condition}, ${reasonText(encoded.source, reason)}`,
    );
  const written = { name: encoded.name, column, as };
  if (encoded.rules === undefined || NAME.test(column.sql ?? 'name')) {
    return { ...written, sql: clean(plain), refusals: refusals(plain) };
  }
  const reason = firstOf(refusals(boundName('value')), []);
  return {
    ...written,
    sql: bound('value', plain, clean),
    refusals: [],
    ...(reason !== undefined && { reason: bound('value', plain, () => reason) }),
  };
}

const NAME = /^\w+$/;

function valueSql(column: ModelColumn, as: ValueForm): string {
  const name = column.sql ?? quoteName(column.name);
  if (typeof as === 'object') {
    const { precision, scale } = as.decimal;
    const bits = precision <= 18 ? 64 : precision <= 38 ? 128 : 256;
    return `toDecimal${String(bits)}(${name}, ${String(scale)})`;
  }
  switch (as) {
    case 'json':
      return column.type.kind === 'json' ? name : `toJSONString(${name})`;
    case 'timestamp_micros':
      return isMicros(column) ? name : `toDateTime64(${name}, 6, 'UTC')`;
    case 'text':
      return `toString(${name})`;
    case 'native':
      // LowCardinality and enums are dictionaries in Parquet and Arrow, which not every loader reads as text.
      return column.type.kind === 'text' ? `toString(${name})` : name;
  }
}

function isMicros({ type }: Column): boolean {
  return type.kind === 'timestamp' && type.precision === 6;
}
