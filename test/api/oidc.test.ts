import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { createInvitation } from '../../store/invitations.ts';
import { newTeam } from '../store/fixtures.ts';
import { OIDC_CLIENT, startOidcProvider, UNVERIFIED, type OidcProvider } from '../support/oidc-provider.ts';
import { startApi, type ApiFixture } from './fixtures.ts';
import { newMember } from './session-fixtures.ts';

/** The public address only has to be one that the provider accepts and the API is not asked at. */
const PUBLIC_URL = 'https://sluice.example.com';

let api: ApiFixture;
let provider: OidcProvider;

beforeAll(async () => {
  jest.spyOn(console, 'warn').mockReturnValue();
  jest.spyOn(console, 'info').mockReturnValue();
  provider = await startOidcProvider();
  provider.serve(PUBLIC_URL);
  api = await startApi({ publicUrl: PUBLIC_URL, oidc: { issuer: provider.issuer, name: 'Acme ID', ...OIDC_CLIENT } });
});
afterAll(async () => {
  provider.stop();
  await api.stop();
});

/** What a browser does between our start and our callback, whose address it returns. */
async function signInAt(startUrl: string, account: string): Promise<URL> {
  const jar = new Map<string, string>();
  const visit = async (url: string, init: { method?: string; body?: URLSearchParams } = {}): Promise<string> => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { ...init, redirect: 'manual', headers: { cookie } });
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      jar.set(name, value);
    }
    return new URL(response.headers.get('location') ?? url, url).href;
  };
  const login = await visit(startUrl);
  const form = new URLSearchParams({ prompt: 'login', login: account, password: 'any' });
  const back = await visit(login, { method: 'POST', body: form });
  return new URL(await visit(back));
}

async function begin(query = ''): Promise<{ url: string; cookie: string }> {
  const response = await api.app.inject(`/api/v1/auth/oidc/start${query}`);
  const cookie = response.cookies.find(({ name }) => name === 'sluice_oidc')!;
  expect(cookie).toMatchObject({ httpOnly: true, secure: true, sameSite: 'Lax', path: '/api/v1/auth/oidc' });
  return { url: response.headers.location!, cookie: `sluice_oidc=${cookie.value}` };
}

/** Where the callback sends the browser, and as whom. */
async function signIn(account: string, query = ''): Promise<{ location: string | undefined; session: unknown }> {
  const { url, cookie } = await begin(query);
  const callback = await signInAt(url, account);
  expect(callback.origin).toBe(PUBLIC_URL);
  const response = await api.app.inject({ url: callback.pathname + callback.search, headers: { cookie } });
  const token = response.cookies.find(({ name }) => name === 'sluice_session')?.value;
  const headers = { cookie: `sluice_session=${token ?? ''}` };
  const session = await api.app.inject({ url: '/api/v1/auth/session', headers });
  return { location: response.headers.location, session: session.json() };
}

test('somebody who is invited becomes a member, and is known from then on', async () => {
  const teamId = await newTeam(api.store);
  await createInvitation(api.store.db, { teamId, email: 'invited@example.com', role: 'editor' });
  const first = await signIn('invited');
  expect(first).toMatchObject({
    location: '/console/',
    session: {
      user: { email: 'invited@example.com', name: 'Name of invited' },
      teams: [{ id: teamId, role: 'editor' }],
    },
  });
  expect((await signIn('invited')).session).toMatchObject({ user: (first.session as { user: object }).user });
  expect((await api.app.inject('/api/v1/auth/methods')).json()).toMatchObject({ oidc: { name: 'Acme ID' } });
});

test('who has no password joins other teams by signing in, which the log of the team says', async () => {
  const [first, second] = [await newTeam(api.store), await newTeam(api.store)];
  const invite = (teamId: number) =>
    createInvitation(api.store.db, { teamId, email: 'again@example.com', role: 'viewer' });
  await invite(first);
  await signIn('again');
  const { token } = await invite(second);
  const payload = { name: 'A', password: 'correct horse battery' };
  const byLink = await api.app.inject({ method: 'POST', url: `/api/v1/auth/invitations/${token}`, payload });
  expect(byLink.json()).toMatchObject({ status: 401, code: 'login_failed' });
  expect((await signIn('again')).session).toMatchObject({ teams: [{ id: first }, { id: second }] });
  const owner = await newMember(api, { role: 'owner', teamId: second });
  const log = await owner.call('GET', '/api/v1/audit-log');
  expect(log.json().items.slice(-2)).toMatchObject([
    { action: 'Sign in through OpenID', actor: { kind: 'user', name: 'again@example.com' } },
    { action: 'Accept an invitation', resource: 'members' },
  ]);
});

test('an account with the same address is the same person only when the provider has verified it', async () => {
  const member = await newMember(api, { role: 'viewer' });
  expect(await signIn(member.email.split('@')[0]!)).toMatchObject({ session: { user: { id: member.id } } });
  await createInvitation(api.store.db, { teamId: member.teamId, email: `${UNVERIFIED}@example.com`, role: 'owner' });
  for (const account of [UNVERIFIED, 'stranger']) {
    expect(await signIn(account)).toMatchObject({
      location: '/console/login?error=oidc_user_unknown',
      session: { code: 'unauthenticated' },
    });
  }
});

test('whoever comes from a page goes on there, and nowhere else', async () => {
  const { email } = await newMember(api, { role: 'viewer' });
  const account = email.split('@')[0]!;
  const page = '/webhooks/1/deliveries?outcome=parked&search=a%20b';
  const at = async (next: string, who = account): Promise<string | undefined> =>
    (await signIn(who, `?next=${encodeURIComponent(next)}`)).location;
  expect(await at(page)).toBe(`/console${page}`);
  expect(await at('/settings', 'stranger')).toBe('/console/login?error=oidc_user_unknown&next=%2Fsettings');
  for (const elsewhere of ['https://evil.example', '//evil.example', '/\\evil.example', '/a\r\nset-cookie: b=c']) {
    expect([elsewhere, await at(elsewhere)]).toEqual([elsewhere, '/console/']);
  }
});

test('an answer that fits no sign-in of this browser is refused', async () => {
  const mine = await begin();
  const callback = await signInAt((await begin()).url, 'invited');
  for (const cookie of [mine.cookie, '', 'sluice_oidc=forged']) {
    const response = await api.app.inject({ url: callback.pathname + callback.search, headers: { cookie } });
    expect([response.headers.location, response.cookies.some(({ name }) => name === 'sluice_session')]).toEqual([
      '/console/login?error=oidc_failed',
      false,
    ]);
  }
  expect(api.logged()).not.toContain(OIDC_CLIENT.clientSecret);
});
