import { expect, test } from '@jest/globals';
import { TextCache } from './text-cache.ts';

test('keeps so many characters, the newest', () => {
  const cache = new TextCache<number>(10);
  cache.set('aaaa', 1);
  cache.set('bbbb', 2);
  expect([cache.get('aaaa'), cache.get('bbbb')]).toEqual([1, 2]);
  cache.set('cccc', 3);
  expect([cache.get('aaaa'), cache.get('bbbb'), cache.get('cccc')]).toEqual([undefined, 2, 3]);
  cache.set('d'.repeat(11), 4);
  expect([cache.get('cccc'), cache.get('d'.repeat(11))]).toEqual([undefined, undefined]);
  cache.set('ee', 5);
  expect(cache.get('ee')).toBe(5);
});
