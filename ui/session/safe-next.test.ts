import { expect, test } from '@jest/globals';
import { oidcStart, safeNext } from './safe-next.ts';

test.each(['/webhooks/1?tab=deliveries', '/'])('%s is a page of the console', (next) => {
  expect(safeNext(next)).toBe(next);
});

test.each([null, '', 'https://evil.example', '//evil.example', '/\\evil.example', '/login?next=/'])(
  '%s leads to the overview',
  (next) => {
    expect(safeNext(next)).toBe('/');
  },
);

test('an identity provider is told of the page to come back to', () => {
  expect(oidcStart('/')).toBe('/api/v1/auth/oidc/start');
  expect(oidcStart('/webhooks?q=a&health=gone')).toBe(
    '/api/v1/auth/oidc/start?next=%2Fwebhooks%3Fq%3Da%26health%3Dgone',
  );
});
