import type { Column, ColumnType } from '../core/columns.ts';
import type { SqlValuesShape, ValueForm } from '../core/encoding.ts';

/** A value as it is to be written, cleaned, and what it was made of. */
export interface WrittenValue {
  sql: string;
  column: Column;
  as: ValueForm;
}

export interface SqlValues {
  /** Expression for the row: `('text',1,NULL)`. */
  line: string;
  /** Conditions under which a row does not fit; the column, or `*` for the row as a whole. */
  tooLong: { column: string; condition: string }[];
}

/** A row as a tuple of SQL's literals, in one line of text. */
export function sqlValues(
  values: readonly WrittenValue[],
  { maxLiteralBytes, maxRowBytes }: SqlValuesShape,
): SqlValues {
  const literals = values.map((value) => literalOf(value));
  const commas = literals.flatMap((literal, index) => (index === 0 ? [literal] : [`','`, literal]));
  const line = `concat('(', ${commas.join(', ')}, ')')`;
  const quotes = 2;
  const tooLong = values.flatMap(({ column }, index) => ({
    column: column.name,
    condition: `length(${literals[index] ?? ''}) > ${String(maxLiteralBytes + quotes)}`,
  }));
  return { line, tooLong: [...tooLong, { column: '*', condition: `length(${line}) > ${String(maxRowBytes)}` }] };
}

/** Never NULL. */
function literalOf(value: WrittenValue): string {
  return `ifNull(${nullableLiteral(value)}, 'NULL')`;
}

const FREE_TEXT: readonly ColumnType['kind'][] = ['text', 'json', 'nested'];

function nullableLiteral({ sql, column: { type }, as }: WrittenValue): string {
  if (FREE_TEXT.includes(type.kind) || as === 'json') {
    return quoted(escaped(sql));
  }
  if (as === 'text') {
    return quoted(sql);
  }
  switch (type.kind) {
    case 'bool':
      return `if(${sql}, 'TRUE', 'FALSE')`;
    case 'integer':
    case 'decimal':
      return `toString(${sql})`;
    // Not `toString`, whose form follows a setting.
    case 'timestamp':
      return quoted(`formatDateTime(${sql}, '%Y-%m-%d %H:%i:%S.%f', 'UTC')`);
    // Floats are quoted because databases know NaN and the infinities as text only.
    default:
      return quoted(`toString(${sql})`);
  }
}

function quoted(text: string): string {
  return `concat('\\'', ${text}, '\\'')`;
}

/** As `SqlValuesShape` says; `~` comes first. */
function escaped(text: string): string {
  const pairs = [
    ['~', '~0'],
    [String.raw`\\`, '~1'],
    [String.raw`\'`, '~2'],
    [String.raw`\n`, '~3'],
  ];
  return pairs.reduce((sql, [from = '', to = '']) => `replaceAll(${sql}, '${from}', '${to}')`, text);
}
