import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { laidOut } from './laid-out.ts';

test('numbers keep every digit, and members that repeat are all shown', () => {
  expect(laidOut('{"id":9007199254740993,"sum":1.10,"id":12345678901234567890}')).toBe(
    '{\n  "id": 9007199254740993,\n  "sum": 1.10,\n  "id": 12345678901234567890\n}',
  );
});

test.each(['', 'Service Unavailable', '{"a":', '<html>{}</html>'])('%j is no JSON and stays as it is', (text) => {
  expect(laidOut(text)).toBe(text);
});

test('is laid out as JSON.stringify does it', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(laidOut(JSON.stringify(value))).toBe(JSON.stringify(value, null, 2));
    }),
  );
});
