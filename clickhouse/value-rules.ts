import type { Column } from '../core/columns.ts';
import type { RejectReason, ValueRules } from '../core/encoding.ts';

/*
 * JSON is handled as text, token by token: a pattern that consumes every escape (`\\.`) from left to right cannot
 * mistake the second half of `\\` for the beginning of `\u0000`.
 */

/** Group 1 keeps what is not the escape of NUL. */
const NUL_ESCAPE = String.raw`\\u0000|(\\.)`;
/** Groups 1 and 2 keep whole pairs and other escapes; what is left is half a pair. */
const LONE_SURROGATE = String.raw`(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|\\u[dD][89a-fA-F][0-9a-fA-F]{2}|(\\.)`;
/** Group 1 is as long as the character of an escape by number can be, group 2 as the one of another escape. */
const NUMBERED_ESCAPE = String.raw`\\u[0-9a-fA-F]([0-9a-fA-F]{3})|\\(.)`;
/** Long digits and large exponents; escapes are consumed whole, and a digit in their place is as valid. */
const WIDE_NUMBER = String.raw`\\(?:u[0-9a-fA-F]{4}|.)|[0-9]{18,}|[0-9]+[eE][-+]?[0-9]{3,}`;
/** A JSON string: to look into it, or to look at what is outside of strings. */
const JSON_STRING = String.raw`"(?:[^"\\]|\\.)*"`;

/** The value as it is written. Cheap look-ups come first: hardly any value has what the patterns look for. */
export function cleaned(value: string, column: Column, rules: ValueRules): string {
  let sql = value;
  if (rules.nul === 'strip') {
    sql = isJson(column) ? withoutNulEscapes(sql) : `replaceAll(${sql}, '\\0', '')`;
  }
  if (rules.surrogates === 'strip') {
    sql = isJson(column) ? withoutLoneSurrogates(sql) : `toValidUTF8(${sql})`;
  }
  if (rules.nonFinite === 'null' && column.type.kind === 'float') {
    sql = `if(isFinite(${sql}), ${sql}, NULL)`;
  }
  return sql;
}

export interface Refusal {
  condition: string;
  reason: RejectReason;
}

/** Conditions under which the record is set aside, in the order in which they are checked. A NULL never is. */
export function refusalOf(value: { plain: string; cleaned: string }, column: Column, rules: ValueRules): Refusal[] {
  const found: Refusal[] = [];
  const add = (wanted: boolean, condition: () => string, reason: RejectReason): void => {
    if (wanted) {
      found.push({ condition: `ifNull(${condition()}, 0)`, reason });
    }
  };
  const { plain, cleaned: text } = value;
  add(rules.nul === 'reject', () => hasNul(plain, column), 'nul_character');
  add(rules.surrogates === 'reject', () => hasLoneSurrogate(plain, column), 'lone_surrogate');
  add(rules.nonFinite === 'reject' && column.type.kind === 'float', () => `NOT isFinite(${plain})`, 'not_finite');
  add(rules.maxBytes !== undefined, () => `length(${text}) > ${String(rules.maxBytes)}`, 'value_too_long');
  add(rules.maxChars !== undefined, () => `lengthUTF8(${text}) > ${String(rules.maxChars)}`, 'value_too_long');
  const { maxJsonStringBytes } = rules;
  add(maxJsonStringBytes !== undefined, () => hasLongString(text, maxJsonStringBytes ?? 0), 'value_too_long');
  add(rules.maxNumberDigits !== undefined, () => hasLonger(text, rules.maxNumberDigits ?? 0), 'number_out_of_range');
  const maxDepth = depthLimit(rules);
  add(maxDepth !== undefined, () => isDeeper(text, maxDepth ?? 0), 'json_too_deep');
  add(rules.validJson === true, () => isNoJson(text), 'json_invalid');
  add(rules.time !== undefined, () => isOutside(plain, column, rules.time), 'time_out_of_range');
  add(rules.number !== undefined, () => isOutside(plain, column, rules.number), 'number_out_of_range');
  return found;
}

/** What the engine's own check of JSON looks into; deeper text would be called invalid. */
const CHECKED_DEPTH = 1_000;

function depthLimit({ maxDepth, validJson }: ValueRules): number | undefined {
  return validJson === true ? Math.min(maxDepth ?? CHECKED_DEPTH, CHECKED_DEPTH) : maxDepth;
}

function isJson({ type }: Column): boolean {
  return type.kind === 'json' || type.kind === 'nested';
}

function withoutNulEscapes(text: string): string {
  return `if(position(${text}, ${literal('\\u0000')}) > 0, ${replaced(text, NUL_ESCAPE, '\\1')}, ${text})`;
}

export function withoutLoneSurrogates(text: string): string {
  return `if(${mayHaveSurrogates(text)}, ${replaced(text, LONE_SURROGATE, '\\1\\2')}, ${text})`;
}

function mayHaveSurrogates(text: string): string {
  return `multiSearchAny(${text}, ['\\\\ud', '\\\\uD'])`;
}

function hasNul(text: string, column: Column): string {
  return isJson(column) ? `${withoutNulEscapes(text)} != ${text}` : `position(${text}, '\\0') > 0`;
}

function hasLoneSurrogate(text: string, column: Column): string {
  return isJson(column) ? `${withoutLoneSurrogates(text)} != ${text}` : `NOT isValidUTF8(${text})`;
}

/** The engine's own check calls numbers beyond 64 bits invalid, so text that fails it is checked without them. */
export function isNoJson(text: string): string {
  return `(NOT isValidJSON(${text}) AND NOT isValidJSON(${replaced(text, WIDE_NUMBER, '1')}))`;
}

/**
 * A string is not longer than its text, so only long text is looked into, and only its long strings are unescaped. An
 * escape by number counts three bytes, the most that its character takes; a pair of them counts six for its four.
 */
function hasLongString(text: string, maxBytes: number): string {
  const unescaped = replaced('item', NUMBERED_ESCAPE, '\\1\\2');
  const longest = String(maxBytes + 2);
  const isLong = `length(item) > ${longest} AND length(${unescaped}) > ${longest}`;
  const found = `arrayExists(item -> ${isLong}, extractAll(${text}, ${literal(JSON_STRING)}))`;
  return `if(length(${text}) > ${longest}, ${found}, 0)`;
}

/** Hardly any text has what the first pattern looks for; only such text is looked at without its strings. */
function hasLonger(text: string, maxDigits: number): string {
  const numbers = `extractAll(${replaced(text, JSON_STRING, '')}, '[0-9][0-9.]*(?:[eE][+-]?[0-9]+)?')`;
  const [digits, exponent] = ["extract(number, '^[0-9.]+')", "extract(number, '[eE][+-]?0*([0-9]+)$')"];
  // More than nine digits of exponent are no number that anyone holds, and might not fit 64 bits.
  const zeros = `if(length(${exponent}) > 9, 1000000000, toUInt32OrZero(${exponent}))`;
  const longer = `arrayExists(number -> length(${digits}) + ${zeros} > ${String(maxDigits)}, ${numbers})`;
  return `if(match(${text}, '[eE][+-]?[0-9]{4}|[0-9]{1000}'), ${longer}, 0)`;
}

/** Depth needs every bracket of the text; only text with more brackets than the limit is looked at that closely. */
function isDeeper(text: string, maxDepth: number): string {
  const limit = String(maxDepth);
  const many = `countSubstrings(${text}, '{') + countSubstrings(${text}, '[') > ${limit}`;
  const brackets = `extractAll(${replaced(text, JSON_STRING, '')}, '[][{}]')`;
  const steps = `arrayMap(bracket -> if(bracket IN ('{', '['), 1, -1), ${brackets})`;
  return `if(${many}, arrayMax(arrayCumSum(${steps})) > ${limit}, 0)`;
}

function isOutside(value: string, column: Column, bounds: { from: string; to: string } | undefined): string {
  const bound = (text: string): string => boundSql(column, text);
  return `(${value} < ${bound(bounds?.from ?? '')} OR ${value} > ${bound(bounds?.to ?? '')})`;
}

function boundSql({ type }: Column, text: string): string {
  switch (type.kind) {
    case 'timestamp':
      return `parseDateTime64BestEffort(${literal(text)}, ${String(type.precision)}, 'UTC')`;
    case 'date':
      return `toDate32(${literal(text)})`;
    default:
      return `toDecimal256(${literal(text)}, 0)`;
  }
}

function replaced(text: string, pattern: string, by: string): string {
  return `replaceRegexpAll(${text}, ${literal(pattern)}, ${literal(by)})`;
}

function literal(text: string): string {
  return `'${text.replaceAll(/['\\]/g, '\\$&')}'`;
}
