import { members, nestingDepth, stringEnd, type Span } from '../json-spans.ts';
import { exactNumber, type ExactNumber } from './numbers.ts';

/** A member of a properties object; undefined: missing or null. */
export type PropertyValue = string | boolean | ExactNumber | typeof NESTED | undefined;
/** An object or an array. */
export const NESTED = Symbol('nested');

export type Properties = ReadonlyMap<string, PropertyValue>;

/** ClickHouse's parser reads this many levels. */
const MAX_DEPTH = 1_024;
const BYTE_ORDER_MARK = '\ufeff';
const LONE_SURROGATE = /\p{Surrogate}/u;
const NUMBER_TOKEN = /-?\d[\d.eE+-]*/y;

/**
 * The members of a JSON object as ClickHouse reads them: of a repeated one the first; 64-bit integers exactly.
 * Undefined for everything that ClickHouse cannot read.
 */
export function readProperties(text: string): Properties | undefined {
  const json = text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
  if (!isObject(json) || nestingDepth(json) > MAX_DEPTH || !allScalarsFit(json)) {
    return undefined;
  }
  const properties = new Map<string, PropertyValue>();
  for (const [name, span] of members(json, json.indexOf('{'))) {
    if (!properties.has(name)) {
      properties.set(name, valueAt(json, span));
    }
  }
  return properties;
}

function isObject(json: string): boolean {
  try {
    JSON.parse(json);
  } catch {
    return false;
  }
  return json.trimStart().startsWith('{');
}

/** Whether every number and every text, however deep, is one that ClickHouse's parser takes. */
function allScalarsFit(json: string): boolean {
  for (let at = 0; at < json.length; at += 1) {
    const end = scalarEnd(json, at);
    if (end > at) {
      if (!fits(json.slice(at, end))) {
        return false;
      }
      at = end - 1;
    }
  }
  return true;
}

/** The end of the text or number that starts at `at`; `at` itself when none does. */
function scalarEnd(json: string, at: number): number {
  if (json[at] === '"') {
    return stringEnd(json, at);
  }
  NUMBER_TOKEN.lastIndex = at;
  return NUMBER_TOKEN.test(json) ? NUMBER_TOKEN.lastIndex : at;
}

function fits(token: string): boolean {
  if (token.startsWith('"')) {
    return !token.includes('\\u') || !LONE_SURROGATE.test(JSON.parse(token) as string);
  }
  return exactNumber(token) !== undefined;
}

function valueAt(json: string, { start, end }: Span): PropertyValue {
  const text = json.slice(start, end);
  switch (text[0]) {
    case '"':
      return JSON.parse(text) as string;
    case '{':
    case '[':
      return NESTED;
    case 'n':
      return undefined;
    case 't':
    case 'f':
      return text === 'true';
    default:
      return exactNumber(text);
  }
}
