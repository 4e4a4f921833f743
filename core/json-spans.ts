/**
 * Where values lie in a JSON text. Captured properties are kept character by character (64-bit integers, escapes, key
 * order), so they are cut out of the body instead of being parsed and written again.
 * Precondition: `JSON.parse` has accepted the text. Nothing here recurses, so nesting costs no stack.
 */
export interface Span {
  start: number;
  /** Exclusive. */
  end: number;
}

/** Members of the object that starts at `start`, by decoded name; of a repeated name the last, as JSON.parse does. */
export function memberSpans(text: string, start: number): Map<string, Span> {
  return new Map(members(text, start));
}

/** Members of the object that starts at `start`, in their order: decoded name and value. */
export function* members(text: string, start: number): Generator<[name: string, value: Span]> {
  let at = skipSpace(text, start + 1);
  while (text[at] === '"') {
    const nameEnd = stringEnd(text, at);
    const name = JSON.parse(text.slice(at, nameEnd)) as string;
    const value = valueSpan(text, skipSpace(text, nameEnd) + 1);
    yield [name, value];
    at = nextItem(text, value.end);
  }
}

/** Elements of the array that starts at `start`. */
export function elementSpans(text: string, start: number): Span[] {
  const elements: Span[] = [];
  let at = skipSpace(text, start + 1);
  while (text[at] !== ']' && at < text.length) {
    const value = valueSpan(text, at);
    elements.push(value);
    at = nextItem(text, value.end);
  }
  return elements;
}

/** The value at or after `from`, without the space around it. */
export function valueSpan(text: string, from: number): Span {
  const start = skipSpace(text, from);
  const first = text[start];
  if (first === '"') {
    return { start, end: stringEnd(text, start) };
  }
  if (first === '{' || first === '[') {
    return { start, end: containerEnd(text, start) };
  }
  let end = start;
  while (end < text.length && !SCALAR_END.has(text[end] ?? '')) {
    end += 1;
  }
  return { start, end };
}

/** How deep arrays and objects are nested in `text`; 0 for a scalar. */
export function nestingDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = stringEnd(text, at) - 1;
    } else if (isOpening(code)) {
      depth += 1;
      deepest = Math.max(deepest, depth);
    } else if (isClosing(code)) {
      depth -= 1;
    }
  }
  return deepest;
}

const QUOTE = 34;
const BACKSLASH = 92;
const SCALAR_END = new Set([',', '}', ']', ' ', '\n', '\r', '\t']);

function isOpening(code: number): boolean {
  return code === 123 || code === 91;
}

function isClosing(code: number): boolean {
  return code === 125 || code === 93;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (text[at] === ' ' || text[at] === '\n' || text[at] === '\r' || text[at] === '\t') {
    at += 1;
  }
  return at;
}

/** The start of the next element or member, or the closing bracket. */
function nextItem(text: string, from: number): number {
  const at = skipSpace(text, from);
  return text[at] === ',' ? skipSpace(text, at + 1) : at;
}

/** Behind the text whose opening quote is at `start`. */
export function stringEnd(text: string, start: number): number {
  let at = text.indexOf('"', start + 1);
  while (at >= 0 && isEscaped(text, at)) {
    at = text.indexOf('"', at + 1);
  }
  return at < 0 ? text.length : at + 1;
}

/** A quote is part of the string when an odd number of backslashes stands before it. */
function isEscaped(text: string, quote: number): boolean {
  let at = quote - 1;
  while (text.charCodeAt(at) === BACKSLASH) {
    at -= 1;
  }
  return (quote - 1 - at) % 2 === 1;
}

function containerEnd(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = stringEnd(text, at) - 1;
    } else if (isOpening(code)) {
      depth += 1;
    } else if (isClosing(code)) {
      depth -= 1;
      if (depth === 0) {
        return at + 1;
      }
    }
  }
  return text.length;
}
