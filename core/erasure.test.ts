import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { textTerms } from './erasure.ts';

test('an id is found in JSON, and in JSON within JSON, whatever characters it has', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 8, maxLength: 40, unit: 'grapheme' }), (id) => {
      const { quoted, text } = textTerms({ distinctIds: [id], personIds: [] });
      const record = JSON.stringify({ user: id });
      for (const found of [record, JSON.stringify({ properties: record }), record.replaceAll('/', '\\/')]) {
        expect(quoted.some((term) => found.includes(term))).toBe(true);
        expect(text.some((term) => found.includes(term))).toBe(true);
      }
      expect(text.some((term) => `no user ${id} here`.includes(term))).toBe(true);
    }),
  );
});

test('a quoted term is the whole value', () => {
  const { quoted } = textTerms({ distinctIds: ['user-0001'], personIds: [] });
  expect(quoted.some((term) => '{"user":"user-00012"}'.includes(term))).toBe(false);
});

test('short ids are not looked for in text', () => {
  expect(textTerms({ distinctIds: ['web', '1234567'], personIds: [] })).toEqual({ quoted: [], text: [] });
});
