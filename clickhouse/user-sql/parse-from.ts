import { EVENTS_TABLE, readAlias, readName, type Parser } from './parser.ts';
import type { Expression, FromItem, TableSource } from './syntax.ts';

const SIDES = ['LEFT', 'RIGHT', 'FULL'];
const STRICTNESS = ['ANY', 'ALL', 'SEMI', 'ANTI', 'ASOF'];

/** The words of every join, in the orders that people write, with the words that are written; the engine knows which make sense. */
const JOINS: ReadonlyMap<string, string> = new Map(
  ['', ...STRICTNESS].flatMap((strictness) =>
    ['', 'INNER', ...SIDES].flatMap((side) => {
      const outer = SIDES.includes(side) ? `${side} OUTER` : side;
      const orders = [
        [strictness, side],
        [side, strictness],
        [strictness, outer],
        [outer, strictness],
      ];
      return orders.map((order) => [spaced(order), spaced([strictness, side])] as const);
    }),
  ),
);

function spaced(words: readonly string[]): string {
  return [...words, 'JOIN'].filter((word) => word !== '').join(' ');
}

const REFUSED: readonly (readonly [string, string])[] = [
  ['CROSS', 'Join ON the columns that belong together.'],
  ['PASTE', 'Join ON the columns that belong together.'],
  ['GLOBAL', 'Leave GLOBAL out.'],
  ['FINAL', 'Leave it out: events has each event once.'],
  ['SAMPLE', 'Write a condition such as cityHash64(uuid) % 10 = 0.'],
  ['PREWHERE', 'Write WHERE.'],
];

/** What follows FROM. */
export function readFrom(parser: Parser): FromItem[] {
  const items: FromItem[] = [{ kind: 'table', source: readSource(parser) }];
  for (let item = readNext(parser); item !== undefined; item = readNext(parser)) {
    items.push(item);
  }
  return items;
}

function readNext(parser: Parser): FromItem | undefined {
  const { cursor } = parser;
  refuseWords(parser);
  const arrays = cursor.acceptAny(['LEFT ARRAY JOIN', 'ARRAY JOIN']);
  if (arrays !== undefined) {
    return { kind: 'array join', left: arrays !== 'ARRAY JOIN', items: cursor.list(() => readArray(parser)) };
  }
  const words = cursor.acceptAny([...JOINS.keys()]);
  return words === undefined ? undefined : readJoin(parser, JOINS.get(words) ?? 'JOIN');
}

function refuseWords({ cursor }: Parser): void {
  const found = REFUSED.find(([word]) => cursor.isWord(word));
  if (found !== undefined) {
    throw cursor.refuse(`${found[0]} is not allowed`, found[1]);
  }
  if (cursor.isSymbol(',')) {
    throw cursor.refuse('tables after a comma are not allowed', 'Write JOIN … ON ….');
  }
}

function readJoin(parser: Parser, type: string): FromItem {
  const { cursor } = parser;
  const source = readSource(parser);
  if (cursor.acceptWord('USING')) {
    const bracketed = cursor.isSymbol('(');
    const names = (): string[] => cursor.list(() => readName(cursor, 'a column'));
    return { kind: 'join', type, source, on: undefined, using: bracketed ? cursor.enclosed(names) : names() };
  }
  refuseWords(parser);
  cursor.expectWord('ON');
  return { kind: 'join', type, source, on: parser.readExpression(parser), using: undefined };
}

function readArray(parser: Parser): { expression: Expression; alias: string | undefined } {
  return { expression: parser.readExpression(parser), alias: readAlias(parser.cursor) };
}

/** `events`, a table of WITH, or a query in brackets. Nothing else is a table. */
function readSource(parser: Parser): TableSource {
  const { cursor } = parser;
  if (cursor.isSymbol('(')) {
    const query = cursor.enclosed(() => parser.readQuery(parser));
    return { alias: readAlias(cursor), query };
  }
  const token = cursor.peek();
  const name = readName(cursor, 'a table');
  if (cursor.isSymbol('(') || cursor.isSymbol('.')) {
    throw cursor.refuse(
      'databases and table functions are not allowed',
      'Read from events, or from a table of WITH.',
      token,
    );
  }
  const query = parser.scope.tables.get(name);
  if (query === undefined && name !== EVENTS_TABLE) {
    throw cursor.refuse(
      `there is no table ${JSON.stringify(name)}`,
      'Read from events, or from a table of WITH.',
      token,
    );
  }
  return { alias: readAlias(cursor) ?? name, query };
}
