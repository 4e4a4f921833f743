import { QueryRefusal } from './refusal.ts';

/** `text` of a name or a string is what it means, without quotes and escapes; of everything else, as written. */
export interface Token {
  kind: 'word' | 'quoted' | 'string' | 'number' | 'symbol' | 'end';
  text: string;
  offset: number;
}

/** Longer ones first. Everything that is not here is refused: `;`, `?`, `@`, `$`, `#`, `!` alone, a backslash … */
const SYMBOLS = [
  ...['<=>', '::', '||', '->', '<=', '>=', '<>', '!=', '=='],
  ...['(', ')', '[', ']', '{', '}', ',', '.', '*', '+', '-', '/', '%', '=', '<', '>', ':'],
];
const PATTERNS: readonly [Token['kind'] | 'nothing', RegExp][] = [
  ['nothing', /[ \t\r\n]+|--[^\n]*|\/\*[^]*?\*\//y],
  ['word', /[A-Za-z_][A-Za-z0-9_]*/y],
  ['number', /0[xX][0-9a-fA-F]+|(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?/y],
  ['string', /'(?:[^'\\]|\\[^]|'')*'/y],
  ['quoted', /`[^`"\\]*`|"[^`"\\]*"/y],
];
const MAX_TOKENS = 20_000;
const MAX_NAME = 200;

/** Splits a query, ending with a token of kind `end`. Refuses every character that the grammar does not know. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const { token, end } = nextToken(text, at);
    if (token !== undefined) {
      tokens.push(token);
    }
    if (tokens.length > MAX_TOKENS) {
      throw new QueryRefusal(at, 'the query is too long', 'Shorten it.');
    }
    at = end;
  }
  return [...tokens, { kind: 'end', text: '', offset: text.length }];
}

function nextToken(text: string, at: number): { token?: Token; end: number } {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) {
      const end = at + found.length;
      return kind === 'nothing' ? { end } : { token: checked({ kind, text: found, offset: at }, text[end]), end };
    }
  }
  const symbol = SYMBOLS.find((candidate) => text.startsWith(candidate, at));
  if (symbol === undefined || text.startsWith('/*', at)) {
    throw unknownCharacter(text, at);
  }
  return { token: { kind: 'symbol', text: symbol, offset: at }, end: at + symbol.length };
}

function unknownCharacter(text: string, at: number): QueryRefusal {
  const open = new Map([
    ["'", 'a text that has no end'],
    ['`', 'a quoted name that has no end, or a quote or backslash inside'],
    ['"', 'a quoted name that has no end, or a quote or backslash inside'],
    ['/', 'a comment that has no end'],
  ]).get(text[at] ?? '');
  const found = JSON.stringify(String.fromCodePoint(text.codePointAt(at) ?? 0));
  return new QueryRefusal(
    at,
    open ?? `the character ${found} is not allowed here`,
    'Use plain SQL characters outside of texts.',
  );
}

/** Takes quotes and escapes away. `next` is the character after the token: a number must not run into a word. */
function checked(token: Token, next: string | undefined): Token {
  switch (token.kind) {
    case 'string':
      return { ...token, text: unescaped(token) };
    case 'quoted':
      return { ...token, text: nameOf(token, token.text.slice(1, -1)) };
    case 'word':
      return { ...token, text: nameOf(token, token.text) };
    default:
      if (next !== undefined && /[A-Za-z0-9_.]/.test(next)) {
        throw new QueryRefusal(token.offset, 'this is no number', 'Write numbers like 12, 1.5, 1e9 or 0xff.');
      }
      return token;
  }
}

/** Names that begin with two underscores are ours and the engine's. */
function nameOf(token: Token, name: string): string {
  const isOdd = name === '' || name.length > MAX_NAME || /[\p{C}\p{Zl}\p{Zp}]/u.test(name);
  if (isOdd || name.startsWith('__')) {
    throw new QueryRefusal(
      token.offset,
      'this name is not allowed',
      `Use up to ${String(MAX_NAME)} visible characters, not beginning with __.`,
    );
  }
  return name;
}

const ESCAPES: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  r: '\r',
  n: '\n',
  t: '\t',
  0: '\0',
  a: '\x07',
  v: '\v',
};

/** As ClickHouse reads it: an escape it does not know keeps its backslash (`'\%'` in a pattern of LIKE). */
function unescaped(token: Token): string {
  return token.text.slice(1, -1).replace(/''|\\x([0-9a-fA-F]{2})|\\([^])/g, (whole, hex?: string, escaped?: string) => {
    if (whole === "''") {
      return "'";
    }
    const code = hex === undefined ? undefined : Number.parseInt(hex, 16);
    if (code !== undefined ? code > 127 : /[xeNuU]/.test(escaped ?? '')) {
      throw new QueryRefusal(token.offset, `the escape ${whole} is not allowed`, 'Write the character itself.');
    }
    if (code !== undefined) {
      return String.fromCharCode(code);
    }
    const plain = escaped ?? '';
    return ESCAPES[plain] ?? (/['"`\\/=]/.test(plain) ? plain : whole);
  });
}
