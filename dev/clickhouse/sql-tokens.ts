/** One lexical element of a statement. Comments and white space are left out. */
export interface Token {
  kind: 'word' | 'string' | 'quoted' | 'punctuation';
  text: string;
  start: number;
  end: number;
  /** Brackets of all kinds that are open around it; an opening and its closing bracket have the same depth. */
  depth: number;
}

const SPACE = /\s+/y;
const LINE_COMMENT = /(?:--|#!|# )[^\n]*/y;
const BLOCK_COMMENT = /\/\*[\s\S]*?(?:\*\/|$)/y;
const HEREDOC = /\$(\w*)\$[\s\S]*?(?:\$\1\$|$)/y;
const STRING = /'(?:[^'\\]|\\[\s\S]|'')*(?:'|$)/y;
const QUOTED = /`(?:[^`\\]|\\[\s\S]|``)*(?:`|$)|"(?:[^"\\]|\\[\s\S]|"")*(?:"|$)/y;
const WORD = /[\p{L}\p{N}_]+/uy;

const RULES: readonly { pattern: RegExp; kind: Token['kind'] | undefined }[] = [
  { pattern: SPACE, kind: undefined },
  { pattern: LINE_COMMENT, kind: undefined },
  { pattern: BLOCK_COMMENT, kind: undefined },
  { pattern: HEREDOC, kind: 'string' },
  { pattern: STRING, kind: 'string' },
  { pattern: QUOTED, kind: 'quoted' },
  { pattern: WORD, kind: 'word' },
];

/** ClickHouse's lexer as far as it is needed to find keywords. Lazy: the data after an INSERT is never looked at. */
export function* tokensOf(sql: string): Generator<Token> {
  let depth = 0;
  for (let start = 0; start < sql.length;) {
    const { kind, end } = lexeme(sql, start);
    const text = sql.slice(start, end);
    if (kind === 'punctuation' && ')]}'.includes(text)) {
      depth -= 1;
    }
    if (kind !== undefined) {
      yield { kind, text, start, end, depth };
    }
    if (kind === 'punctuation' && '([{'.includes(text)) {
      depth += 1;
    }
    start = end;
  }
}

function lexeme(sql: string, start: number): { kind: Token['kind'] | undefined; end: number } {
  for (const { pattern, kind } of RULES) {
    pattern.lastIndex = start;
    const match = pattern.exec(sql);
    if (match !== null && match[0] !== '') {
      return { kind, end: start + match[0].length };
    }
  }
  return { kind: 'punctuation', end: start + 1 };
}

/** True for the given keyword in any case, outside of brackets. */
export function isKeyword(token: Token | undefined, keyword: string): boolean {
  return token?.kind === 'word' && token.depth === 0 && token.text.toUpperCase() === keyword;
}
