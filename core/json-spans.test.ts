import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { elementSpans, memberSpans, nestingDepth, valueSpan, type Span } from './json-spans.ts';

const spaced = fc.array(fc.constantFrom(' ', '\n', '\t', '\r'), { maxLength: 3 }).map((parts) => parts.join(''));

/** Writes a value as JSON with random space between all tokens. */
function write(value: unknown, space: () => string): string {
  if (Array.isArray(value)) {
    return `[${space()}${value.map((item) => `${space()}${write(item, space)}${space()}`).join(',')}${space()}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(
      ([key, item]) => `${space()}${JSON.stringify(key)}${space()}:${space()}${write(item, space)}`,
    );
    return `{${space()}${members.join(`${space()},`)}${space()}}`;
  }
  return JSON.stringify(value);
}

const document = fc
  .tuple(fc.jsonValue({ stringUnit: 'binary' }), fc.array(spaced, { minLength: 1, maxLength: 20 }))
  .map(([value, spaces]) => {
    let index = 0;
    const space = (): string => spaces[(index += 1) % spaces.length] ?? '';
    return { value, text: `${space()}${write(value, space)}${space()}` };
  });

const cut = (text: string, span: Span): unknown => JSON.parse(text.slice(span.start, span.end));

/** The whole value, put together from spans only. */
function rebuild(text: string, from: number): unknown {
  const span = valueSpan(text, from);
  if (text[span.start] === '[') {
    return elementSpans(text, span.start).map((element) => rebuild(text, element.start));
  }
  if (text[span.start] === '{') {
    const members = [...memberSpans(text, span.start)].map(([name, member]) => [name, rebuild(text, member.start)]);
    return Object.fromEntries(members);
  }
  return cut(text, span);
}

describe('spans of JSON values', () => {
  test('agree with JSON.parse on any document with any space', () => {
    fc.assert(
      fc.property(document, ({ text }) => {
        expect(rebuild(text, 0)).toEqual(JSON.parse(text));
      }),
      { numRuns: 2_000 },
    );
  });

  test('agree with JSON.parse on strings full of quotes, backslashes and brackets', () => {
    const nasty = fc.array(fc.constantFrom('"', '\\', '{', '}', '[', ']', ',', ':', 'a', '\u0000', '\ud800', '\n'), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(fc.array(fc.tuple(nasty, nasty), { maxLength: 6 }), (pairs) => {
        const text = JSON.stringify(Object.fromEntries(pairs.map(([key, value]) => [key.join(''), value.join('')])));
        expect(rebuild(text, 0)).toEqual(JSON.parse(text));
      }),
      { numRuns: 2_000 },
    );
  });

  test('keep digits that a parsed number would lose', () => {
    const text = '{"n": 9007199254740993 , "big":123456789012345678901234567890.5e-3}';
    const members = memberSpans(text, 0);
    const texts = [...members.values()].map((span) => text.slice(span.start, span.end));
    expect(texts).toEqual(['9007199254740993', '123456789012345678901234567890.5e-3']);
  });

  test('take the last of a repeated name, escaped or not', () => {
    const text = '{"a":1,"\\u0061":2}';
    expect([...memberSpans(text, 0)].map(([name, span]) => [name, cut(text, span)])).toEqual([['a', 2]]);
  });

  test('survive nesting deeper than any stack', () => {
    const depth = 200_000;
    const text = `${'['.repeat(depth)}${']'.repeat(depth)}`;
    expect(nestingDepth(text)).toBe(depth);
    expect(valueSpan(text, 0)).toEqual({ start: 0, end: text.length });
  });

  test('do not count brackets inside strings', () => {
    expect(nestingDepth('{"a":"[[[[{{","b":[1]}')).toBe(2);
  });
});
