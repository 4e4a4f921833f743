import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BUCKET, createdId, startApi, type ApiFixture } from './fixtures.ts';
import { newKeyCaller, newMember, PASSWORD, type Member } from './session-fixtures.ts';

let api: ApiFixture;
let owner: Member;

beforeAll(async () => {
  api = await startApi();
  owner = await newMember(api, { role: 'owner' });
});
afterAll(() => api.stop());

test('an invitation brings a member with its role, once', async () => {
  const invited = await owner.call('POST', '/api/v1/invitations', { email: 'new@example.com', role: 'viewer' });
  expect(invited.json()).toMatchObject({
    email: 'new@example.com',
    role: 'viewer',
    url: expect.stringContaining('/console/welcome?token='),
  });
  expect((await owner.call('GET', '/api/v1/invitations')).json().items).toHaveLength(1);
  const token = new URL(invited.json<{ url: string }>().url).searchParams.get('token')!;
  const url = `/api/v1/auth/invitations/${token}`;
  const accepted = await api.app.inject({ method: 'POST', url, payload: { name: 'New', password: PASSWORD } });
  expect(accepted.json()).toMatchObject({ user: { name: 'New' }, teams: [{ id: owner.teamId, role: 'viewer' }] });
  expect((await owner.call('GET', '/api/v1/invitations')).json().items).toEqual([]);
  expect((await owner.call('GET', '/api/v1/members')).json().items).toMatchObject([
    { email: 'new@example.com', role: 'viewer' },
    { email: owner.email, role: 'owner' },
  ]);
});

test('an invitation that is taken back, or followed by another, is worth nothing', async () => {
  const invite = async (): Promise<{ id: string; url: string }> =>
    (await owner.call('POST', '/api/v1/invitations', { email: 'late@example.com', role: 'owner' })).json();
  const [first, second] = [await invite(), await invite()];
  expect((await owner.call('DELETE', `/api/v1/invitations/${second.id}`)).statusCode).toBe(204);
  for (const { url } of [first, second]) {
    const token = new URL(url).searchParams.get('token')!;
    expect((await api.app.inject(`/api/v1/auth/invitations/${token}`)).statusCode).toBe(404);
  }
  expect((await owner.call('DELETE', `/api/v1/invitations/${second.id}`)).statusCode).toBe(404);
});

describe('members', () => {
  test('get other roles, at once', async () => {
    const editor = await newMember(api, { role: 'editor', teamId: owner.teamId });
    expect((await editor.call('POST', '/api/v1/destinations', BUCKET)).statusCode).toBe(201);
    const changed = await owner.call('PATCH', `/api/v1/members/${editor.id}`, { role: 'viewer' });
    expect(changed.json()).toMatchObject({ id: editor.id, role: 'viewer' });
    expect((await editor.call('POST', '/api/v1/destinations', BUCKET)).json()).toMatchObject({
      ...{ status: 403, code: 'forbidden_role' },
      remedy: expect.stringContaining('owner'),
    });
    expect((await owner.call('DELETE', `/api/v1/members/${editor.id}`)).statusCode).toBe(204);
    expect((await editor.call('GET', '/api/v1/destinations')).json()).toMatchObject({ code: 'team_not_yours' });
  });

  test('an owner always stays, even when two remove each other at once', async () => {
    const second = await newMember(api, { role: 'owner' });
    const first = await newMember(api, { role: 'owner', teamId: second.teamId });
    const answers = await Promise.all([
      first.call('DELETE', `/api/v1/members/${second.id}`),
      second.call('PATCH', `/api/v1/members/${first.id}`, { role: 'viewer' }),
    ]);
    const statuses = answers.map(({ statusCode }) => statusCode);
    expect(statuses.filter((status) => status < 300)).toHaveLength(1);
    const alone = await newMember(api, { role: 'owner' });
    const refused = await alone.call('DELETE', `/api/v1/members/${alone.id}`);
    expect(refused.json()).toMatchObject({ status: 409, code: 'last_owner' });
  });
});

describe('keys', () => {
  test('are shown once, renamed, narrowed and revoked', async () => {
    const made = await owner.call('POST', '/api/v1/api-keys', { name: 'ci' });
    const { key, ...record } = made.json<{ key: string; id: string; prefix: string }>();
    expect(record).toMatchObject({
      role: 'editor',
      scopes: ['read', 'write'],
      created_by: owner.id,
      last_used_at: null,
    });
    expect(key.startsWith(record.prefix)).toBe(true);
    const use = (method: 'GET' | 'POST') =>
      api.app.inject({
        method,
        url: '/api/v1/destinations',
        headers: { authorization: `Bearer ${key}` },
        ...(method === 'POST' ? { payload: BUCKET } : {}),
      });
    expect((await use('POST')).statusCode).toBe(201);
    const url = `/api/v1/api-keys/${record.id}`;
    const narrowed = await owner.call('PATCH', url, { name: 'ci, reading', scopes: ['read'] });
    expect(narrowed.json()).toMatchObject({ name: 'ci, reading', scopes: ['read'], last_used_at: expect.any(String) });
    expect((await use('POST')).json()).toMatchObject({ status: 403, code: 'forbidden_scope' });
    expect((await use('GET')).statusCode).toBe(200);
    expect((await owner.call('PATCH', url, {})).json()).toMatchObject({ scopes: ['read'] });
    const list = await owner.call('GET', '/api/v1/api-keys');
    expect(list.json().items).toMatchObject([{ id: record.id }]);
    expect(list.body).not.toContain(key);
    expect((await owner.call('DELETE', url)).statusCode).toBe(204);
    expect((await use('GET')).statusCode).toBe(401);
    expect((await owner.call('DELETE', url)).json()).toMatchObject({ status: 404, code: 'api_key_not_found' });
  });

  test('do no more than their role, whatever their scopes', async () => {
    const { teamId } = owner;
    const viewer = await newKeyCaller(api, { teamId, role: 'viewer', scopes: ['admin'] });
    expect((await viewer.call('POST', '/api/v1/destinations', BUCKET)).json().code).toBe('forbidden_role');
    const hooks = await newKeyCaller(api, { teamId, role: 'owner', scopes: ['hooks'] });
    expect((await hooks.call('GET', '/api/v1/destinations')).json().code).toBe('forbidden_scope');
    const editor = await newKeyCaller(api, { teamId, role: 'editor', scopes: ['admin'] });
    expect((await editor.call('GET', '/api/v1/api-keys')).json().code).toBe('forbidden_role');
    const webhook = await createdId(editor, '/api/v1/webhooks', { name: 'H', url: 'https://example.com/h' });
    expect((await editor.call('POST', `/api/v1/webhooks/${webhook}/secret`)).json().code).toBe('forbidden_role');
    expect((await owner.call('POST', `/api/v1/webhooks/${webhook}/secret`)).statusCode).toBe(200);
  });
});

describe('the audit log', () => {
  const entries = async (query: string): Promise<Record<string, unknown>[]> =>
    (await owner.call('GET', `/api/v1/audit-log?${query}`)).json().items;

  test('says who changed what, without a secret', async () => {
    const id = await createdId(owner, '/api/v1/destinations', BUCKET);
    const key = await newKeyCaller(api, { teamId: owner.teamId });
    await key.call('PATCH', `/api/v1/destinations/${id}`, { name: 'Renamed' });
    const found = await owner.call('GET', `/api/v1/audit-log?resource=destinations&resource_id=${id}`);
    expect(found.json().items).toMatchObject([
      {
        ...{ action: 'Change a destination', method: 'PATCH', route: '/api/v1/destinations/:id', version: 2 },
        actor: { kind: 'key', name: 'narrow' },
        changes: [{ field: 'name', value: 'Renamed' }],
      },
      {
        ...{ action: 'Create a destination', resource_id: id, version: 1, address: '127.0.0.1' },
        actor: { kind: 'user', id: owner.id, name: owner.email },
        changes: expect.arrayContaining([{ field: 'config.secret_access_key' }, { field: 'kind', value: 's3' }]),
      },
    ]);
    expect(found.body).not.toContain('hunter2');
  });

  test('has neither what was refused nor what was only asked', async () => {
    const before = await entries('limit=100');
    await owner.call('POST', '/api/v1/destinations', { ...BUCKET, kind: 'nonsense' });
    await owner.call('GET', '/api/v1/destinations');
    await owner.call('POST', '/api/v1/queries/check', {});
    expect(await entries('limit=100')).toEqual(before);
  });

  test('is read page by page, and is the team’s own', async () => {
    const all = (await owner.call('GET', '/api/v1/audit-log?limit=100')).json().items;
    const first = (await owner.call('GET', '/api/v1/audit-log?limit=2')).json();
    const second = (await owner.call('GET', `/api/v1/audit-log?limit=2&cursor=${first.next_cursor}`)).json();
    expect([...first.items, ...second.items]).toEqual(all.slice(0, 4));
    const stranger = await newMember(api, { role: 'owner' });
    expect((await stranger.call('GET', '/api/v1/audit-log')).json().items).toMatchObject([
      { action: 'Sign in with a password', actor: { id: stranger.id } },
    ]);
    expect(await entries(`actor_id=${stranger.id}`)).toEqual([]);
  });
});
