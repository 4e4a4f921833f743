import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isEqual } from './equal.ts';
import { escaped, isReferenced, referencesIn, resolved } from './references.ts';
import { withDefaults, type JsonSchema } from './schema.ts';

const none = (): undefined => undefined;

describe('references', () => {
  test('are filled in anywhere in a text, and a doubled dollar is a text', () => {
    const value = { url: 'https://${HOST}/$${HOST}', list: ['${A}${B}', 1, null] };
    expect(referencesIn(value)).toEqual(['HOST', 'A', 'B']);
    expect(resolved(value, (name) => name.toLowerCase())).toEqual({
      url: 'https://host/${HOST}',
      list: ['ab', 1, null],
    });
    expect([isReferenced('${A}'), isReferenced('$${A}'), isReferenced('a')]).toEqual([true, false, false]);
  });

  test('what is written is read as it was, whatever it holds', () => {
    const text = fc.array(fc.constantFrom('$', '{', '}', 'A', 'b_1', '${A}', '$$', ' ')).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.oneof(text, fc.array(text), fc.integer())), (value) => {
        expect(resolved(escaped(value), none)).toEqual({ ...value });
      }),
    );
  });
});

describe('defaults', () => {
  const schema: JsonSchema = {
    properties: {
      mode: { default: 'append' },
      batch: { anyOf: [{ $ref: '#/components/schemas/Batch' }, { type: 'null' }] },
      columns: {
        items: {
          properties: {
            from: {
              oneOf: [
                { properties: { kind: { const: 'property' }, type: { default: 'string' } } },
                { properties: { kind: { const: 'column' }, column: {} } },
              ],
            },
          },
        },
      },
    },
  };
  const resolve = (ref: string): JsonSchema | undefined =>
    ref.endsWith('/Batch') ? { properties: { max: {}, wait: { default: 5 } } } : undefined;

  test('are those of the alternative that a value is', () => {
    const columns = [{ from: { kind: 'property' } }, { from: { kind: 'column', column: 'a' } }];
    expect(withDefaults(schema, { columns, batch: { max: 1 }, other: 1 }, resolve)).toEqual({
      ...{ mode: 'append', other: 1, batch: { max: 1, wait: 5 } },
      columns: [{ from: { kind: 'property', type: 'string' } }, { from: { kind: 'column', column: 'a' } }],
    });
  });

  test('of what is null are none', () => {
    expect(withDefaults(schema, { batch: null }, resolve)).toEqual({ mode: 'append', batch: null });
  });
});

test('the same JSON is equal, and nothing else is', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      expect(isEqual(a, JSON.parse(JSON.stringify(a)))).toBe(true);
      expect(isEqual({ a, b }, { b, a })).toBe(true);
      expect(isEqual({ a }, { a, b })).toBe(false);
      expect(isEqual([a], [a, b])).toBe(false);
    }),
  );
});
