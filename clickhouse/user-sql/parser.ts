import type { Cursor } from './cursor.ts';
import { RESERVED } from './keywords.ts';
import type { Expression, Query } from './syntax.ts';

/** The one table there is: the team's events. */
export const EVENTS_TABLE = 'events';

/** What the parts of the parser share: the text, and the tables of WITH that can be seen from here. */
export interface Parser {
  cursor: Cursor;
  scope: Scope;
  /** Given by the module that reads them, so that expressions and queries can contain each other. */
  readExpression(parser: Parser): Expression;
  readQuery(parser: Parser): Query;
}

export interface Scope {
  tables: ReadonlyMap<string, Query>;
}

/** An unquoted or quoted name. */
export function readName(cursor: Cursor, what: string): string {
  const token = cursor.peek();
  if (token.kind !== 'quoted' && (token.kind !== 'word' || RESERVED.has(token.text.toUpperCase()))) {
    throw cursor.unexpected(what);
  }
  return cursor.next().text;
}

/** What follows AS: any word, since nothing else can stand there. */
export function readNewName(cursor: Cursor): string {
  return cursor.peek().kind === 'word' ? cursor.next().text : readName(cursor, 'a name after AS');
}

/** `AS name`, or a name that stands alone. */
export function readAlias(cursor: Cursor): string | undefined {
  if (cursor.acceptWord('AS')) {
    return readNewName(cursor);
  }
  const token = cursor.peek();
  const isName = token.kind === 'quoted' || (token.kind === 'word' && !RESERVED.has(token.text.toUpperCase()));
  return isName ? cursor.next().text : undefined;
}

/** Whether a query begins here, perhaps behind more brackets. */
export function isQueryNext(cursor: Cursor): boolean {
  let ahead = 0;
  while (cursor.isSymbol('(', ahead)) {
    ahead += 1;
  }
  return cursor.isWord('SELECT', ahead) || cursor.isWord('WITH', ahead);
}
