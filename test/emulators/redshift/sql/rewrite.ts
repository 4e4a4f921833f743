import type { SqlParameter } from './plan.ts';
import { identifierValue, quoteIdentifier, type Token } from './tokens.ts';

export interface Rewritten {
  text: string;
  values: string[];
}

const CATALOG_VIEWS = new Set(['columns', 'tables']);

/** Expressions in PostgreSQL's words: folded identifiers, Redshift's functions and views, numbered parameters. */
export function rewrite(sql: string, tokens: readonly Token[], parameters: readonly SqlParameter[]): Rewritten {
  const values: string[] = [];
  const numbers = new Map<string, number>();
  const bind = (name: string): string => {
    const parameter = parameters.find((one) => one.name === name);
    if (parameter === undefined) {
      return `:${name}`;
    }
    const number = numbers.get(name) ?? values.push(parameter.value);
    numbers.set(name, number);
    return `$${number}`;
  };
  let text = '';
  let from = tokens[0]?.start ?? 0;
  tokens.forEach((token, index) => {
    text +=
      sql.slice(from, token.start) + (token.kind === 'parameter' ? bind(token.text.slice(1)) : word(tokens, index));
    from = token.end;
  });
  return { text, values };
}

function word(tokens: readonly Token[], index: number): string {
  const token = tokens[index]!;
  if (token.kind === 'quoted') {
    return quoteIdentifier(identifierValue(token));
  }
  if (token.kind !== 'word') {
    return token.text;
  }
  return catalogName(tokens, index) ?? expressionWord(token, tokens[index - 1], tokens[index + 1]) ?? token.text;
}

/** `information_schema.columns` shows Redshift's types only through a view of ours. */
function catalogName(tokens: readonly Token[], index: number): string | undefined {
  const token = tokens[index]!;
  if (token.lower === 'information_schema' && CATALOG_VIEWS.has(tokens[index + 2]?.lower ?? '')) {
    return 'redshift';
  }
  const isView = CATALOG_VIEWS.has(token.lower) && tokens[index - 2]?.lower === 'information_schema';
  return isView ? `information_schema_${token.lower}` : undefined;
}

function expressionWord(token: Token, before: Token | undefined, after: Token | undefined): string | undefined {
  if (before?.text === '.') {
    return undefined;
  }
  if (token.lower === 'sysdate') {
    return 'redshift.sysdate()';
  }
  if (token.lower === 'nvl' && after?.text === '(') {
    return 'coalesce';
  }
  // VARCHAR(MAX)
  return token.lower === 'max' && before?.text === '(' && after?.text === ')' ? '65535' : undefined;
}
