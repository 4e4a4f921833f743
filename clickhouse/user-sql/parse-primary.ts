import type { Cursor } from './cursor.ts';
import { RESERVED, unitOf, UNITS } from './keywords.ts';
import { readCall } from './parse-call.ts';
import { isQueryNext, readName, type Parser } from './parser.ts';
import type { Token } from './tokens.ts';
import type { Expression } from './syntax.ts';

const call = (name: string, ...args: Expression[]): Expression => ({ kind: 'call', name, arguments: args });

/** What operators stand between. */
export function readPrimary(parser: Parser): Expression {
  const { cursor } = parser;
  const token = cursor.peek();
  switch (token.kind) {
    case 'number':
      cursor.next();
      return { kind: 'number', text: token.text.startsWith('.') ? `0${token.text}` : token.text };
    case 'string':
      cursor.next();
      return { kind: 'string', value: token.text };
    case 'symbol':
      return readBracketed(parser, token);
    case 'quoted':
      return readColumn(cursor);
    case 'word':
      return readWord(parser, token);
    case 'end':
      throw cursor.unexpected('an expression');
  }
}

function readBracketed(parser: Parser, token: Token): Expression {
  const { cursor } = parser;
  switch (token.text) {
    case '(':
      return readParentheses(parser);
    case '[':
      return readArray(parser);
    case '{':
      return readBound(cursor);
    case '*':
      cursor.next();
      return { kind: 'star', of: undefined };
    default:
      throw cursor.unexpected('an expression');
  }
}

/** A query, an expression, or a tuple. */
function readParentheses(parser: Parser): Expression {
  const { cursor } = parser;
  return cursor.enclosed(() => {
    if (isQueryNext(cursor)) {
      return { kind: 'subquery', query: parser.readQuery(parser) };
    }
    const items = cursor.list(() => parser.readExpression(parser));
    return items.length === 1 ? (items[0] as Expression) : { kind: 'tuple', items };
  });
}

function readArray(parser: Parser): Expression {
  const { cursor } = parser;
  cursor.expect('[');
  const items = cursor.isSymbol(']') ? [] : cursor.nested(() => cursor.list(() => parser.readExpression(parser)));
  cursor.expect(']');
  return { kind: 'array', items };
}

/** The two parameters there are. A type after a colon would make the engine read another one, so none is taken. */
function readBound(cursor: Cursor): Expression {
  const open = cursor.next();
  const { kind, text } = cursor.next();
  if (kind !== 'word' || (text !== 'interval_start' && text !== 'interval_end') || !cursor.accept('}')) {
    throw cursor.refuse(
      'this parameter is not known',
      'Only {interval_start} and {interval_end} exist, without a type.',
      open,
    );
  }
  return { kind: 'bound', name: text };
}

function readWord(parser: Parser, token: Token): Expression {
  const { cursor } = parser;
  const word = token.text.toUpperCase();
  switch (word) {
    case 'NULL':
      cursor.next();
      return { kind: 'keyword', text: 'NULL' };
    case 'TRUE':
    case 'FALSE':
      cursor.next();
      return { kind: 'keyword', text: word === 'TRUE' ? 'true' : 'false' };
    case 'CASE':
      return cursor.nested(() => readCase(parser));
    case 'EXISTS':
      cursor.next();
      return call('exists', readSubquery(parser));
    case 'INTERVAL':
      return cursor.isSymbol('(', 1) ? readCall(parser) : readInterval(parser);
    default:
      return readNameOrCall(parser, token);
  }
}

function readNameOrCall(parser: Parser, token: Token): Expression {
  const { cursor } = parser;
  if (cursor.isSymbol('(', 1)) {
    return readCall(parser);
  }
  const isLiteral = cursor.peek(1).kind === 'string';
  if (isLiteral && /^(date|timestamp)$/i.test(token.text)) {
    cursor.next();
    const name = token.text.toLowerCase() === 'date' ? 'toDate' : 'toDateTime';
    return call(name, { kind: 'string', value: cursor.next().text });
  }
  if (RESERVED.has(token.text.toUpperCase())) {
    throw cursor.unexpected('an expression');
  }
  return readColumn(cursor);
}

/** `column`, `alias.column`, `alias.*`; a path into a tuple looks the same. */
function readColumn(cursor: Cursor): Expression {
  const path = [readName(cursor, 'a column')];
  while (cursor.accept('.')) {
    if (cursor.accept('*')) {
      return { kind: 'star', of: oneName(cursor, path) };
    }
    path.push(readName(cursor, 'a column'));
    oneName(cursor, path.slice(0, -2));
  }
  return { kind: 'column', path };
}

/** Nothing has a longer name than `alias.column.element`. */
function oneName(cursor: Cursor, path: readonly string[]): string {
  if (path.length > 1) {
    throw cursor.refuse(
      'this name has too many parts',
      'Name columns as column or alias.column; there are no databases.',
    );
  }
  return path[0] ?? '';
}

function readCase(parser: Parser): Expression {
  const { cursor } = parser;
  cursor.expectWord('CASE');
  const subject = cursor.isWord('WHEN') ? undefined : parser.readExpression(parser);
  const args: Expression[] = [];
  while (cursor.acceptWord('WHEN')) {
    const value = parser.readExpression(parser);
    args.push(subject === undefined ? value : call('equals', subject, value));
    cursor.expectWord('THEN');
    args.push(parser.readExpression(parser));
  }
  const otherwise = cursor.acceptWord('ELSE');
  args.push(otherwise ? parser.readExpression(parser) : { kind: 'keyword', text: 'NULL' });
  cursor.expectWord('END');
  if (args.length === 1) {
    throw cursor.unexpected('WHEN');
  }
  return call('multiIf', ...args);
}

function readSubquery(parser: Parser): Expression {
  return parser.cursor.enclosed(() => ({ kind: 'subquery', query: parser.readQuery(parser) }));
}

/** `INTERVAL 7 DAY` */
function readInterval(parser: Parser): Expression {
  const { cursor } = parser;
  cursor.expectWord('INTERVAL');
  const minus = cursor.accept('-');
  const value = cursor.nested(() => readPrimary(parser));
  const unit = UNITS.get(unitOf(cursor.peek().text) ?? '');
  if (unit === undefined || value.kind === 'string') {
    throw cursor.refuse('an INTERVAL is a number and a unit', 'Write for example INTERVAL 7 DAY.');
  }
  cursor.next();
  return call(unit.interval, minus ? call('negate', value) : value);
}
