import { describe, expect, test } from '@jest/globals';
import { compilePattern, containsPattern, regexFault } from './patterns.ts';

describe('a regular expression', () => {
  test.each(['a', '^a|b$', '(?i)é', '\\p{Greek}', '(?P<n>a)', 'a{1000}', '[[:alpha:]]'])('%s is taken', (pattern) => {
    expect(regexFault(pattern)).toBeUndefined();
  });

  test.each(['(', 'a(?=b)', '(?<=a)b', '(a)\\1', '\\C', 'a{1001}', '((a{100}){100}){10}', '(?>a)', '**'])(
    '%s is refused: RE2 does not know it, or it is too large',
    (pattern) => {
      expect(regexFault(pattern)).toMatch(/\w/);
    },
  );

  test('that would make a backtracking engine hang takes no time', () => {
    const startMs = performance.now();
    expect(compilePattern('^(a+)+$')(`${'a'.repeat(50_000)}b`)).toBe(false);
    expect(performance.now() - startMs).toBeLessThan(5_000);
  });
});

test('a contained text is found literally and in either case', () => {
  const finds = compilePattern(containsPattern('[É.ς'));
  expect(finds('x[é.ς')).toBe(true);
  expect(finds('x[É.Σ')).toBe(true);
  expect(finds('x[éxς')).toBe(false);
});
