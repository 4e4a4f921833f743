import { QueryRefusal } from './refusal.ts';
import { tokenize, type Token } from './tokens.ts';

/** How deep brackets, subqueries and unary operators may be nested. */
const MAX_DEPTH = 64;

/** Reads tokens one after the other. Keywords are plain words, compared without regard to case. */
export class Cursor {
  readonly #tokens: Token[];
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#tokens = tokenize(text);
  }

  peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)] as Token;
  }

  next(): Token {
    const token = this.peek();
    this.#at += 1;
    return token;
  }

  isSymbol(symbol: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === 'symbol' && token.text === symbol;
  }

  /** Whether these keywords come next, one after the other. */
  isWord(words: string, ahead = 0): boolean {
    return words.split(' ').every((word, index) => {
      const token = this.peek(ahead + index);
      return token.kind === 'word' && token.text.toUpperCase() === word;
    });
  }

  /** Takes the symbol when it comes next. */
  accept(symbol: string): boolean {
    const found = this.isSymbol(symbol);
    this.#at += found ? 1 : 0;
    return found;
  }

  acceptWord(words: string): boolean {
    const found = this.isWord(words);
    this.#at += found ? words.split(' ').length : 0;
    return found;
  }

  /** The first of the alternatives that comes next, taken. */
  acceptAny<Words extends string>(alternatives: readonly Words[]): Words | undefined {
    return alternatives.find((words) => this.acceptWord(words));
  }

  expect(symbol: string): void {
    if (!this.accept(symbol)) {
      throw this.unexpected(`"${symbol}"`);
    }
  }

  expectWord(words: string): void {
    if (!this.acceptWord(words)) {
      throw this.unexpected(words);
    }
  }

  unexpected(wanted: string): QueryRefusal {
    const { kind, text } = this.peek();
    const found = kind === 'end' ? 'the query ends' : `${JSON.stringify(text)} stands`;
    return this.refuse(`${found} where ${wanted} should be`, 'See docs/sql-model.md for what a query may consist of.');
  }

  /** A refusal at the next token, or at `token`. */
  refuse(message: string, remedy: string, token: Token = this.peek()): QueryRefusal {
    return new QueryRefusal(token.offset, message, remedy);
  }

  /** Bounds recursion: nothing of a query may overflow a stack, ours or the engine's. */
  nested<Result>(read: () => Result): Result {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) {
      throw this.refuse('the query is nested too deeply', 'Simplify it.');
    }
    const result = read();
    this.#depth -= 1;
    return result;
  }

  /** One or more, separated by commas. */
  list<Item>(read: () => Item): Item[] {
    const items = [read()];
    while (this.accept(',')) {
      items.push(read());
    }
    return items;
  }

  /** `( read )` */
  enclosed<Result>(read: () => Result): Result {
    this.expect('(');
    const result = this.nested(read);
    this.expect(')');
    return result;
  }
}
