import { SqlError, syntaxError } from '../errors.ts';
import type { Token } from './tokens.ts';

/** PostgreSQL's words that Redshift's grammar does not have. */
const PHRASES = [
  'on conflict',
  'returning',
  'distinct on',
  'for update',
  'for share',
  'filter (',
  'lateral',
  'on only',
];

const FUNCTIONS = [
  /^gen_random_uuid$/,
  /^(string|array|xml)_agg$/,
  /^jsonb?_(?!parse|serialize|extract|typeof|array_length|size)/,
  /^to_jsonb?$/,
  /^row_to_json$/,
  /^(unnest|format|num_nulls|clock_timestamp|statement_timestamp|to_regclass)$/,
];

const TYPES = new Set(['json', 'jsonb', 'uuid', 'bytea', 'citext', 'hstore', 'xml', 'inet']);
const OPERATORS = new Set(['->', '->>', '#>', '#>>', '@>', '<@']);

/** Refuses what PostgreSQL would take and Redshift would not, so that a test cannot pass by PostgreSQL's grace. */
export function refuseForeignSql(tokens: readonly Token[]): void {
  tokens.forEach((token, index) => {
    const following = (count: number): string =>
      tokens
        .slice(index, index + count)
        .map((one) => one.lower)
        .join(' ');
    if (tokens[index - 1]?.text !== '.' && PHRASES.some((phrase) => following(phrase.split(' ').length) === phrase)) {
      throw syntaxError(token.text);
    }
    refuseFunction(token, tokens[index + 1]);
    refuseType(token, index, tokens);
    if (OPERATORS.has(token.text)) {
      throw new SqlError(`operator does not exist: ${token.text}`);
    }
  });
}

function refuseFunction(token: Token, after: Token | undefined): void {
  if (token.kind === 'word' && after?.text === '(' && FUNCTIONS.some((pattern) => pattern.test(token.lower))) {
    throw new SqlError(`function ${token.lower}() does not exist`);
  }
}

/** `x::uuid` and `CAST(x AS uuid)`, but not `x AS uuid`. */
function refuseType(token: Token, index: number, tokens: readonly Token[]): void {
  const before = tokens[index - 1];
  const isCast = before?.text === '::' || (before?.lower === 'as' && openedBy(tokens, index) === 'cast');
  if (isCast && TYPES.has(token.lower)) {
    throw new SqlError(`type "${token.lower}" does not exist`);
  }
}

/** The word before the innermost bracket that is open at `index`. */
function openedBy(tokens: readonly Token[], index: number): string | undefined {
  const depth = tokens[index]!.depth - 1;
  const open = tokens.findLastIndex((token, at) => at < index && token.text === '(' && token.depth === depth);
  return tokens[open - 1]?.lower;
}
