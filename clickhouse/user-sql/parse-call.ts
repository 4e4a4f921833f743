import type { Cursor } from './cursor.ts';
import { Cursor as TypeCursor } from './cursor.ts';
import { findFunction, type AllowedFunction } from './functions.ts';
import { unitOf, UNITS } from './keywords.ts';
import { readWindow } from './parse-window.ts';
import { isQueryNext, readName, type Parser } from './parser.ts';
import { QueryRefusal } from './refusal.ts';
import { readType } from './types.ts';
import type { Expression, FunctionCall, Window } from './syntax.ts';
import type { Token } from './tokens.ts';

/** Only the operators make these: their second argument must not be a name. */
const OPERATORS_ONLY = new Set(['in', 'notIn']);
/** The last argument is the name of a type, as text. */
const TYPED = new Set(['CAST', 'accurateCastOrNull', 'JSONExtract', 'JSONExtractKeysAndValues']);
/** The first argument is a unit, which may stand there as a plain word. */
const WITH_UNIT = new Set(['dateDiff', 'dateTrunc', 'age', 'dateName']);

/** A call of an allowed function. */
export function readCall(parser: Parser): Expression {
  const { cursor } = parser;
  const token = cursor.next();
  const called = findFunction(token.text);
  if (called === undefined || OPERATORS_ONLY.has(called.name)) {
    throw notAllowed(cursor, token);
  }
  const special = readSpecialForm(parser, called);
  if (special !== undefined) {
    return special;
  }
  const first = readArguments(parser, called);
  const parametric = cursor.isSymbol('(');
  const { args, distinct } = parametric ? readArguments(parser, called) : first;
  const name = aggregateName(parser, called, { distinct, token });
  const call: FunctionCall = { kind: 'call', name, arguments: checkedArguments(cursor, called, args, token) };
  const parameters = parametric ? { parameters: constants(cursor, called, first.args, token) } : {};
  return withEnding(parser, called, { ...call, ...parameters }, token);
}

function notAllowed(cursor: Cursor, token: Token): QueryRefusal {
  const clock = /^(now|now64|today|yesterday|current_?(timestamp|date)|curdate|localtime(stamp)?|utc_?timestamp)$/i;
  return cursor.refuse(
    `the function ${JSON.stringify(token.text)} is not allowed`,
    clock.test(token.text)
      ? 'A run may be repeated later: use {interval_start} and {interval_end} instead of the clock.'
      : 'docs/sql-model.md says which functions are; ask for it if it is missing.',
    token,
  );
}

/** Forms of the grammar that look like calls: `CAST(x AS T)`, `EXTRACT(unit FROM x)`. */
function readSpecialForm(parser: Parser, called: AllowedFunction): Expression | undefined {
  const { cursor } = parser;
  if (called.name === 'extract' && cursor.isWord('FROM', 2)) {
    return cursor.enclosed(() => readExtract(parser));
  }
  if (called.name !== 'CAST') {
    return undefined;
  }
  return cursor.enclosed(() => {
    const value = parser.readExpression(parser);
    const type = cursor.acceptWord('AS') ? readType(cursor) : (cursor.expect(','), typeText(cursor, cursor.next()));
    return { kind: 'call', name: 'CAST', arguments: [value, { kind: 'string', value: type }] };
  });
}

function readExtract(parser: Parser): Expression {
  const { cursor } = parser;
  const token = cursor.next();
  const name = UNITS.get(unitOf(token.text) ?? '')?.part;
  if (name === undefined) {
    throw cursor.refuse('this is no unit of time', 'Write for example EXTRACT(YEAR FROM timestamp).', token);
  }
  cursor.expectWord('FROM');
  return { kind: 'call', name, arguments: [parser.readExpression(parser)] };
}

/** The type that a text names, written anew. */
function typeText(cursor: Cursor, token: Token): string {
  if (token.kind !== 'string') {
    throw cursor.refuse('the type has to be written out as text', "Write for example 'Array(String)'.", token);
  }
  try {
    const inner = new TypeCursor(token.text);
    const type = readType(inner);
    if (inner.peek().kind !== 'end') {
      throw inner.unexpected('the end of the type');
    }
    return type;
  } catch (error) {
    throw error instanceof QueryRefusal ? new QueryRefusal(token.offset, error.message, error.remedy) : error;
  }
}

interface Arguments {
  args: Expression[];
  distinct: boolean;
}

function readArguments(parser: Parser, called: AllowedFunction): Arguments {
  const { cursor } = parser;
  return cursor.enclosed(() => {
    const distinct = cursor.acceptWord('DISTINCT');
    if (cursor.isSymbol(')')) {
      return { args: [], distinct };
    }
    if (called.name === 'count' && cursor.isSymbol('*') && cursor.isSymbol(')', 1)) {
      cursor.next();
      return { args: [], distinct };
    }
    const unit = WITH_UNIT.has(called.name) && cursor.isSymbol(',', 1) ? unitOf(cursor.peek().text) : undefined;
    const args = cursor.list(() => readArgument(parser, called));
    const first: Expression[] = unit === undefined ? args.slice(0, 1) : [{ kind: 'string', value: unit.toLowerCase() }];
    return { args: [...first, ...args.slice(1)], distinct };
  });
}

function readArgument(parser: Parser, called: AllowedFunction): Expression {
  const { cursor } = parser;
  const token = cursor.peek();
  if (TYPED.has(called.name) && token.kind === 'string' && cursor.isSymbol(')', 1)) {
    cursor.next();
    return { kind: 'string', value: typeText(cursor, token) };
  }
  const parameters = lambdaParameters(cursor);
  if (parameters !== undefined) {
    return { kind: 'lambda', parameters, body: parser.readExpression(parser) };
  }
  if (isQueryNext(cursor) && !cursor.isSymbol('(')) {
    return { kind: 'subquery', query: parser.readQuery(parser) };
  }
  return parser.readExpression(parser);
}

/** `x ->` or `(x, y) ->`, taken; undefined when something else comes. */
function lambdaParameters(cursor: Cursor): string[] | undefined {
  if (cursor.isSymbol('->', 1)) {
    const name = readName(cursor, 'a parameter');
    cursor.next();
    return [name];
  }
  let ahead = 0;
  while (!cursor.isSymbol(')', ahead) && cursor.peek(ahead).kind !== 'end' && ahead < 20) {
    ahead += 1;
  }
  if (!cursor.isSymbol('(') || !cursor.isSymbol('->', ahead + 1)) {
    return undefined;
  }
  const names = cursor.enclosed(() => cursor.list(() => readName(cursor, 'a parameter')));
  cursor.expect('->');
  return names;
}

function checkedArguments(cursor: Cursor, called: AllowedFunction, args: Expression[], token: Token): Expression[] {
  if (args.some(({ kind }) => kind === 'star')) {
    throw cursor.refuse('* is no argument', 'Name the columns; only count(*) takes it.', token);
  }
  if (TYPED.has(called.name) && args.at(-1)?.kind !== 'string') {
    throw cursor.refuse(`the last argument of ${called.name} is a type`, "Write it out, for example 'Int64'.", token);
  }
  return args;
}

function constants(cursor: Cursor, called: AllowedFunction, args: Expression[], token: Token): Expression[] {
  const constant = args.every(({ kind }) => kind === 'number' || kind === 'string');
  if (called.kind !== 'aggregate' || !constant) {
    throw cursor.refuse(
      `${called.name} takes constants in its first brackets`,
      'Write for example quantile(0.9)(x).',
      token,
    );
  }
  return args;
}

function aggregateName(
  { cursor }: Parser,
  { name, kind }: AllowedFunction,
  { distinct, token }: { distinct: boolean; token: Token },
): string {
  if (distinct && kind !== 'aggregate') {
    throw cursor.refuse('DISTINCT belongs to aggregates', 'Leave it out.', token);
  }
  return distinct ? (name === 'count' ? 'uniqExact' : `${name}Distinct`) : name;
}

/** FILTER becomes the combinator If; OVER makes a window function of it. */
function withEnding(parser: Parser, called: AllowedFunction, call: FunctionCall, token: Token): FunctionCall {
  const { cursor } = parser;
  let filtered = call;
  if (cursor.acceptWord('FILTER')) {
    const condition = cursor.enclosed(() => (cursor.expectWord('WHERE'), parser.readExpression(parser)));
    filtered = { ...call, name: `${call.name}If`, arguments: [...call.arguments, condition] };
  }
  const over = cursor.acceptWord('OVER') ? readOver(parser) : undefined;
  const isWrong = called.kind === 'plain' ? over !== undefined || filtered !== call : called.kind === 'window' && !over;
  if (isWrong) {
    throw cursor.refuse(
      `${called.name} does not go with this`,
      'Window functions want OVER (…), plain functions take neither OVER nor FILTER.',
      token,
    );
  }
  return over === undefined ? filtered : { ...filtered, over };
}

function readOver(parser: Parser): string | Window {
  const { cursor } = parser;
  return cursor.isSymbol('(') ? cursor.enclosed(() => readWindow(parser)) : readName(cursor, 'a window');
}
