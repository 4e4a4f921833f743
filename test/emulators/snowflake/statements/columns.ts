import type { TableColumn } from '../catalog.ts';
import type { Context } from '../context.ts';
import { scopeOf } from '../scope.ts';
import { cursorOver, splitAtCommas, type Cursor } from '../sql/cursor.ts';
import type { Token } from '../sql/lexer.ts';
import { column } from '../sql/names.ts';
import { rewrite } from '../sql/rewrite.ts';
import { duckType, MAX_TEXT_LENGTH, readType } from '../sql/types.ts';

const CONSTRAINTS = ['PRIMARY', 'UNIQUE', 'FOREIGN', 'CONSTRAINT'];

/** Reads `name TYPE [NOT NULL] [DEFAULT …] …`. Keys are accepted and, as in Snowflake, not enforced. */
export function readColumn(context: Context, cursor: Cursor): TableColumn {
  const read: TableColumn = {
    name: cursor.identifier(),
    type: readType(cursor),
    nullable: true,
    default: undefined,
  };
  while (!cursor.ended) {
    if (cursor.accept('NOT', 'NULL')) {
      read.nullable = false;
    } else if (cursor.accept('DEFAULT')) {
      read.default = rewrite(cursor.until('NOT', 'COMMENT', 'PRIMARY', 'UNIQUE'), scopeOf(context));
    } else if (cursor.accept('COMMENT') || cursor.accept('COLLATE')) {
      cursor.next();
    } else if (!cursor.accept('NULL') && !cursor.accept('PRIMARY', 'KEY') && !cursor.accept('UNIQUE')) {
      cursor.fail();
    }
  }
  return read;
}

/** The columns between the parentheses of CREATE TABLE. */
export function readColumns(context: Context, body: readonly Token[]): TableColumn[] {
  return splitAtCommas(body)
    .map(cursorOver)
    .filter((cursor) => !CONSTRAINTS.some((word) => cursor.sees(word)))
    .map((cursor) => readColumn(context, cursor));
}

/** As DuckDB's CREATE TABLE wants it. Text is as long as it may be, which an INSERT then finds out. */
export function columnSql({ name, type, nullable, default: fallback }: TableColumn): string {
  const limit =
    type.family === 'TEXT' && type.precision < MAX_TEXT_LENGTH
      ? ` CHECK (length(${column(name)}) <= ${String(type.precision)})`
      : '';
  const required = nullable ? '' : ' NOT NULL';
  return `${column(name)} ${duckType(type)}${required}${fallback === undefined ? '' : ` DEFAULT ${fallback}`}${limit}`;
}
