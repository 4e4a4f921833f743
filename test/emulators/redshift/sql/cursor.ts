import { syntaxError } from '../errors.ts';
import { identifierValue, literalValue, quoteIdentifier, type Token } from './tokens.ts';

/** A reader over the tokens of one statement or of a part of one. */
export interface Cursor {
  peek(ahead?: number): Token | undefined;
  next(): Token;
  /** Takes the words if they come next, all of them. */
  take(words: string): boolean;
  expect(words: string): void;
  /** Takes one of these words if it comes next: noise that changes nothing. */
  skip(...words: string[]): void;
  /** A possibly qualified table name, quoted for PostgreSQL. */
  tableName(): string;
  identifier(): string;
  literal(): string;
  /** The tokens between the bracket that comes next and its partner. */
  group(): Token[];
  rest(): Token[];
  end(): void;
}

export function cursorOver(tokens: readonly Token[]): Cursor {
  let at = 0;
  const peek = (ahead = 0): Token | undefined => tokens[at + ahead];
  const fail = (): never => {
    throw syntaxError(peek()?.text);
  };
  const next = (): Token => tokens[at++] ?? fail();
  const take = (words: string): boolean => {
    const wanted = words.split(' ');
    const found = wanted.every((word, index) => peek(index)?.lower === word);
    at += found ? wanted.length : 0;
    return found;
  };
  const identifier = (): string => {
    const token = peek();
    return token?.kind === 'word' || token?.kind === 'quoted' ? identifierValue(next()) : fail();
  };
  return {
    peek,
    next,
    take,
    expect: (words) => {
      if (!take(words)) {
        fail();
      }
    },
    skip: (...words) => void words.some(take),
    identifier,
    tableName: () => {
      const parts = [identifier()];
      while (take('.')) {
        parts.push(identifier());
      }
      return parts.slice(-2).map(quoteIdentifier).join('.');
    },
    literal: () => (peek()?.kind === 'string' ? literalValue(next()) : fail()),
    group: () => {
      const open = peek()?.text === '(' ? next() : fail();
      const start = at;
      while (!(peek()?.text === ')' && peek()?.depth === open.depth)) {
        next();
      }
      at += 1;
      return tokens.slice(start, at - 1);
    },
    rest: () => tokens.slice(at),
    end: () => {
      if (at < tokens.length) {
        fail();
      }
    },
  };
}

/** Splits at the commas of the outermost level. */
export function splitAtCommas(tokens: readonly Token[]): Token[][] {
  const depth = Math.min(...tokens.map((token) => token.depth));
  const parts: Token[][] = [[]];
  for (const token of tokens) {
    if (token.text === ',' && token.depth === depth) {
      parts.push([]);
    } else {
      parts.at(-1)?.push(token);
    }
  }
  return parts;
}
