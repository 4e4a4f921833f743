import { syntaxError } from '../errors.ts';
import { castSql } from './casts.ts';
import { cursorOver, splitAtCommas, type Cursor } from './cursor.ts';
import type { Token } from './lexer.ts';
import { column, encodeName, literal, quoteName } from './names.ts';
import { readPath } from './paths.ts';
import { readType } from './types.ts';
import { BARE_CALLS, END_OF_FROM, FUNCTIONS, KEYWORDS } from './vocabulary.ts';

/** What names and placeholders of a statement stand for. */
export interface Scope {
  /** SQL of a table, and the name it goes by when the statement gives it none. */
  table(name: string[]): { sql: string; alias: string };
  /** SQL of `CURRENT_ROLE()` and the like; undefined for a function that DuckDB knows. */
  call(name: string): string | undefined;
  /** SQL of the n-th (from 1) bound value. */
  bind(position: number): string;
  /** SQL of `$1`, in a COPY a file's column; `path` is what follows its colon. */
  fileColumn(position: number, path: string[] | undefined): string;
  /** SQL of `METADATA$…` in a COPY; undefined elsewhere. */
  metadata(name: string): string | undefined;
}

/** Keywords that end a value, so that a cast or a path may follow. */
const VALUE_WORDS = new Set(['END', 'TRUE', 'FALSE', 'NULL']);
const CASTS = new Set(['CAST', 'TRY_CAST']);

interface Frame {
  /** Where in the output the primary starts that this parenthesis ends. */
  start: number;
  body: number;
  call: string | undefined;
  select: boolean;
  from: boolean;
}

/**
 * Rewrites an expression or a query for DuckDB, token by token. It knows where a primary expression began, which is all
 * that casts and paths into a VARIANT need; everything else is the same in both dialects.
 */
class Rewriter {
  private readonly cursor: Cursor;
  private readonly scope: Scope;
  private readonly out: string[] = [];
  private readonly frames: Frame[] = [];
  private readonly ctes: Set<string>;
  private frame: Frame = { start: 0, body: 0, call: undefined, select: false, from: false };
  private primary = -1;
  private lastPath: { start: number; base: string; path: string } | undefined;

  constructor(tokens: readonly Token[], scope: Scope, inFrom: boolean) {
    this.cursor = cursorOver(tokens);
    this.scope = scope;
    this.ctes = ctesOf(this.cursor);
    this.frame.from = inFrom;
    this.frame.select = inFrom;
  }

  run(): string {
    if (this.frame.from) {
      this.tableReference();
    }
    while (!this.cursor.ended) {
      this.step();
    }
    return this.out.join(' ');
  }

  private step(): void {
    const token = this.cursor.peek();
    switch (token.kind) {
      case 'word':
      case 'quoted':
        return this.word(token);
      case 'string':
        return this.push(literal(token.value), true);
      case 'number':
        return this.push(token.text, true);
      case 'bind':
        return this.push(this.scope.bind(Number(token.value)), true);
      case 'column':
        return this.fileColumn(Number(token.text.slice(1)));
      case 'operator':
        return this.operator(token);
      default:
        throw syntaxError(token.text, token.start);
    }
  }

  private push(sql: string, isPrimary: boolean): void {
    this.cursor.at += 1;
    this.emit(sql, isPrimary);
  }

  private emit(sql: string, isPrimary: boolean): void {
    this.primary = isPrimary ? this.out.length : -1;
    this.out.push(sql);
  }

  private word(token: Token): void {
    if (token.kind === 'word' && KEYWORDS.has(token.value)) {
      return this.keyword(token.value);
    }
    const next = this.cursor.peek(1).text;
    if (token.kind === 'word' && next === '(') {
      return this.call(token.value);
    }
    const known = token.kind === 'word' ? this.bareWord(token.value) : undefined;
    if (known !== undefined) {
      return this.push(known, true);
    }
    const start = this.out.length;
    this.out.push(this.names());
    this.primary = start;
  }

  private bareWord(word: string): string | undefined {
    return BARE_CALLS.has(word) ? this.scope.call(word) : this.scope.metadata(word);
  }

  /** `a.b.*` or `a.b`, each part encoded. */
  private names(): string {
    const parts = [column(this.cursor.identifier())];
    while (this.cursor.sees('.')) {
      this.cursor.expect('.');
      parts.push(this.cursor.accept('*') ? '*' : column(this.cursor.identifier()));
    }
    return parts.join('.');
  }

  private keyword(word: string): void {
    const before = this.out.at(-1);
    this.push(word, VALUE_WORDS.has(word));
    if (CASTS.has(word) && this.cursor.sees('(')) {
      this.primary = this.out.length - 1;
      this.open(word);
    } else if (word === 'AS' && this.isCast(this.frame)) {
      this.castBody();
    } else if (this.startsTables(word, before)) {
      this.frame.from = true;
      this.tableReference();
    } else if (END_OF_FROM.has(word)) {
      this.frame.from = false;
    } else if (word === 'SELECT') {
      this.frame.select = true;
    }
  }

  /** FROM also stands in `IS DISTINCT FROM` and within functions, USING also names the columns of a join. */
  private startsTables(word: string, before: string | undefined): boolean {
    const starts =
      word === 'JOIN' || (word === 'FROM' && before !== 'DISTINCT') || (word === 'USING' && !this.cursor.sees('('));
    return starts && this.frame.select;
  }

  private isCast(frame: Frame): boolean {
    return frame.call !== undefined && CASTS.has(frame.call);
  }

  /** At `AS type )` of a CAST: replaces the whole call. */
  private castBody(): void {
    const type = readType(this.cursor);
    this.cursor.expect(')');
    this.out.pop();
    const body = this.out.splice(this.frame.body).join(' ');
    const { start, call } = this.frame;
    this.frame = this.frames.pop() as Frame;
    this.out.length = start;
    this.emit(castSql(body, type, call === 'TRY_CAST'), true);
  }

  private call(name: string): void {
    const own = this.scope.call(name);
    if (own !== undefined) {
      this.cursor.at += 1;
      this.cursor.group();
      return this.emit(own, true);
    }
    this.push(FUNCTIONS[name] ?? name.toLowerCase(), true);
    return this.open(name);
  }

  private open(call: string | undefined): void {
    const start = call === undefined ? this.out.length : this.primary;
    this.push('(', false);
    this.frames.push(this.frame);
    this.frame = { start, body: this.out.length, call, select: false, from: false };
  }

  private close(): void {
    const { start } = this.frame;
    const outer = this.frames.pop();
    if (outer === undefined) {
      this.cursor.fail();
    }
    this.frame = outer;
    this.push(')', false);
    this.primary = start;
  }

  private operator(token: Token): void {
    switch (token.text) {
      case '(':
        return this.open(undefined);
      case ')':
        return this.close();
      case '::':
        return this.cast();
      case ':':
        return this.colon();
      case '[':
        return this.primary >= 0 ? this.path() : this.push('[', false);
      case ',':
        this.push(',', false);
        return this.frame.from ? this.tableReference() : undefined;
      default:
        return this.push(token.text, token.text === ']');
    }
  }

  /** A path into the primary before it, or a bound value `:1`. */
  private colon(): void {
    if (this.primary >= 0) {
      return this.path();
    }
    this.cursor.expect(':');
    const position = this.cursor.next();
    if (position.kind !== 'number') {
      throw syntaxError(position.text, position.start);
    }
    return this.emit(this.scope.bind(Number(position.text)), true);
  }

  private path(): void {
    const path = readPath(this.cursor);
    const start = this.primary;
    const base = this.out.splice(start).join(' ');
    const jsonPath = literal(path.jsonPath);
    this.emit(`json_extract(${base}, ${jsonPath})`, true);
    this.lastPath = { start, base, path: jsonPath };
  }

  private cast(): void {
    this.cursor.expect('::');
    const type = readType(this.cursor);
    const start = this.primary;
    if (start < 0) {
      this.cursor.fail();
    }
    const inner = this.out.splice(start).join(' ');
    const { lastPath } = this;
    const isPath = lastPath?.start === start && inner === `json_extract(${lastPath.base}, ${lastPath.path})`;
    const scalar = isPath && !['VARIANT', 'OBJECT', 'ARRAY'].includes(type.family);
    this.emit(castSql(scalar ? `json_extract_string(${lastPath.base}, ${lastPath.path})` : inner, type, false), true);
  }

  private fileColumn(position: number): void {
    this.cursor.at += 1;
    const path = this.cursor.sees(':') ? readPath(this.cursor).elements : undefined;
    this.emit(this.scope.fileColumn(position, path), true);
  }

  /** `VALUES (…), (…)` where a table may stand; its columns are COLUMN1 and so on. */
  private values(): void {
    const rows: Token[][] = [];
    do {
      rows.push(this.cursor.group());
    } while (this.cursor.accept(','));
    const width = splitAtCommas(rows[0] ?? []).length;
    const names = Array.from({ length: width }, (_, index) => column(`COLUMN${String(index + 1)}`));
    this.emit(`(VALUES ${rows.map((row) => `(${rewrite(row, this.scope)})`).join(', ')})`, false);
    this.cursor.accept('AS');
    const next = this.cursor.peek();
    const alias = next.kind === 'word' && !KEYWORDS.has(next.value) ? this.cursor.identifier() : 'VALUES';
    this.emit(`AS ${column(alias)}(${names.join(', ')})`, false);
  }

  private tableReference(): void {
    const token = this.cursor.peek();
    if (this.cursor.accept('VALUES')) {
      return this.values();
    }
    if (token.kind === 'stage') {
      throw syntaxError(token.text, token.start);
    }
    if ((token.kind !== 'word' && token.kind !== 'quoted') || KEYWORDS.has(token.text.toUpperCase())) {
      return;
    }
    const name = this.cursor.qualifiedName();
    if (name.length === 1 && this.ctes.has(name[0] as string)) {
      return this.emit(column(name[0] as string), false);
    }
    const { sql, alias } = this.scope.table(name);
    this.emit(sql, false);
    const next = this.cursor.peek();
    const named =
      this.cursor.sees('AS') || next.kind === 'quoted' || (next.kind === 'word' && !KEYWORDS.has(next.value));
    if (!named) {
      this.emit(`AS ${quoteName(encodeName(alias))}`, false);
    }
  }
}

/** Names that a WITH defines. */
function ctesOf(cursor: Cursor): Set<string> {
  const names = new Set<string>();
  if (!cursor.tokens.some((token) => token.kind === 'word' && token.value === 'WITH')) {
    return names;
  }
  cursor.tokens.forEach((token, index) => {
    const named = token.kind === 'quoted' || (token.kind === 'word' && !KEYWORDS.has(token.value));
    if (named && cursor.tokens[index + 1]?.value === 'AS' && cursor.tokens[index + 2]?.text === '(') {
      names.add(token.value);
    }
  });
  return names;
}

export function rewrite(tokens: readonly Token[], scope: Scope): string {
  return new Rewriter(tokens, scope, false).run();
}

/** Rewrites what stands after FROM or USING: one or more table references with their aliases. */
export function rewriteTables(tokens: readonly Token[], scope: Scope): string {
  return new Rewriter(tokens, scope, true).run();
}
