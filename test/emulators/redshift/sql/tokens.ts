export interface Token {
  kind: 'word' | 'number' | 'string' | 'quoted' | 'parameter' | 'operator';
  text: string;
  /** Keywords and folded identifiers compare by this. */
  lower: string;
  start: number;
  end: number;
  /** Round brackets that are open around it; an opening and its closing bracket have the same depth. */
  depth: number;
}

const RULES: readonly { pattern: RegExp; kind: Token['kind'] | undefined }[] = [
  { pattern: /\s+/y, kind: undefined },
  { pattern: /--[^\n]*/y, kind: undefined },
  { pattern: /\/\*[\s\S]*?(?:\*\/|$)/y, kind: undefined },
  { pattern: /\$(\w*)\$[\s\S]*?(?:\$\1\$|$)/y, kind: 'string' },
  // Redshift reads a backslash in an ordinary literal as an escape.
  { pattern: /'(?:[^'\\]|\\[\s\S]|'')*(?:'|$)/y, kind: 'string' },
  { pattern: /"(?:[^"]|"")*(?:"|$)/y, kind: 'quoted' },
  { pattern: /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y, kind: 'number' },
  { pattern: /[\p{L}_][\p{L}\p{N}_$]*/uy, kind: 'word' },
  { pattern: /::|->>|->|#>>|#>|@>|<@|<>|<=|>=|!=|\|\|/y, kind: 'operator' },
  { pattern: /:[A-Za-z_]\w*/y, kind: 'parameter' },
  { pattern: /[\s\S]/y, kind: 'operator' },
];

/** Redshift's lexer as far as a translation needs it. White space and comments are left out. */
export function tokenize(sql: string): Token[] {
  const tokens: Token[] = [];
  let depth = 0;
  for (let start = 0; start < sql.length;) {
    const { kind, text } = lexeme(sql, start);
    const end = start + text.length;
    depth -= text === ')' ? 1 : 0;
    if (kind !== undefined) {
      tokens.push({ kind, text, lower: text.toLowerCase(), start, end, depth });
    }
    depth += text === '(' ? 1 : 0;
    start = end;
  }
  return tokens;
}

function lexeme(sql: string, start: number): { kind: Token['kind'] | undefined; text: string } {
  for (const { pattern, kind } of RULES) {
    pattern.lastIndex = start;
    const match = pattern.exec(sql);
    if (match !== null && match[0] !== '') {
      return { kind, text: match[0] };
    }
  }
  throw new Error(`no token at ${start}`);
}

/** What a literal means: quotes doubled and backslashes before a character both stand for the character. */
export function literalValue(token: Token): string {
  const body = token.text.slice(1, -1);
  return body.replace(/''|\\([\s\S])/g, (found, escaped: string | undefined) =>
    found === "''" ? "'" : (escaped ?? ''),
  );
}

/** The identifier as Redshift folds it: lower case even when quoted, unless a session setting says otherwise. */
export function identifierValue(token: Token): string {
  return token.kind === 'quoted' ? token.lower.slice(1, -1).replaceAll('""', '"') : token.lower;
}

export const quoteIdentifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;
