import { elementSpans, memberSpans } from '../core/json-spans.ts';
import type { Difference } from '../core/simulation.ts';

const MAX_DIFFERENCES = 20;
const MAX_DEPTH = 16;
const MAX_SHOWN_CHARS = 300;

/**
 * Where two bodies differ, digit by digit; at most twenty places, the order of members does not count. `json`: both are
 * valid JSON; otherwise they are compared as a whole.
 */
export function payloadDifference(before: string, after: string, { json }: { json: boolean }): Difference[] {
  const found: Difference[] = [];
  if (json) {
    compare(before.trim(), after.trim(), '', found);
  } else if (before !== after) {
    found.push(difference('', before, after));
  }
  return found;
}

function compare(before: string | undefined, after: string | undefined, path: string, found: Difference[]): void {
  if (before === after || found.length >= MAX_DIFFERENCES) {
    return;
  }
  const parts = partsOf(before, after, path);
  if (before === undefined || after === undefined || parts === undefined) {
    found.push(difference(path, before, after));
    return;
  }
  for (const name of new Set([...parts[0].keys(), ...parts[1].keys()])) {
    compare(
      parts[0].get(name),
      parts[1].get(name),
      `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
      found,
    );
  }
}

type Parts = Map<string, string>;

/** Members or elements of both, when both are objects or both arrays. */
function partsOf(before = '', after = '', path: string): [Parts, Parts] | undefined {
  const deep = path.split('/').length > MAX_DEPTH;
  const alike = before[0] === after[0] && (before.startsWith('{') || before.startsWith('['));
  return deep || !alike ? undefined : [parts(before), parts(after)];
}

function parts(text: string): Parts {
  const spans: [string, { start: number; end: number }][] = text.startsWith('{')
    ? [...memberSpans(text, 0)]
    : elementSpans(text, 0).map((span, index) => [String(index), span]);
  return new Map(spans.map(([name, { start, end }]) => [name, text.slice(start, end)]));
}

function difference(path: string, before: string | undefined, after: string | undefined): Difference {
  return { path, before: shortened(before), after: shortened(after) };
}

function shortened(text: string | undefined): string | null {
  return text === undefined ? null : text.length > MAX_SHOWN_CHARS ? `${text.slice(0, MAX_SHOWN_CHARS)}…` : text;
}
