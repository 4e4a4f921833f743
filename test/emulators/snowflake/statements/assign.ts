import type { Table, TableColumn } from '../catalog.ts';
import { invalidIdentifier } from '../errors.ts';
import { castSql } from '../sql/casts.ts';
import { cursorOver, splitAtCommas } from '../sql/cursor.ts';
import type { Token } from '../sql/lexer.ts';
import { column } from '../sql/names.ts';
import { rewrite, type Scope } from '../sql/rewrite.ts';

export function needColumn(table: Table, name: string): TableColumn {
  const found = table.columns.find((other) => other.name === name);
  if (found === undefined) {
    throw invalidIdentifier(name);
  }
  return found;
}

/** A value as a column of this type takes it, where DuckDB's own assignment would not do. */
export function assignable(sql: string, { type }: TableColumn): string {
  switch (type.family) {
    case 'FIXED':
    case 'REAL':
    case 'BOOLEAN':
    case 'BINARY':
      return sql;
    default:
      return castSql(sql, type, false);
  }
}

/** `a = 1, t.b = s.b` as DuckDB takes it: without the table's name before a column. */
export function assignments(table: Table, tokens: readonly Token[], scope: Scope): string {
  return splitAtCommas(tokens)
    .map((part) => {
      const cursor = cursorOver(part);
      const target = needColumn(table, cursor.qualifiedName().at(-1) as string);
      cursor.expect('=');
      return `${column(target.name)} = ${assignable(rewrite(cursor.until(), scope), target)}`;
    })
    .join(', ');
}

/** The columns of `(a, b)`, or all of them. */
export function targetColumns(table: Table, list: readonly Token[] | undefined): TableColumn[] {
  if (list === undefined) {
    return table.columns;
  }
  return splitAtCommas(list).map((part) => needColumn(table, cursorOver(part).qualifiedName().at(-1) as string));
}
