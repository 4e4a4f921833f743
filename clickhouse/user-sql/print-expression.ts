import { quoteName } from '../sql.ts';
import type { Expression, FunctionCall, Query, Window } from './syntax.ts';

/** The rest of the printer, for queries and windows inside of expressions. */
export interface PrintsQueries {
  query(query: Query): string;
  window(window: Window): string;
}

/** Both bounds are parameters of the statement; their type keeps the primary key usable. */
const BOUND_TYPE = "DateTime64(6, 'UTC')";

/** An expression as text in which only brackets decide what belongs together. */
export function printExpression(expression: Expression, printer: PrintsQueries): string {
  const list = (items: readonly Expression[]): string => items.map((item) => printExpression(item, printer)).join(', ');
  switch (expression.kind) {
    case 'array':
      return `[${list(expression.items)}]`;
    case 'tuple':
      return `tuple(${list(expression.items)})`;
    case 'lambda':
      return `(${expression.parameters.map(quoteName).join(', ')}) -> ${printExpression(expression.body, printer)}`;
    case 'subquery':
      return `(${printer.query(expression.query)})`;
    case 'call':
      return `${printCall(expression, list)}${printOver(expression, printer)}`;
    default:
      return printLeaf(expression);
  }
}

type Leaf = Extract<Expression, { kind: 'number' | 'string' | 'keyword' | 'bound' | 'column' | 'star' }>;

function printLeaf(expression: Leaf): string {
  switch (expression.kind) {
    case 'number':
      return expression.text.startsWith('-') ? `(${expression.text})` : expression.text;
    case 'string':
      return quoteText(expression.value);
    case 'keyword':
      return expression.text;
    case 'bound':
      return `{${expression.name}:${BOUND_TYPE}}`;
    case 'column':
      return expression.path.map(quoteName).join('.');
    case 'star':
      return expression.of === undefined ? '*' : `${quoteName(expression.of)}.*`;
  }
}

function printCall(
  { name, parameters, arguments: args }: FunctionCall,
  list: (items: readonly Expression[]) => string,
): string {
  return `${name}${parameters === undefined ? '' : `(${list(parameters)})`}(${list(args)})`;
}

function printOver({ over }: FunctionCall, printer: PrintsQueries): string {
  if (over === undefined) {
    return '';
  }
  return ` OVER ${typeof over === 'string' ? quoteName(over) : `(${printer.window(over)})`}`;
}

const NAMED_ESCAPES: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\t': '\\t',
  '\r': '\\r',
  '\\': '\\\\',
  "'": "\\'",
};

/** Text as a literal: every character that could mean something to a reader of SQL is escaped. */
export function quoteText(value: string): string {
  const escaped = value.replace(/[\x00-\x1f\x7f'\\]/g, (character) => NAMED_ESCAPES[character] ?? hexEscape(character));
  return `'${escaped}'`;
}

function hexEscape(character: string): string {
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}
