import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

const read = (file: string): string => readFileSync(fileURLToPath(new URL(`../../${file}`, import.meta.url)), 'utf8');

/** Rows that name a test: a file in backticks, a colon, the beginning of a title. */
const rows = [...read('docs/safety.md').matchAll(/^\| (.+?) +\| .+? +\| `([^`]+\.test\.ts)`: (.+?) +\|$/gm)];

test('every danger in docs/safety.md is shown by a test that is there', () => {
  expect(rows.length).toBeGreaterThan(20);
  const missing = rows.filter(([, , file = '', title = '']) => !titlesOf(file).some((one) => one.startsWith(title)));
  expect(missing.map(([row]) => row)).toEqual([]);
});

/** First string of each call of `test`, `describe` and their `each`. */
function titlesOf(file: string): string[] {
  const calls =
    /(?:^|[\s.)])(?:test|describe)\(\s*(?:'((?:[^'\\]|\\.)*)'|"([^"]*)")|^\s*\]?\)\(\s*'([^']*)'|\)\('([^']*)'/gm;
  return [...read(file).matchAll(calls)].map(([, ...found]) => found.find(Boolean) ?? '');
}
