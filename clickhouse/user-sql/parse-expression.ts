import { isQueryNext, type Parser } from './parser.ts';
import { readPrimary } from './parse-primary.ts';
import { readType } from './types.ts';
import type { Expression } from './syntax.ts';

/** Longest row of operators of one rank: `a + b + c …` becomes a tree that is as deep. */
const MAX_CHAIN = 200;

const call = (name: string, ...args: Expression[]): Expression => ({ kind: 'call', name, arguments: args });

/** An expression. Operators become the functions that they stand for, so that nothing depends on ranks any more. */
export function readExpression(parser: Parser): Expression {
  return parser.cursor.nested(() => readOr(parser));
}

function readOr(parser: Parser): Expression {
  return readChain(parser, 'OR', 'or', readAnd);
}

function readAnd(parser: Parser): Expression {
  return readChain(parser, 'AND', 'and', readNot);
}

/** `a AND b AND c` is one call with three arguments. */
function readChain(parser: Parser, word: string, name: string, read: (parser: Parser) => Expression): Expression {
  const items = [read(parser)];
  while (parser.cursor.acceptWord(word)) {
    items.push(read(parser));
  }
  return items.length === 1 ? (items[0] as Expression) : call(name, ...items);
}

function readNot(parser: Parser): Expression {
  const { cursor } = parser;
  return cursor.acceptWord('NOT')
    ? call(
        'not',
        cursor.nested(() => readNot(parser)),
      )
    : readComparison(parser);
}

const COMPARISONS = new Map([
  ['=', 'equals'],
  ['==', 'equals'],
  ['!=', 'notEquals'],
  ['<>', 'notEquals'],
  ['<', 'less'],
  ['<=', 'lessOrEquals'],
  ['>', 'greater'],
  ['>=', 'greaterOrEquals'],
  ['<=>', 'isNotDistinctFrom'],
]);
const MATCHES = new Map([
  ['LIKE', 'like'],
  ['NOT LIKE', 'notLike'],
  ['ILIKE', 'ilike'],
  ['NOT ILIKE', 'notILike'],
  ['REGEXP', 'match'],
]);

function readComparison(parser: Parser): Expression {
  let left = readSum(parser);
  for (let length = 0; ; length += 1) {
    const next = readComparisonTail(parser, left);
    if (next === undefined) {
      return left;
    }
    left = next;
    assertChain(parser, length);
  }
}

function readComparisonTail(parser: Parser, left: Expression): Expression | undefined {
  const { cursor } = parser;
  const operator = symbolOf(parser, COMPARISONS);
  if (operator !== undefined) {
    return call(operator, left, readSum(parser));
  }
  const match = cursor.acceptAny([...MATCHES.keys()]);
  if (match !== undefined) {
    return call(MATCHES.get(match) ?? 'like', left, readSum(parser));
  }
  return readIs(parser, left) ?? readRange(parser, left) ?? readIn(parser, left);
}

function readIs(parser: Parser, left: Expression): Expression | undefined {
  const found = parser.cursor.acceptAny(['IS NOT DISTINCT FROM', 'IS DISTINCT FROM', 'IS NOT NULL', 'IS NULL']);
  switch (found) {
    case 'IS NULL':
      return call('isNull', left);
    case 'IS NOT NULL':
      return call('isNotNull', left);
    case 'IS DISTINCT FROM':
      return call('isDistinctFrom', left, readSum(parser));
    case 'IS NOT DISTINCT FROM':
      return call('isNotDistinctFrom', left, readSum(parser));
    case undefined:
      return undefined;
  }
}

function readRange(parser: Parser, left: Expression): Expression | undefined {
  const found = parser.cursor.acceptAny(['NOT BETWEEN', 'BETWEEN']);
  if (found === undefined) {
    return undefined;
  }
  const low = readSum(parser);
  parser.cursor.expectWord('AND');
  const inside = call('and', call('greaterOrEquals', left, low), call('lessOrEquals', left, readSum(parser)));
  return found === 'BETWEEN' ? inside : call('not', inside);
}

function readIn(parser: Parser, left: Expression): Expression | undefined {
  const found = parser.cursor.acceptAny(['NOT IN', 'IN']);
  return found && call(found === 'IN' ? 'in' : 'notIn', left, readSet(parser));
}

/**
 * What stands right of IN. The engine takes a bare name there for a table, in brackets too, so only a query, a table
 * of WITH (as its query) or a list is written, and a list never without a function around it.
 */
function readSet(parser: Parser): Expression {
  const { cursor, scope } = parser;
  const token = cursor.peek();
  const table = token.kind === 'word' || token.kind === 'quoted' ? scope.tables.get(token.text) : undefined;
  if (table !== undefined) {
    cursor.next();
    return { kind: 'subquery', query: table };
  }
  if (cursor.isSymbol('[')) {
    return readPrimary(parser);
  }
  if (!cursor.isSymbol('(')) {
    throw cursor.refuse(
      'IN takes a list in brackets or a query',
      'Write x IN (1, 2), x IN (SELECT …) or has(array, x).',
    );
  }
  return cursor.enclosed(() =>
    isQueryNext(cursor)
      ? { kind: 'subquery', query: parser.readQuery(parser) }
      : call('tuple', ...cursor.list(() => constantOf(parser))),
  );
}

function constantOf(parser: Parser): Expression {
  const token = parser.cursor.peek();
  const item = readExpression(parser);
  if (item.kind === 'column') {
    throw parser.cursor.refuse(
      'a list after IN has constants only',
      'Compare with = and OR, or write has([a, b], x).',
      token,
    );
  }
  return item;
}

function readSum(parser: Parser): Expression {
  const operators = new Map([
    ['+', 'plus'],
    ['-', 'minus'],
    ['||', 'concat'],
  ]);
  return readOperators(parser, () => symbolOf(parser, operators), readProduct);
}

function readProduct(parser: Parser): Expression {
  const operators = new Map([
    ['*', 'multiply'],
    ['/', 'divide'],
    ['%', 'modulo'],
  ]);
  const operator = (): string | undefined => {
    const word = parser.cursor.acceptAny(['DIV', 'MOD']);
    return word === undefined ? symbolOf(parser, operators) : word === 'DIV' ? 'intDiv' : 'modulo';
  };
  return readOperators(parser, operator, readUnary);
}

function readOperators(
  parser: Parser,
  operator: () => string | undefined,
  read: (parser: Parser) => Expression,
): Expression {
  let left = read(parser);
  for (let length = 0; ; length += 1) {
    const name = operator();
    if (name === undefined) {
      return left;
    }
    left = call(name, left, read(parser));
    assertChain(parser, length);
  }
}

function assertChain({ cursor }: Parser, length: number): void {
  if (length > MAX_CHAIN) {
    throw cursor.refuse('too many operators in a row', 'Use a function over an array, or brackets.');
  }
}

function symbolOf({ cursor }: Parser, names: ReadonlyMap<string, string>): string | undefined {
  const symbol = [...names.keys()].find((candidate) => cursor.accept(candidate));
  return symbol === undefined ? undefined : names.get(symbol);
}

function readUnary(parser: Parser): Expression {
  const { cursor } = parser;
  if (!cursor.accept('-')) {
    return readPostfix(parser);
  }
  const operand = cursor.nested(() => readUnary(parser));
  const isNumber = operand.kind === 'number' && !operand.text.startsWith('-');
  return isNumber ? { kind: 'number', text: `-${operand.text}` } : call('negate', operand);
}

/** `x::Type`, `x[1]`, `x.1` */
function readPostfix(parser: Parser): Expression {
  let value = readPrimary(parser);
  for (let length = 0; ; length += 1) {
    const next = readPostfixOf(parser, value);
    if (next === undefined) {
      return value;
    }
    value = next;
    assertChain(parser, length);
  }
}

function readPostfixOf(parser: Parser, value: Expression): Expression | undefined {
  const { cursor } = parser;
  if (cursor.accept('::')) {
    return call('CAST', value, { kind: 'string', value: readType(cursor) });
  }
  if (cursor.accept('[')) {
    const index = readExpression(parser);
    cursor.expect(']');
    return call('arrayElement', value, index);
  }
  const token = cursor.peek();
  if (token.kind === 'number' && /^\.[0-9]{1,3}$/.test(token.text)) {
    cursor.next();
    return call('tupleElement', value, { kind: 'number', text: token.text.slice(1) });
  }
  return undefined;
}
