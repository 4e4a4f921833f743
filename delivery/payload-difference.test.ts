import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { payloadDifference } from './payload-difference.ts';

const json = { json: true };

test('names the places, with every digit', () => {
  const before = '{"a":1,"b":{"c":[1,9007199254740993]},"gone":true,"same":{"x":[]}}';
  const after = '{"same":{"x":[]},"b":{"c":[1,9007199254740992,3]},"a":"1","a/b~":null}';
  expect(payloadDifference(before, after, json)).toEqual([
    { path: '/a', before: '1', after: '"1"' },
    { path: '/b/c/1', before: '9007199254740993', after: '9007199254740992' },
    { path: '/b/c/2', before: null, after: '3' },
    { path: '/gone', before: 'true', after: null },
    { path: '/a~1b~0', before: null, after: 'null' },
  ]);
});

test('texts are compared as a whole, and what is long is cut', () => {
  expect(payloadDifference('a=1', 'a=2', { json: false })).toEqual([{ path: '', before: 'a=1', after: 'a=2' }]);
  const [long] = payloadDifference(`"${'x'.repeat(1_000)}"`, '""', json);
  expect(long?.before).toHaveLength(301);
  expect(payloadDifference('[]', '{}', json)).toEqual([{ path: '', before: '[]', after: '{}' }]);
  const many = Array.from({ length: 100 }, (_, index) => index);
  expect(payloadDifference('[]', JSON.stringify(many), json)).toHaveLength(20);
});

test('there is a difference exactly when the values differ', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), fc.boolean(), (one, other, same) => {
      const [before, after] = [JSON.stringify(one), JSON.stringify(same ? one : other)];
      expect(payloadDifference(before, after, json).length > 0).toBe(before !== after);
    }),
  );
});
