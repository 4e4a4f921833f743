import type { Cursor } from './cursor.ts';
import type { Parser } from './parser.ts';
import type { OrderItem, Window } from './syntax.ts';

/** What stands between the brackets after OVER. */
export function readWindow(parser: Parser): Window {
  const { cursor } = parser;
  const partitionBy = cursor.acceptWord('PARTITION BY') ? cursor.list(() => parser.readExpression(parser)) : [];
  const orderBy = cursor.acceptWord('ORDER BY') ? readOrder(parser) : [];
  const unit = cursor.acceptAny(['ROWS', 'RANGE']);
  return { partitionBy, orderBy, ...(unit !== undefined && { frame: `${unit} ${readFrame(cursor)}` }) };
}

function readFrame(cursor: Cursor): string {
  if (!cursor.acceptWord('BETWEEN')) {
    return readEdge(cursor);
  }
  const from = readEdge(cursor);
  cursor.expectWord('AND');
  return `BETWEEN ${from} AND ${readEdge(cursor)}`;
}

function readEdge(cursor: Cursor): string {
  const fixed = cursor.acceptAny(['UNBOUNDED PRECEDING', 'UNBOUNDED FOLLOWING', 'CURRENT ROW']);
  if (fixed !== undefined) {
    return fixed;
  }
  const rows = cursor.next();
  const side = cursor.acceptAny(['PRECEDING', 'FOLLOWING']);
  if (rows.kind !== 'number' || !/^[0-9]{1,9}$/.test(rows.text) || side === undefined) {
    throw cursor.refuse('this is no edge of a window', 'Write for example 6 PRECEDING or CURRENT ROW.', rows);
  }
  return `${rows.text} ${side}`;
}

/** The list after ORDER BY. */
export function readOrder(parser: Parser): OrderItem[] {
  const { cursor } = parser;
  return cursor.list(() => {
    const expression = parser.readExpression(parser);
    const direction = cursor.acceptAny(['ASCENDING', 'DESCENDING', 'ASC', 'DESC']);
    const nulls = cursor.acceptAny(['NULLS FIRST', 'NULLS LAST']);
    const descending = direction?.startsWith('DESC') ?? false;
    return { expression, descending, ...(nulls && { nulls: nulls === 'NULLS FIRST' ? 'FIRST' : 'LAST' }) };
  });
}
