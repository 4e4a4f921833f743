import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { acceptInvitation, createInvitation, findInvitation, inviteFirstOwner } from '../../store/invitations.ts';
import { newTeam } from '../store/fixtures.ts';
import { startApi, type ApiFixture } from './fixtures.ts';
import { login, newMember, PASSWORD, sessionOf, type Member } from './session-fixtures.ts';

let api: ApiFixture;
let owner: Member;

beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

const ACCEPTANCE = { name: 'Ada', password: PASSWORD };

test('the first owner comes by a link that is good once, and while there is no user', async () => {
  const teamId = await newTeam(api.store);
  const [token, spare] = [await inviteFirstOwner(api.store.db, teamId), await inviteFirstOwner(api.store.db, teamId)];
  const url = `/api/v1/auth/invitations/${token!}`;
  expect((await api.app.inject(url)).json()).toMatchObject({ team: { id: teamId }, email: null, role: 'owner' });
  const nameless = await api.app.inject({ method: 'POST', url, payload: ACCEPTANCE });
  expect([nameless.statusCode, nameless.json()]).toEqual([422, expect.objectContaining({ field: 'email' })]);
  const accepted = await api.app.inject({ method: 'POST', url, payload: { ...ACCEPTANCE, email: 'ada@example.com' } });
  expect(accepted.json()).toMatchObject({
    user: { email: 'ada@example.com', name: 'Ada' },
    teams: [{ id: teamId, role: 'owner' }],
  });
  expect(sessionOf(accepted)).toMatch(/^[\w-]{43}$/);
  for (const used of [token!, spare!]) {
    const again = await api.app.inject({
      ...{ method: 'POST', url: `/api/v1/auth/invitations/${used}` },
      payload: { ...ACCEPTANCE, email: 'eve@example.com' },
    });
    expect([again.statusCode, again.json().code]).toEqual([404, 'invitation_not_found']);
  }
  expect(await inviteFirstOwner(api.store.db, teamId)).toBeUndefined();
  owner = await newMember(api, { role: 'owner', teamId });
});

describe('signing in', () => {
  test('sets a cookie that scripts cannot read, and says who it is', async () => {
    const response = await login(api, { email: owner.email.toUpperCase(), password: PASSWORD });
    expect(response.headers['set-cookie']).toMatch(
      /^sluice_session=[\w-]{43}; Max-Age=604800; Path=\/; HttpOnly; SameSite=Lax$/,
    );
    const session = await owner.call('GET', '/api/v1/auth/session');
    expect(session.json()).toEqual({
      user: { id: owner.id, email: owner.email, name: 'A Member' },
      teams: [{ id: owner.teamId, name: 'a team', role: 'owner' }],
      csrf_token: owner.csrf,
    });
    expect(response.json()).toEqual({ ...session.json<object>(), csrf_token: expect.any(String) });
    expect((await api.app.inject('/api/v1/auth/methods')).json()).toEqual({
      ...{ password: true, oidc: null, reset_by_mail: false },
    });
  });

  test('answers alike for a wrong password and an unknown account', async () => {
    const wrong = await login(api, { email: owner.email, password: 'wrong' });
    const unknown = await login(api, { email: 'nobody@example.com', password: 'wrong' });
    for (const response of [wrong, unknown]) {
      expect([response.statusCode, response.json().code, sessionOf(response)]).toEqual([
        401,
        'login_failed',
        undefined,
      ]);
    }
  });

  test('is slowed down per account and per address', async () => {
    const guess = { email: 'target@example.com', password: 'guess' };
    const codes: number[] = [];
    for (let attempt = 0; attempt < 11; attempt += 1) {
      codes.push((await login(api, guess)).statusCode);
    }
    expect(codes).toEqual([...Array<number>(10).fill(401), 429]);
    const last = await login(api, guess);
    expect(last.json()).toMatchObject({ code: 'rate_limited', remedy: expect.stringContaining('Wait') });
    expect(Number(last.headers['retry-after'])).toBeGreaterThan(800);
    const remoteAddress = '192.0.2.7';
    const answers = await Promise.all(
      Array.from({ length: 31 }, (_, index) =>
        login(api, { email: `many-${String(index)}@example.com`, password: 'x' }, { remoteAddress }),
      ),
    );
    expect(answers.filter(({ statusCode }) => statusCode === 429)).toHaveLength(1);
  });

  test('passwords and tokens are stored as hashes', async () => {
    const text = await sql<{
      text: string;
    }>`SELECT u::text || s::text AS text FROM users u JOIN sessions s ON s.user_id = u.id`.execute(api.store.db.kysely);
    const all = text.rows.map((row) => row.text).join();
    expect(all).toContain('$argon2id$v=19$m=19456,t=2,p=1$');
    expect(all).not.toContain(PASSWORD);
    expect(all).not.toContain(owner.session);
    expect(api.logged()).not.toContain(PASSWORD);
  });

  test('ends with signing out, and with time', async () => {
    const leaving = await newMember(api, { role: 'viewer' });
    const out = await leaving.call('POST', '/api/v1/auth/logout');
    expect([out.statusCode, out.headers['set-cookie']]).toEqual([
      204,
      expect.stringContaining('Expires=Thu, 01 Jan 1970'),
    ]);
    expect((await leaving.call('GET', '/api/v1/exports')).statusCode).toBe(401);
    const idle = await newMember(api, { role: 'viewer' });
    await sql`UPDATE sessions SET expires_at = now() WHERE user_id = ${idle.id}`.execute(api.store.db.kysely);
    expect((await idle.call('GET', '/api/v1/auth/session')).statusCode).toBe(401);
  });
});

describe('a session changes something', () => {
  const body = { name: 'F', kind: 'file', config: { directory: '/tmp/x' } };
  const post = (headers: Record<string, string>) =>
    api.app.inject({ method: 'POST', url: '/api/v1/destinations', payload: body, headers });

  test('only with its CSRF token', async () => {
    const cookie = `sluice_session=${owner.session}`;
    for (const token of [undefined, 'x'.repeat(43), (await newMember(api, { role: 'owner' })).csrf]) {
      const refused = await post({ cookie, ...(token === undefined ? {} : { 'x-csrf-token': token }) });
      expect([refused.statusCode, refused.json().code]).toEqual([403, 'csrf_token_invalid']);
    }
    expect((await post({ cookie, 'x-csrf-token': owner.csrf })).statusCode).toBe(201);
  });

  test('only from a page of its own origin', async () => {
    const headers = { cookie: `sluice_session=${owner.session}`, 'x-csrf-token': owner.csrf, host: 'sluice.test' };
    const foreign = await post({ ...headers, origin: 'https://evil.test' });
    expect([foreign.statusCode, foreign.json().code]).toEqual([403, 'origin_not_allowed']);
    expect((await post({ ...headers, origin: 'null' })).statusCode).toBe(403);
    expect((await post({ ...headers, origin: 'https://sluice.test' })).statusCode).toBe(201);
    const stolen = await login(
      api,
      { email: owner.email, password: PASSWORD },
      { headers: { origin: 'https://evil.test' } },
    );
    expect(stolen.statusCode).toBe(403);
  });
});

test('a member of several teams says which one', async () => {
  const second = await newTeam(api.store);
  const { invitation } = await createInvitation(api.store.db, { teamId: second, email: owner.email, role: 'viewer' });
  await acceptInvitation(api.store.db, invitation.id, { email: owner.email, name: 'unused' });
  const headers = { cookie: `sluice_session=${owner.session}` };
  const ask = (team?: number) =>
    api.app.inject({
      url: '/api/v1/members',
      headers: { ...headers, ...(team === undefined ? {} : { 'x-sluice-team': String(team) }) },
    });
  expect((await ask()).json()).toMatchObject({ status: 400, code: 'team_required' });
  expect((await ask(second)).json().items).toMatchObject([{ email: owner.email, role: 'viewer' }]);
  expect((await ask(await newTeam(api.store))).json()).toMatchObject({ status: 403, code: 'team_not_yours' });
});

test('who has an account already accepts with its password, and keeps it', async () => {
  const member = await newMember(api, { role: 'viewer' });
  const { token } = await createInvitation(api.store.db, { teamId: owner.teamId, email: member.email, role: 'editor' });
  const accept = (password: string) =>
    api.app.inject({ method: 'POST', url: `/api/v1/auth/invitations/${token}`, payload: { name: 'Eve', password } });
  expect((await accept('not the password')).json()).toMatchObject({ status: 401, code: 'login_failed' });
  expect(await findInvitation(api.store.db, token)).toBeDefined();
  const accepted = await accept(PASSWORD);
  expect(accepted.json()).toMatchObject({
    user: { name: 'A Member' },
    teams: [{ role: 'editor' }, { role: 'viewer' }],
  });
});

test('cookies are for HTTPS only where the server is', async () => {
  const secure = await startApi({ publicUrl: 'https://sluice.example.com' });
  try {
    const token = await inviteFirstOwner(secure.store.db, await newTeam(secure.store));
    const response = await secure.app.inject({
      ...{ method: 'POST', url: `/api/v1/auth/invitations/${token!}` },
      headers: { origin: 'https://sluice.example.com' },
      payload: { ...ACCEPTANCE, email: 'a@b.example' },
    });
    expect(response.headers['set-cookie']).toContain('; Secure');
  } finally {
    await secure.stop();
  }
});
