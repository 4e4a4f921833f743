import { elementSpans, memberSpans } from '../../core/json-spans.ts';

/** A JSON value as it was captured: 64-bit integers, escapes and the order of keys are still there. */
export type JsonText = string;

/** A member's value, or undefined when `text` is no object or has none of that name. */
export function jsonMember(text: JsonText, name: string): JsonText | undefined {
  const span = text.startsWith('{') ? memberSpans(text, 0).get(name) : undefined;
  return span && text.slice(span.start, span.end);
}

/** The value at a path of names and indices. */
export function jsonAt(text: JsonText | undefined, path: readonly string[]): JsonText | undefined {
  let found = text;
  for (const step of path) {
    if (found === undefined) {
      return undefined;
    }
    found = found.startsWith('[') ? jsonElement(found, step) : jsonMember(found, step);
  }
  return found;
}

function jsonElement(text: JsonText, index: string): JsonText | undefined {
  const span = /^\d{1,9}$/.test(index) ? elementSpans(text, 0)[Number(index)] : undefined;
  return span && text.slice(span.start, span.end);
}
