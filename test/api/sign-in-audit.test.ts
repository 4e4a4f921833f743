import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import type { Config } from '../../config.ts';
import { inviteUser } from '../../setup.ts';
import { ANONYMOUS_PER_HOUR } from '../../store/audit-log.ts';
import { createInvitation } from '../../store/invitations.ts';
import { eventually } from '../support/eventually.ts';
import { startApi, type ApiFixture } from './fixtures.ts';
import { login, newMember, PASSWORD, type Member } from './session-fixtures.ts';

/** What happens before a key or a session is there is in the audit log, too. */
let api: ApiFixture;
let owner: Member;

beforeAll(async () => {
  api = await startApi();
  owner = await newMember(api, { role: 'owner' });
});
afterAll(() => api.stop());

interface Entry {
  action: string;
  actor: { kind: string; id: string | null; name: string };
}

async function entries(query: string, of = owner): Promise<Entry[]> {
  const response = await of.call('GET', `/api/v1/audit-log?limit=100&${query}`);
  expect(response.body).not.toContain(PASSWORD);
  return response.json<{ items: Entry[] }>().items;
}

test('who signs in and out is in the log of each team of theirs', async () => {
  const member = await newMember(api, { role: 'viewer', teamId: owner.teamId });
  await member.call('POST', '/api/v1/auth/logout');
  const actor = { kind: 'user', id: member.id, name: member.email };
  const about = { actor, resource: 'sign-ins', resource_id: member.id, changes: [], address: expect.any(String) };
  expect(await entries(`resource_id=${member.id}`)).toMatchObject([
    { ...about, action: 'Sign out', route: '/api/v1/auth/logout' },
    { ...about, action: 'Sign in with a password', method: 'POST' },
  ]);
});

test('who fails to is somebody, as the account that was tried; an unknown account is in no log', async () => {
  const before = (await entries('resource=sign-ins')).length;
  expect((await login(api, { email: 'nobody@example.com', password: 'x' })).statusCode).toBe(401);
  expect((await login(api, { email: owner.email, password: 'wrong' })).statusCode).toBe(401);
  await eventually(async () => {
    const found = await entries('resource=sign-ins');
    expect(found).toHaveLength(before + 1);
    expect(found[0]).toMatchObject({
      action: 'Fail to sign in with a password',
      actor: { kind: 'anonymous', id: null, name: owner.email },
    });
  });
});

test('failures fill no log: a team gets so many in an hour', async () => {
  const member = await newMember(api, { role: 'owner' });
  await sql`INSERT INTO audit_log (id, team_id, actor_kind, actor_name, action, method, route, resource, changes,
      request_id, address)
    SELECT gen_random_uuid(), ${member.teamId}, 'anonymous', 'x', 'x', 'POST', 'x', 'sign-ins', '[]', 'x', 'x'
    FROM generate_series(2, ${ANONYMOUS_PER_HOUR}::integer)`.execute(api.store.db.kysely);
  const count = async (): Promise<number> => {
    const { rows } = await sql<{ entries: number }>`SELECT count(*)::integer AS entries FROM audit_log
      WHERE team_id = ${member.teamId} AND actor_kind = 'anonymous'`.execute(api.store.db.kysely);
    return rows[0]!.entries;
  };
  expect(await count()).toBe(ANONYMOUS_PER_HOUR - 1);
  await login(api, { email: member.email, password: 'wrong' });
  await eventually(async () => expect(await count()).toBe(ANONYMOUS_PER_HOUR));
  for (const password of ['wrong', 'wrong', 'wrong', PASSWORD]) {
    await login(api, { email: member.email, password });
  }
  // What was shown to be the user is written all the same, after the failure was decided on.
  expect((await entries('resource=sign-ins', member))[0]).toMatchObject({ action: 'Sign in with a password' });
  expect(await count()).toBe(ANONYMOUS_PER_HOUR);
});

test('who accepts an invitation is a change of the team', async () => {
  const email = 'joins@example.com';
  const { token } = await createInvitation(api.store.db, { teamId: owner.teamId, email, role: 'editor' });
  const url = `/api/v1/auth/invitations/${token}`;
  await api.app.inject({ method: 'POST', url, payload: { name: 'Joins', password: PASSWORD } });
  const found = await entries('resource=members');
  expect(found).toMatchObject([
    {
      ...{ action: 'Accept an invitation', route: '/api/v1/auth/invitations/:token', actor: { name: email } },
      changes: [
        { field: 'email', value: email },
        { field: 'role', value: 'editor' },
      ],
    },
  ]);
  expect(JSON.stringify(found)).not.toContain(token);
});

test('an invitation of the operator is, too', async () => {
  const { rows } = await sql<{ name: string }>`UPDATE teams SET name = 'Audited' WHERE id = ${owner.teamId}
    RETURNING name`.execute(api.store.db.kysely);
  const config = {
    postgres: { url: api.store.url, maxConnections: 1 },
    ...{ access: {}, server: { host: '127.0.0.1', port: 1 } },
  } as Config;
  await inviteUser(config, { email: 'ada@example.com', role: 'owner', team: rows[0]!.name });
  expect(await entries('resource=invitations')).toMatchObject([
    {
      ...{ action: 'Invite somebody to the team', method: 'CLI', route: 'sluice users invite' },
      actor: { kind: 'operator', id: null },
      changes: [
        { field: 'email', value: 'ada@example.com' },
        { field: 'role', value: 'owner' },
      ],
    },
  ]);
});
