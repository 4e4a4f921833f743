import { describe, expect, test } from '@jest/globals';
import { headersOf } from '../core/attempts.ts';
import { shownHeaders } from './response-headers.ts';

const shown = (headers: Record<string, string>, secrets?: string[]): Record<string, string> =>
  headersOf(shownHeaders(headers, secrets));

test('headers are kept as they came', () => {
  const headers = {
    date: 'Sat, 21 Nov 2026 12:00:00 GMT',
    'content-type': 'text/html; charset="a"',
    etag: '',
    server: 'é: x',
  };
  expect(shown(headers)).toEqual(headers);
  expect(shownHeaders({}, ['hunter2'])).toBe('');
});

describe('what may be secret is named, not shown', () => {
  test.each([
    ...[
      'set-cookie',
      'set-cookie2',
      'authorization',
      'proxy-authorization',
      'authentication-info',
      'x-auth',
      'x-api-key',
    ],
    ...[
      'apikey',
      'x-amz-security-token',
      'x-csrf-token',
      'x-session-id',
      'webhook-signature',
      'x-secret',
      'x-password',
    ],
  ])('%s', (name) => {
    expect(shown({ [name]: 'hunter2', server: 'nginx' })).toEqual({ [name]: '(not shown)', server: 'nginx' });
  });

  test.each([
    ['www-authenticate', 'Bearer realm="api", error="invalid_token"'],
    ['access-control-allow-credentials', 'true'],
    ['keep-alive', 'timeout=5'],
  ])('but %s is', (name, value) => {
    expect(shown({ [name]: value })).toEqual({ [name]: value });
  });

  test('secrets of the request that are said back, however they are written', () => {
    const secret = 'hunter2 "and" more';
    const headers = { 'x-echo': `got ${secret}`, 'x-url': `/?${encodeURIComponent(secret)}`, 'x-hunter2': 'yes' };
    expect(shown(headers, [secret, 'hunter2'])).toEqual({
      ...{ 'x-echo': 'got (not shown)', 'x-url': '/?(not shown)', 'x-(not shown)': 'yes' },
    });
  });

  test('credentials under any name', () => {
    expect(shown({ 'x-debug': 'sent bearer abcdef0123456789abcdef== to b' })).toEqual({
      'x-debug': 'sent bearer (not shown) to b',
    });
  });

  test('of addresses the query, and who asks', () => {
    expect(
      shown({ location: 'https://erin:pw@example.com/a?code=1#b', link: '<https://e.com/?p=2>; rel="next"' }),
    ).toEqual({
      location: 'https://(not shown)@example.com/a?(not shown)',
      link: '<https://e.com/?(not shown)>; rel="next"',
    });
  });
});

describe('a receiver cannot make the log large', () => {
  test('long values are cut once all are too long, after the secrets are out', () => {
    const secret = 's'.repeat(40);
    const long = shown({ 'x-long': `${'a'.repeat(240)}${secret}${'b'.repeat(9_000)}`, server: 'nginx' }, [secret]);
    expect(long['x-long']).toMatch(/^a{240}\(not shown\)b*…$/);
    expect(long['server']).toBe('nginx');
  });

  test('many headers end somewhere', () => {
    const many = Object.fromEntries(
      Array.from({ length: 1_000 }, (_, index) => [`x-${String(index)}`, 'v'.repeat(90)]),
    );
    const lines = shownHeaders(many, []);
    expect(lines.length).toBeLessThanOrEqual(3_072);
    expect(Object.keys(headersOf(lines)).length).toBeGreaterThan(20);
    expect(shownHeaders({ ['n'.repeat(9_000)]: 'v' }, [])).toBe('');
  });
});
