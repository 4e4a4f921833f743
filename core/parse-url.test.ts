import { expect, test } from '@jest/globals';
import { parseUrl } from './parse-url.ts';

/** Node 20 compiles a function of its own into a call of the engine well before that. */
const OFTEN = 50_000;

test('names with umlauts are URLs, however often they are asked for', () => {
  const refused = Array.from({ length: OFTEN }, () => parseUrl('https://ex\u00e4mple.com/')).filter((url) => !url);
  expect(refused).toEqual([]);
});

test('what is no URL is undefined', () => {
  expect([parseUrl('example.com/hook'), parseUrl(''), parseUrl('http://')]).toEqual([undefined, undefined, undefined]);
});
