import { EngineError } from './engine-error.ts';
import { isKeyword, tokensOf } from './sql-tokens.ts';
import type { Token } from './sql-tokens.ts';

/** What the front has to know about a statement to run it. */
export type Statement =
  /** Rows of any number: streamed. `sql` has lost its FORMAT clause. */
  | { kind: 'select'; sql: string; format: string | undefined; streamable: boolean }
  /** Everything answered at once. `tainting` statements change the session they run on. */
  | { kind: 'command'; sql: string; format: string | undefined; tainting: boolean }
  /** Rows come from the request: after the statement's text (`inlineData`) or in the body. */
  | { kind: 'insert'; head: string; settings: string; format: string; inlineData: string };

export function parseStatement(sql: string): Statement {
  const first = firstWord(sql);
  if (first === 'INSERT') {
    return parseInsert(sql);
  }
  const tokens = [...tokensOf(sql)];
  const last = endOfStatement(tokens);
  const text = sql.slice(0, last?.end ?? 0);
  const significant = tokens.filter((token) => token.end <= text.length);
  if (first === 'KILL') {
    return { kind: 'command', ...splitFormat(renameQueryId(text, significant)), tainting: false };
  }
  const { sql: body, format } = splitFormat(text);
  if (first === 'SELECT' || first === 'WITH') {
    return { kind: 'select', sql: body, format, streamable: !hasTotals(significant) };
  }
  return { kind: 'command', sql: body, format, tainting: isTainting(first, significant) };
}

/** Names of the parameters that the statement asks for: `{name:Type}`. */
export function parameterNames(sql: string): Set<string> {
  const names = new Set<string>();
  const tokens = [...tokensOf(sql)];
  tokens.forEach((token, index) => {
    const name = tokens[index + 1];
    if (
      token.text === '{' &&
      token.kind === 'punctuation' &&
      name?.kind === 'word' &&
      tokens[index + 2]?.text === ':'
    ) {
      names.add(name.text);
    }
  });
  return names;
}

function firstWord(sql: string): string {
  for (const token of tokensOf(sql)) {
    if (token.kind === 'word') {
      return token.text.toUpperCase();
    }
    if (token.text !== '(') {
      break;
    }
  }
  return '';
}

/** The last token before the closing semicolon. A second statement is refused, as ClickHouse's HTTP interface does. */
function endOfStatement(tokens: Token[]): Token | undefined {
  const semicolon = tokens.findIndex((token) => token.text === ';' && token.kind === 'punctuation');
  if (semicolon === -1) {
    return tokens.at(-1);
  }
  if (tokens.slice(semicolon).some((token) => token.text !== ';')) {
    throw new EngineError(62, 'Syntax error (Multi-statements are not allowed)', 'SYNTAX_ERROR');
  }
  return tokens[semicolon - 1];
}

/** Takes `FORMAT x` out of the end of a statement; SETTINGS may stand on either side of it. */
function splitFormat(sql: string): { sql: string; format: string | undefined } {
  const tokens = [...tokensOf(sql)];
  const index = tokens.findLastIndex((token) => isKeyword(token, 'FORMAT'));
  const [keyword, name, next] = tokens.slice(index, index + 3);
  const closes = next === undefined || isKeyword(next, 'SETTINGS');
  if (index <= 0 || keyword === undefined || name?.kind !== 'word' || !closes) {
    return { sql, format: undefined };
  }
  return { sql: `${sql.slice(0, keyword.start)}${sql.slice(name.end)}`.trimEnd(), format: name.text };
}

/** Totals are lost in the streamed form (an INSERT … SELECT into a pipe), so such a result is answered at once. */
function hasTotals(tokens: Token[]): boolean {
  return tokens.some((token) => isKeyword(token, 'TOTALS'));
}

function isTainting(first: string, tokens: Token[]): boolean {
  return first === 'SET' || first === 'USE' || tokens.slice(0, 4).some((token) => isKeyword(token, 'TEMPORARY'));
}

/** The engine makes its own query ids; ours travels in `log_comment`, where KILL QUERY can find it. */
function renameQueryId(sql: string, tokens: Token[]): string {
  return tokens
    .filter((token) => token.kind === 'word' && token.text.toLowerCase() === 'query_id')
    .reduceRight((text, { start, end }) => `${text.slice(0, start)}Settings['log_comment']${text.slice(end)}`, sql);
}

function parseInsert(sql: string): Statement {
  let settings: Token | undefined;
  let previous: Token | undefined;
  for (const token of tokensOf(sql)) {
    if (['SELECT', 'WITH', 'INFILE'].some((keyword) => isKeyword(token, keyword))) {
      return { kind: 'command', sql: withoutSemicolon(sql), format: undefined, tainting: false };
    }
    const clauseAt = dataClauseStart(previous, token);
    if (clauseAt !== undefined) {
      const format = clauseAt === token.start ? 'Values' : token.text;
      return insertOf(sql, { settingsAt: settings?.start ?? clauseAt, clauseAt, dataAt: token.end, format });
    }
    settings = isKeyword(token, 'SETTINGS') ? token : settings;
    previous = token;
  }
  const end = withoutSemicolon(sql).length;
  return insertOf(sql, { settingsAt: settings?.start ?? end, clauseAt: end, dataAt: sql.length, format: 'Values' });
}

function withoutSemicolon(sql: string): string {
  return sql.replace(/;\s*$/, '');
}

/** Where `FORMAT x` or `VALUES` begins, when `token` is its last word. */
function dataClauseStart(previous: Token | undefined, token: Token): number | undefined {
  if (previous !== undefined && isKeyword(previous, 'FORMAT')) {
    return previous.start;
  }
  return isKeyword(token, 'VALUES') ? token.start : undefined;
}

function insertOf(
  sql: string,
  at: { settingsAt: number; clauseAt: number; dataAt: number; format: string },
): Statement {
  const inlineData = sql.slice(at.dataAt).replace(/^[ \t]*(?:\r?\n)?/, '');
  return {
    kind: 'insert',
    head: sql.slice(0, at.settingsAt),
    settings: sql.slice(at.settingsAt, at.clauseAt),
    format: at.format,
    inlineData: /^[\s;]*$/.test(inlineData) ? '' : inlineData,
  };
}
