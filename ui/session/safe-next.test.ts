import { expect, test } from '@jest/globals';
import { safeNext } from './safe-next.ts';

test.each(['/webhooks/1?tab=deliveries', '/'])('%s is a page of the console', (next) => {
  expect(safeNext(next)).toBe(next);
});

test.each([null, '', 'https://evil.example', '//evil.example', '/\\evil.example', '/login?next=/'])(
  '%s leads to the overview',
  (next) => {
    expect(safeNext(next)).toBe('/');
  },
);
