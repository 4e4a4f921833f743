import { expect, test } from '@jest/globals';
import { pathInConsole } from './path-in-console.ts';

test.each([
  ['/console/exports/e1/runs/r1', '/exports/e1/runs/r1'],
  ['/consoles/exports', undefined],
  ['https://example.com/console/', undefined],
  [null, undefined],
])('%s is %s', (path, page) => {
  expect(pathInConsole(path)).toBe(page);
});
