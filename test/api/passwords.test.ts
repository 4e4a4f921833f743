import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { SMTPServer } from 'smtp-server';
import type { Config } from '../../config.ts';
import { createNotifier } from '../../notifications/notifier.ts';
import { resetPassword } from '../../setup.ts';
import { changeRole, removeMember } from '../../store/memberships.ts';
import { acceptInvitation, createInvitation } from '../../store/invitations.ts';
import { setOidcSubject } from '../../store/users.ts';
import { newTeam } from '../store/fixtures.ts';
import { eventually } from '../support/eventually.ts';
import { startApi, type ApiFixture } from './fixtures.ts';
import { login, newMember, PASSWORD, type Member } from './session-fixtures.ts';

const ANOTHER = 'incorrect horse battery';

let api: ApiFixture;
let owner: Member;

beforeAll(async () => {
  api = await startApi();
  owner = await newMember(api, { role: 'owner' });
});
afterAll(() => api.stop());

const newColleague = (): Promise<Member> => newMember(api, { role: 'editor', teamId: owner.teamId });

async function joinAnotherTeam({ email }: Member): Promise<number> {
  const teamId = await newTeam(api.store);
  const { invitation } = await createInvitation(api.store.db, { teamId, email, role: 'owner' });
  await acceptInvitation(api.store.db, invitation.id, { email, name: 'unused' });
  return teamId;
}

/** The link's route, of a link that an owner is shown. */
async function linkFor(member: Member, by = owner): Promise<string> {
  const made = await by.call('POST', `/api/v1/members/${member.id}/password-reset`);
  expect([made.statusCode, made.json()]).toEqual([201, expect.objectContaining({ sent_to: null })]);
  return routeOf(made.json<{ url: string }>().url);
}

function routeOf(url: string): string {
  const { pathname, searchParams } = new URL(url);
  expect([pathname, searchParams.get('token')]).toEqual([
    '/console/reset-password',
    expect.stringMatching(/^[\w-]{43}$/),
  ]);
  return `/api/v1/auth/password-resets/${searchParams.get('token')!}`;
}

const set = (url: string, password = ANOTHER) => api.app.inject({ method: 'POST', url, payload: { password } });

async function isGone(url: string): Promise<void> {
  for (const response of [await api.app.inject(url), await set(url)]) {
    expect([response.statusCode, response.json().code]).toEqual([404, 'password_reset_not_found']);
  }
}

describe('a member who has forgotten the password', () => {
  test('sets another one by a link of an owner, once, which ends every session', async () => {
    const member = await newColleague();
    const [url, spare] = [await linkFor(member), await linkFor(member)];
    expect((await api.app.inject(url)).json()).toMatchObject({ email: member.email });
    expect((await set(url, 'short')).json()).toMatchObject({ status: 422, field: 'password' });
    expect((await member.call('GET', '/api/v1/exports')).statusCode).toBe(200);
    expect((await set(url)).statusCode).toBe(204);
    expect((await member.call('GET', '/api/v1/exports')).statusCode).toBe(401);
    expect((await login(api, { email: member.email, password: PASSWORD })).statusCode).toBe(401);
    expect((await login(api, { email: member.email, password: ANOTHER })).statusCode).toBe(200);
    await isGone(url);
    await isGone(spare);
    const log = await owner.call('GET', `/api/v1/audit-log?resource_id=${member.id}&limit=100`);
    const items = log.json<{ items: { action: string; actor: { id: string } }[] }>().items;
    expect(items.map(({ action, actor }) => [action, actor.id])).toEqual(
      expect.arrayContaining([
        ['Set a new password by a link', member.id],
        ['Let a member set a new password', owner.id],
      ]),
    );
    expect(log.body).not.toContain(url.split('/').at(-1));
    expect(log.body).not.toContain(ANOTHER);
  });

  test('has a link for some hours, of which only a hash is stored', async () => {
    const url = await linkFor(await newColleague());
    const token = url.split('/').at(-1)!;
    const { rows } = await sql<{ text: string }>`SELECT r::text AS text FROM password_resets r`.execute(
      api.store.db.kysely,
    );
    expect(rows.map(({ text }) => text).join()).not.toContain(token);
    await sql`UPDATE password_resets SET expires_at = expires_at - interval '3 hours 59 minutes'`.execute(
      api.store.db.kysely,
    );
    expect((await api.app.inject(url)).statusCode).toBe(200);
    await sql`UPDATE password_resets SET expires_at = expires_at - interval '2 minutes'`.execute(api.store.db.kysely);
    await isGone(url);
  });
});

describe('an owner is shown no link that opens more than the own team', () => {
  const refused = { status: 409, code: 'password_reset_refused', remedy: expect.stringContaining('operator') };
  const ask = (member: Member) => owner.call('POST', `/api/v1/members/${member.id}/password-reset`);

  test('of somebody who is in another team, too, or signs in through OpenID', async () => {
    const [elsewhere, linked] = [await newColleague(), await newColleague()];
    await joinAnotherTeam(elsewhere);
    await setOidcSubject(api.store.db.kysely, { id: linked.id, oidcSubject: `issuer ${linked.id}` });
    for (const member of [elsewhere, linked]) {
      expect((await ask(member)).json()).toMatchObject(refused);
    }
    const stranger = await newMember(api, { role: 'owner' });
    expect((await ask(stranger)).json()).toMatchObject({ status: 404, code: 'member_not_found' });
  });

  test('and one of before ends when the member joins another team or leaves, or the owner is none any more', async () => {
    const [joins, leaves, stays] = [await newColleague(), await newColleague(), await newColleague()];
    const second = await newMember(api, { role: 'owner', teamId: owner.teamId });
    const urls = [await linkFor(joins), await linkFor(leaves), await linkFor(stays, second)];
    await joinAnotherTeam(joins);
    const { teamId } = owner;
    await removeMember(api.store.db, { teamId, id: leaves.id });
    await changeRole(api.store.db, { teamId, id: second.id, role: 'editor', expectedVersion: 1 });
    for (const url of urls) {
      await isGone(url);
    }
    expect((await login(api, { email: joins.email, password: PASSWORD })).statusCode).toBe(200);
  });
});

test('the operator makes a link for anybody, which is in the log of each team', async () => {
  const member = await newColleague();
  const second = await joinAnotherTeam(member);
  const config = {
    postgres: { url: api.store.url, maxConnections: 1 },
    ...{ access: { publicUrl: 'https://sluice.example.com' }, server: { host: '127.0.0.1', port: 1 } },
  } as Config;
  await expect(resetPassword(config, 'nobody@example.com')).rejects.toThrow('nobody has this address');
  const { url } = await resetPassword(config, member.email.toUpperCase());
  expect((await set(routeOf(url))).statusCode).toBe(204);
  const { rows } = await sql<{ team: number; action: string }>`SELECT team_id AS team, action FROM audit_log
    WHERE resource_id = ${member.id} AND actor_kind = 'operator' AND actor_id IS NULL`.execute(api.store.db.kysely);
  const action = 'Let a member set a new password';
  expect(rows).toEqual([owner.teamId, second].map((team) => ({ team, action })));
});

describe('the own password', () => {
  const change = (member: Member, current: string) =>
    member.call('POST', '/api/v1/auth/password', { current_password: current, password: ANOTHER });

  test('is changed with the old one; other sessions end, this one goes on', async () => {
    const member = await newColleague();
    const elsewhere = await login(api, { email: member.email, password: PASSWORD });
    const cookie = `sluice_session=${elsewhere.cookies[0]!.value}`;
    expect((await change(member, 'not this one')).json()).toMatchObject({ status: 403, code: 'password_wrong' });
    expect((await change(member, PASSWORD)).statusCode).toBe(204);
    expect((await member.call('GET', '/api/v1/exports')).statusCode).toBe(200);
    expect((await api.app.inject({ url: '/api/v1/exports', headers: { cookie } })).statusCode).toBe(401);
    expect((await login(api, { email: member.email, password: ANOTHER })).statusCode).toBe(200);
    const log = await owner.call('GET', `/api/v1/audit-log?resource=sign-ins&resource_id=${member.id}&limit=100`);
    expect(log.json().items).toContainEqual(expect.objectContaining({ action: 'Change the own password' }));
  });

  test('is not changed without a session, or its CSRF token, and is not guessed', async () => {
    const payload = { current_password: PASSWORD, password: ANOTHER };
    const post = (headers: Record<string, string>) =>
      api.app.inject({ method: 'POST', url: '/api/v1/auth/password', payload, headers });
    expect((await post({})).statusCode).toBe(401);
    const member = await newColleague();
    const cookie = `sluice_session=${member.session}`;
    expect((await post({ cookie })).json()).toMatchObject({ status: 403, code: 'csrf_token_invalid' });
    const codes: number[] = [];
    for (let attempt = 0; attempt < 11; attempt += 1) {
      codes.push((await change(member, 'guess')).statusCode);
    }
    expect(codes).toEqual([...Array<number>(10).fill(403), 429]);
  });
});

describe('by mail', () => {
  const mails: string[] = [];
  let server: SMTPServer;
  let mailing: ApiFixture;

  beforeAll(async () => {
    server = new SMTPServer({
      disabledCommands: ['AUTH', 'STARTTLS'],
      onData: (stream, _session, done) => {
        let text = '';
        stream.on('data', (part: Buffer) => (text += part.toString()));
        stream.on('end', () => {
          mails.push(text.replaceAll('=\r\n', '').replaceAll('=3D', '='));
          done();
        });
      },
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.server.address() as AddressInfo;
    const smtp = { url: `smtp://127.0.0.1:${String(port)}`, from: 'sluice@example.com' };
    const notifier = createNotifier({ allowedCidrs: [], smtp });
    mailing = await startApi({ notifier, publicUrl: 'https://sluice.example.com' });
  });
  afterAll(async () => {
    await mailing.stop();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });

  const linkTo = (email: string): string | undefined => {
    const mail = mails.find((text) => text.includes(`To: ${email}`));
    return mail && /https:\/\/sluice\.example\.com\/console\/reset-password\?token=[\w-]{43}/.exec(mail)?.[0];
  };
  const ask = (email: string, headers: Record<string, string> = {}) =>
    mailing.app.inject({ method: 'POST', url: '/api/v1/auth/password-resets', payload: { email }, headers });

  test('the user alone gets a link, to the address of the console that the operator has named', async () => {
    const member = await newMember(mailing, { role: 'viewer' });
    const answers = [await ask(member.email, { host: 'evil.test' }), await ask('nobody@example.com')];
    expect(answers.map(({ statusCode, body }) => [statusCode, body])).toEqual([
      [204, ''],
      [204, ''],
    ]);
    const url = await eventually(async () => {
      const found = linkTo(member.email);
      expect(found).toBeDefined();
      return routeOf(found!);
    });
    expect(linkTo('nobody@example.com')).toBeUndefined();
    expect((await mailing.app.inject({ method: 'POST', url, payload: { password: ANOTHER } })).statusCode).toBe(204);
    expect((await login(mailing, { email: member.email, password: ANOTHER })).statusCode).toBe(200);
    expect((await mailing.app.inject('/api/v1/auth/methods')).json()).toMatchObject({ reset_by_mail: true });
  });

  test('an account gets three in an hour', async () => {
    const codes: number[] = [];
    for (let attempt = 0; attempt < 4; attempt += 1) {
      codes.push((await ask('often@example.com')).statusCode);
    }
    expect(codes).toEqual([204, 204, 204, 429]);
  });

  test('an owner has one sent to any member, and does not see it', async () => {
    const first = await newMember(mailing, { role: 'owner' });
    const member = await newMember(mailing, { role: 'editor', teamId: first.teamId });
    await setOidcSubject(mailing.store.db.kysely, { id: member.id, oidcSubject: `issuer ${member.id}` });
    const sent = await first.call('POST', `/api/v1/members/${member.id}/password-reset`);
    expect([sent.statusCode, sent.json()]).toMatchObject([201, { sent_to: member.email, url: null }]);
    expect((await mailing.app.inject(routeOf(linkTo(member.email)!))).json()).toMatchObject({ email: member.email });
  });

  test('without a mail server nobody is promised one, and one that is away is said to an owner', async () => {
    const unavailable = await api.app.inject({
      ...{ method: 'POST', url: '/api/v1/auth/password-resets', payload: { email: owner.email } },
    });
    expect(unavailable.json()).toMatchObject({ status: 409, code: 'password_reset_unavailable' });
    const smtp = { url: 'smtp://127.0.0.1:1', from: 'sluice@example.com' };
    const notifier = createNotifier({ allowedCidrs: [], smtp });
    const away = await startApi({ notifier, publicUrl: 'https://sluice.example.com' });
    const first = await newMember(away, { role: 'owner' });
    const refused = await first.call('POST', `/api/v1/members/${first.id}/password-reset`);
    expect(refused.json()).toMatchObject({ status: 503, code: 'mail_not_sent' });
    await notifier.close();
    await away.stop();
  });
});
