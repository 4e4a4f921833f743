import { memberSpans, type Span } from '../core/json-spans.ts';

/**
 * One JSON object out of `$set_once` and `$set`, both raw object texts: values stay as captured, and `$set` wins.
 */
export function mergePersonProperties(set: string | undefined, setOnce: string | undefined): string {
  if (setOnce === undefined) {
    return set ?? '{}';
  }
  if (set === undefined) {
    return setOnce;
  }
  const members = new Map([...rawMembers(setOnce), ...rawMembers(set)]);
  return `{${[...members].map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`;
}

function rawMembers(text: string): [string, string][] {
  return [...memberSpans(text, 0)].map(([name, span]: [string, Span]) => [name, text.slice(span.start, span.end)]);
}
