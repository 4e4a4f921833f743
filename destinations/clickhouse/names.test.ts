import { expect, test } from '@jest/globals';
import type { SessionContext } from '../contract.ts';
import { parseStageName, quoteName, quoteText, stageNames } from './names.ts';
import { asKey } from './stage.ts';

const context = { exportId: 'e', generation: 12, interval: { startMicros: 1, endMicros: 2 } } as SessionContext;

test('quotes and backslashes cannot leave a quoted name or text', () => {
  expect(quoteName('a`b\\')).toBe('`a\\`b\\\\`');
  expect(quoteText("a'b\\")).toBe("'a\\'b\\\\'");
});

test('a stage is recognised by its name, and only by its own interval', () => {
  const names = stageNames('t', context, () => 'abcd');
  const other = stageNames('t', { ...context, exportId: 'f' }, () => 'abcd');
  expect(parseStageName(names.base, names.chunk(3))).toEqual({ name: names.chunk(3), generation: 12, kind: 'chunk' });
  expect(parseStageName(names.base, names.attempt(names.chunk(3)))?.kind).toBe('chunk');
  expect(parseStageName(names.base, names.sealed(2))).toMatchObject({ generation: 2, kind: 'sealed' });
  expect(parseStageName(names.base, names.gather())).toMatchObject({ generation: 12, kind: 'gather' });
  expect(parseStageName(names.base, other.chunk(3))).toBeUndefined();
  expect(parseStageName(names.base, 'table')).toBeUndefined();
});

test.each([
  ['', 'tuple()'],
  ['a', 'a'],
  ['(a)', '(a)'],
  ['a, b', '(a, b)'],
  ['cityHash64(a, b)', 'cityHash64(a, b)'],
  ['p, cityHash64(a, b)', '(p, cityHash64(a, b))'],
  ['`a, b`', '`a, b`'],
])('the printed key %s is written %s', (printed, written) => {
  expect(asKey(printed)).toBe(written);
});
