import { syntaxError } from '../errors.ts';

/**
 * word     an unquoted identifier or keyword; `value` is folded to upper case
 * quoted   a "quoted" identifier; `value` is exact
 * string   'text' or $$text$$; `value` is unescaped
 * bind     ?; `value` is its position, from 1
 * column   $1
 * stage    @stage/path, as written
 */
export interface Token {
  kind: 'word' | 'quoted' | 'string' | 'number' | 'operator' | 'bind' | 'column' | 'stage' | 'end';
  text: string;
  value: string;
  start: number;
}

const SPACE = /(?:\s|--[^\n]*|\/\/[^\n]*|\/\*[^]*?\*\/)+/y;

const PATTERNS: [Token['kind'], RegExp][] = [
  ['string', /'(?:[^'\\]|''|\\[^])*'/y],
  ['string', /\$\$[^]*?\$\$/y],
  ['quoted', /"(?:[^"]|"")*"/y],
  ['stage', /@(?:"(?:[^"]|"")*"|[^\s,;()'"])+/y],
  ['number', /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y],
  ['column', /\$\d+/y],
  ['word', /[A-Za-z_][\w$]*/y],
  ['bind', /\?/y],
  ['operator', /::|=>|<=|>=|<>|!=|\|\||->|[-+*/%(),.;=<>:[\]{}!|&^]/y],
];

const ESCAPES: Record<string, string> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', '0': '\0' };

export function unescapeString(text: string): string {
  if (text.startsWith('$$')) {
    return text.slice(2, -2);
  }
  return text
    .slice(1, -1)
    .replace(/''|\\u([0-9a-fA-F]{4})|\\([^])/g, (match, code: string | undefined, letter: string | undefined) => {
      if (code !== undefined) {
        return String.fromCharCode(parseInt(code, 16));
      }
      return match === "''" ? "'" : (ESCAPES[letter ?? ''] ?? letter ?? '');
    });
}

function valueOf(kind: Token['kind'], text: string): string {
  switch (kind) {
    case 'word':
      return text.toUpperCase();
    case 'quoted':
      return text.slice(1, -1).replaceAll('""', '"');
    case 'string':
      return unescapeString(text);
    default:
      return text;
  }
}

function tokenAt(sql: string, start: number): Token {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = start;
    const text = pattern.exec(sql)?.[0];
    if (text !== undefined) {
      return { kind, text, value: valueOf(kind, text), start };
    }
  }
  throw syntaxError(sql.charAt(start), start);
}

/** The tokens of one statement, ended by one of kind `end`. A trailing semicolon is dropped. */
export function tokenize(sql: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let binds = 0;
  while (at < sql.length) {
    SPACE.lastIndex = at;
    at += SPACE.exec(sql)?.[0].length ?? 0;
    if (at < sql.length) {
      const token = tokenAt(sql, at);
      binds += token.kind === 'bind' ? 1 : 0;
      tokens.push(token.kind === 'bind' ? { ...token, value: String(binds) } : token);
      at += token.text.length;
    }
  }
  while (tokens.at(-1)?.text === ';') {
    tokens.pop();
  }
  tokens.push({ kind: 'end', text: '<EOF>', value: '<EOF>', start: sql.length });
  return tokens;
}
