import { readExpression } from './parse-expression.ts';
import { readFrom } from './parse-from.ts';
import { EVENTS_TABLE, isQueryNext, readAlias, readName, readNewName, type Parser, type Scope } from './parser.ts';
import { Cursor } from './cursor.ts';
import { readOrder, readWindow } from './parse-window.ts';
import type { Expression, Named, Query, Select, SetOperator, Window } from './syntax.ts';

/** Reads a whole text. Throws QueryRefusal at the first thing that is not in the grammar of syntax.ts. */
export function parseQuery(text: string): Query {
  const cursor = new Cursor(text);
  const query = readQuery({ cursor, scope: { tables: new Map() }, readExpression, readQuery });
  if (cursor.peek().kind !== 'end') {
    throw cursor.unexpected('the end of the query');
  }
  return query;
}

/** A query with its WITH clause, without brackets around it. */
function readQuery(parser: Parser): Query {
  return parser.cursor.nested(() => {
    const { scope, values } = readWith(parser);
    return { ...readParts({ ...parser, scope }), values };
  });
}

/** Each table of WITH sees those before it; none sees itself. */
function readWith(parser: Parser): { scope: Scope; values: Query['values'] } {
  const { cursor } = parser;
  const tables = new Map(parser.scope.tables);
  const values: { name: string; expression: Expression }[] = [];
  if (cursor.acceptWord('WITH')) {
    do {
      readWithItem({ ...parser, scope: { tables: new Map(tables) } }, tables, values);
    } while (cursor.accept(','));
  }
  return { scope: { tables }, values };
}

function readWithItem(
  parser: Parser,
  tables: Map<string, Query>,
  values: { name: string; expression: Expression }[],
): void {
  const { cursor } = parser;
  const isTable = cursor.isWord('AS', 1) && cursor.isSymbol('(', 2) && isQueryAfter(cursor);
  if (!isTable) {
    const expression = readExpression(parser);
    cursor.expectWord('AS');
    values.push({ name: readNewName(cursor), expression });
    return;
  }
  const token = cursor.peek();
  const name = readName(cursor, 'the name of a table');
  if (name === EVENTS_TABLE || tables.has(name)) {
    throw cursor.refuse(`the name ${JSON.stringify(name)} is taken`, 'Give this table of WITH another name.', token);
  }
  cursor.expectWord('AS');
  tables.set(
    name,
    cursor.enclosed(() => readQuery(parser)),
  );
}

/** `name AS ( … SELECT`, as opposed to `expression AS name`. */
function isQueryAfter(cursor: Cursor): boolean {
  let ahead = 2;
  while (cursor.isSymbol('(', ahead)) {
    ahead += 1;
  }
  return cursor.isWord('SELECT', ahead) || cursor.isWord('WITH', ahead);
}

function readParts(parser: Parser): Query {
  const { cursor } = parser;
  const parts = [readPart(parser)];
  let operator: SetOperator | undefined;
  for (let next = readOperator(cursor); next !== undefined; next = readOperator(cursor)) {
    if (operator !== undefined && operator !== next) {
      throw cursor.refuse(`${operator} and ${next} are mixed`, 'Put brackets around what belongs together.');
    }
    operator = next;
    parts.push(readPart(parser));
  }
  return { kind: 'query', values: [], operator, parts };
}

const OPERATORS: readonly SetOperator[] = [
  'UNION ALL', 'UNION DISTINCT', 'INTERSECT DISTINCT', 'INTERSECT', 'EXCEPT DISTINCT', 'EXCEPT',
]; // prettier-ignore

function readOperator(cursor: Cursor): SetOperator | undefined {
  const operator = cursor.acceptAny(OPERATORS);
  if (operator === undefined && cursor.isWord('UNION')) {
    throw cursor.refuse('UNION alone is ambiguous', 'Write UNION ALL or UNION DISTINCT.');
  }
  return operator;
}

function readPart(parser: Parser): Select | Query {
  const { cursor } = parser;
  return cursor.isSymbol('(') && isQueryNext(cursor) ? cursor.enclosed(() => readQuery(parser)) : readSelect(parser);
}

function readSelect(parser: Parser): Select {
  const { cursor } = parser;
  cursor.expectWord('SELECT');
  const distinctOn = cursor.acceptWord('DISTINCT ON') ? cursor.enclosed(() => expressions(parser)) : [];
  const distinct = distinctOn.length === 0 && cursor.acceptWord('DISTINCT');
  const items = cursor.list(() => readNamed(parser));
  const from = cursor.acceptWord('FROM') ? readFrom(parser) : [];
  const where = clause(parser, 'WHERE');
  const groupBy = readGroupBy(parser);
  const having = clause(parser, 'HAVING');
  const windows = cursor.acceptWord('WINDOW') ? cursor.list(() => readNamedWindow(parser)) : [];
  const qualify = clause(parser, 'QUALIFY');
  const orderBy = cursor.acceptWord('ORDER BY') ? readOrder(parser) : [];
  const limits = readLimits(parser);
  return {
    kind: 'select',
    distinct,
    distinctOn,
    items,
    from,
    where,
    groupBy,
    having,
    windows,
    qualify,
    orderBy,
    ...limits,
  };
}

export function readNamed(parser: Parser): Named {
  const expression = readExpression(parser);
  return { expression, alias: expression.kind === 'star' ? undefined : readAlias(parser.cursor) };
}

function expressions(parser: Parser): Expression[] {
  return parser.cursor.list(() => readExpression(parser));
}

function clause(parser: Parser, word: string): Expression | undefined {
  return parser.cursor.acceptWord(word) ? readExpression(parser) : undefined;
}

function readGroupBy(parser: Parser): Select['groupBy'] {
  const { cursor } = parser;
  if (!cursor.acceptWord('GROUP BY')) {
    return undefined;
  }
  const list = expressions(parser);
  const modifier = cursor.acceptAny(['WITH ROLLUP', 'WITH CUBE']);
  return {
    expressions: list,
    modifier: modifier === undefined ? '' : ` ${modifier}`,
  };
}

function readNamedWindow(parser: Parser): { name: string; window: Window } {
  const { cursor } = parser;
  const name = readName(cursor, 'the name of a window');
  cursor.expectWord('AS');
  return { name, window: cursor.enclosed(() => readWindow(parser)) };
}

/** `LIMIT n [OFFSET m] BY …`, then `LIMIT n [OFFSET m]`. */
function readLimits(parser: Parser): Pick<Select, 'limitBy' | 'limit' | 'offset'> {
  const { cursor } = parser;
  let limitBy: Select['limitBy'];
  let limit = readLimit(cursor);
  if (limit !== undefined && cursor.acceptWord('BY')) {
    limitBy = { ...limit, by: expressions(parser) };
    limit = readLimit(cursor);
  }
  const offset = limit === undefined && cursor.acceptWord('OFFSET') ? count(cursor) : limit?.offset;
  return { limitBy, limit: limit?.rows, offset };
}

function readLimit(cursor: Cursor): { rows: string; offset: string | undefined } | undefined {
  if (!cursor.acceptWord('LIMIT')) {
    return undefined;
  }
  const first = count(cursor);
  if (cursor.accept(',')) {
    return { rows: count(cursor), offset: first };
  }
  return { rows: first, offset: cursor.acceptWord('OFFSET') ? count(cursor) : undefined };
}

function count(cursor: Cursor): string {
  const token = cursor.next();
  if (token.kind !== 'number' || !/^[0-9]{1,15}$/.test(token.text)) {
    throw cursor.refuse('a whole number should stand here', 'Write for example LIMIT 100.', token);
  }
  return token.text;
}
