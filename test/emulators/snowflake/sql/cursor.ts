import { syntaxError } from '../errors.ts';
import type { Token } from './lexer.ts';

/** A position in the tokens of a statement, with the small steps that every statement parser needs. */
export class Cursor {
  readonly tokens: readonly Token[];
  at: number;

  constructor(tokens: readonly Token[], at = 0) {
    this.tokens = tokens;
    this.at = at;
  }

  peek(ahead = 0): Token {
    return this.tokens[Math.min(this.at + ahead, this.tokens.length - 1)] as Token;
  }

  next(): Token {
    const token = this.peek();
    this.at += 1;
    return token;
  }

  get ended(): boolean {
    return this.peek().kind === 'end';
  }

  /** Whether the coming tokens are these words or operators. */
  sees(...words: string[]): boolean {
    return words.every((word, index) => {
      const token = this.peek(index);
      return (token.kind === 'word' || token.kind === 'operator') && token.value === word;
    });
  }

  /** Takes the words if they come next. */
  accept(...words: string[]): boolean {
    if (!this.sees(...words)) {
      return false;
    }
    this.at += words.length;
    return true;
  }

  expect(...words: string[]): void {
    for (const word of words) {
      if (!this.accept(word)) {
        this.fail();
      }
    }
  }

  fail(): never {
    throw syntaxError(this.peek().text, this.peek().start);
  }

  identifier(): string {
    const token = this.next();
    if (token.kind !== 'word' && token.kind !== 'quoted') {
      throw syntaxError(token.text, token.start);
    }
    return token.value;
  }

  /** `a.b.c`, folded or exact part by part. */
  qualifiedName(): string[] {
    const parts = [this.identifier()];
    while (this.accept('.')) {
      parts.push(this.identifier());
    }
    return parts;
  }

  /** The tokens inside a pair of parentheses, which is consumed. */
  group(): Token[] {
    this.expect('(');
    const start = this.at;
    let depth = 1;
    while (depth > 0) {
      const token = this.next();
      if (token.kind === 'end') {
        throw syntaxError(token.text, token.start);
      }
      depth += token.text === '(' ? 1 : token.text === ')' ? -1 : 0;
    }
    return this.tokens.slice(start, this.at - 1);
  }

  /** Tokens up to (without) the first of `words` outside of parentheses, or the end. */
  until(...words: string[]): Token[] {
    const start = this.at;
    let depth = 0;
    while (!this.ended && !(depth === 0 && words.some((word) => this.sees(word)))) {
      const token = this.next();
      depth += token.text === '(' ? 1 : token.text === ')' ? -1 : 0;
    }
    return this.tokens.slice(start, this.at);
  }

  end(): void {
    if (!this.ended) {
      this.fail();
    }
  }
}

/** Splits tokens at the commas outside of parentheses. */
export function splitAtCommas(tokens: readonly Token[]): Token[][] {
  const parts: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    depth += token.text === '(' ? 1 : token.text === ')' ? -1 : 0;
    if (token.kind === 'operator' && token.text === ',' && depth === 0) {
      parts.push([]);
    } else {
      parts.at(-1)?.push(token);
    }
  }
  return parts;
}

/** A cursor over a part of a statement. */
export function cursorOver(tokens: readonly Token[]): Cursor {
  const last = tokens.at(-1);
  const end = last === undefined ? 0 : last.start + last.text.length;
  return new Cursor([...tokens, { kind: 'end', text: '<EOF>', value: '<EOF>', start: end }]);
}
