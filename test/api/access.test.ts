import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startApi, type ApiFixture, type Caller, type Method } from './fixtures.ts';
import { isPublic } from './route-table.ts';
import { newKeyCaller, newMember } from './session-fixtures.ts';

const READING = ['GET', 'HEAD'];
/** What may be read by owners only. */
const OWNERS = [
  '/api/v1/api-keys',
  '/api/v1/api-keys/:id',
  '/api/v1/invitations',
  '/api/v1/audit-log',
  '/api/v1/erasures',
  '/api/v1/erasures/:id',
];

let api: ApiFixture;
let owner: Caller;

beforeAll(async () => {
  api = await startApi();
  owner = await api.newCaller();
});
afterAll(() => api.stop());

describe('a key is needed', () => {
  test.each([
    ['no key', undefined],
    ['a wrong key', `Bearer sk_${'x'.repeat(43)}`],
    ['no scheme', `sk_${'x'.repeat(43)}`],
    ['a key with NUL', 'Bearer sk_\u0000'],
    ['another scheme', 'Basic c2s6'],
  ])('on every route but the public ones: %s', async (_name, authorization) => {
    const guarded = api.routes.filter((route) => !isPublic(route));
    expect(guarded.length).toBeGreaterThan(30);
    for (const { method, url } of guarded) {
      const headers = authorization === undefined ? {} : { authorization };
      const address = url.replace(':id', randomUUID());
      const response = await api.app.inject({ method: method as Method, url: address, headers });
      expect([method, url, response.statusCode]).toEqual([method, url, 401]);
    }
  });

  test('one that has expired, or a session that has ended, is none', async () => {
    const expired = await newKeyCaller(api, { teamId: owner.teamId, expiresAt: new Date(Date.now() - 1_000) });
    for (const headers of [
      { authorization: `Bearer ${expired.key}` },
      { cookie: `sluice_session=${'x'.repeat(43)}` },
    ]) {
      expect((await api.app.inject({ url: '/api/v1/exports', headers })).statusCode).toBe(401);
    }
  });

  test('and the answer says how to send it, before a body is looked at', async () => {
    const response = await api.app.inject({ method: 'POST', url: '/api/v1/exports', payload: '{broken' });
    expect(response.statusCode).toBe(401);
    expect(response.headers['www-authenticate']).toBe('Bearer');
    expect(response.headers['content-type']).toContain('application/problem+json');
    expect(response.json()).toMatchObject({ code: 'unauthenticated', remedy: expect.stringContaining('Bearer sk_') });
  });

  test('not on the public routes, which show no data', async () => {
    for (const [url, body] of [
      ['/healthz', { status: 'ok' }],
      ['/readyz', { status: 'ok', away: [] }],
    ] as const) {
      const response = await api.app.inject(url);
      expect([response.statusCode, response.json()]).toEqual([200, body]);
    }
  });
});

describe('a caller may do what its role and its scopes allow, on every route', () => {
  /** Method, address, status and code of every route that is not public. */
  async function answersTo(caller: Caller): Promise<[string, string, number, string | undefined][]> {
    const answers: [string, string, number, string | undefined][] = [];
    for (const { method, url } of api.routes.filter((route) => !isPublic(route))) {
      const response = await caller.call(method as Method, url.replace(':id', randomUUID()));
      const code = method === 'HEAD' ? undefined : response.json<{ code?: string }>().code;
      answers.push([method, url, response.statusCode, code]);
    }
    return answers;
  }
  const isForbidden = ([, , status]: [string, string, number, unknown]): boolean => status === 403;
  const mayView = (method: string, url: string): boolean =>
    READING.includes(method) && !OWNERS.includes(url) && !url.startsWith('/api/v1/hooks');

  test.each([
    ['a viewer’s key', () => newKeyCaller(api, { teamId: owner.teamId, role: 'viewer', scopes: ['admin'] })],
    ['a viewer’s session', () => newMember(api, { teamId: owner.teamId, role: 'viewer' })],
  ])('%s reads, and changes nothing', async (_name, make) => {
    for (const [method, url, status, code] of await answersTo(await make())) {
      const expected = mayView(method, url) ? undefined : 403;
      expect([method, url, status === 403 ? 403 : undefined]).toEqual([method, url, expected]);
      expect([method, url, code]).toEqual(
        expected === 403 && method !== 'HEAD' ? [method, url, 'forbidden_role'] : [method, url, code],
      );
    }
  });

  test('a key for hooks alone does nothing else', async () => {
    const caller = await newKeyCaller(api, { teamId: owner.teamId, scopes: ['hooks'] });
    const allowed = (await answersTo(caller)).filter((answer) => !isForbidden(answer));
    expect(allowed.map(([method, url]) => `${method} ${url}`).filter((route) => !route.includes('/hooks'))).toEqual([]);
  });

  test('a session without its CSRF token reads only', async () => {
    const { session } = await newMember(api, { teamId: owner.teamId, role: 'owner' });
    const headers = { cookie: `sluice_session=${session}` };
    const call: Caller['call'] = (method, url) => api.app.inject({ method, url, headers });
    for (const [method, url, status, code] of await answersTo({ ...owner, call })) {
      const refused = READING.includes(method) ? [status === 403, code] : [true, 'csrf_token_invalid'];
      expect([method, url, status === 403, code]).toEqual([method, url, ...refused]);
      expect([method, url, status === 403]).toEqual([method, url, !READING.includes(method)]);
    }
  });
});

test('readiness fails with the reason in the log, not in the answer', async () => {
  const broken = await startApi({ checkReady: () => Promise.reject(new Error('db.internal refused')) });
  try {
    const response = await broken.app.inject('/readyz');
    expect(response.statusCode).toBe(503);
    expect(response.json()).toMatchObject({ code: 'not_ready' });
    expect(response.body).not.toContain('db.internal');
    expect(broken.logged()).toContain('db.internal');
  } finally {
    await broken.stop();
  }
});
