import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import type { Role } from '../../core/access.ts';
import { createApiKey, type NewApiKey } from '../../store/api-keys.ts';
import { acceptInvitation, createInvitation } from '../../store/invitations.ts';
import { hashPassword } from '../../store/passwords.ts';
import { newTeam } from '../store/fixtures.ts';
import type { ApiFixture, Caller, Method } from './fixtures.ts';

export const PASSWORD = 'correct horse battery';

export interface Member extends Caller {
  id: string;
  email: string;
  /** Value of the cookie. */
  session: string;
  csrf: string;
}

let members = 0;

/** Somebody who has signed in; calls are made as the console makes them. */
export async function newMember(api: ApiFixture, { role, teamId }: { role: Role; teamId?: number }): Promise<Member> {
  const team = teamId ?? (await newTeam(api.store));
  members += 1;
  const email = `member-${String(members)}@example.com`;
  const { db } = api.store;
  const { invitation } = await createInvitation(db, { teamId: team, email, role });
  const passwordHash = await hashPassword(PASSWORD);
  const user = await acceptInvitation(db, invitation.id, { email, name: 'A Member', passwordHash });
  const response = await login(api, { email, password: PASSWORD });
  const session = sessionOf(response)!;
  const csrf = response.json<{ csrf_token: string }>().csrf_token;
  return {
    ...{ id: user!.id, email, teamId: team, key: '', session, csrf },
    call: (method, url, body) =>
      api.app.inject(requestOf({ method, url, body }, { cookie: `sluice_session=${session}`, 'x-csrf-token': csrf })),
  };
}

/** From an address of its own, unless told: addresses have limits. */
export function login(
  api: ApiFixture,
  payload: { email: string; password: string },
  request: Pick<InjectOptions, 'headers' | 'remoteAddress'> = {},
): Promise<LightMyRequestResponse> {
  return api.app.inject({
    ...{ method: 'POST', url: '/api/v1/auth/login', payload, remoteAddress: newAddress() },
    ...request,
  });
}

let addresses = 0;
function newAddress(): string {
  addresses += 1;
  return `10.0.${String(addresses >> 8)}.${String(addresses & 255)}`;
}

export function sessionOf(response: LightMyRequestResponse): string | undefined {
  return response.cookies.find(({ name }) => name === 'sluice_session')?.value;
}

export async function newKeyCaller(api: ApiFixture, key: Omit<NewApiKey, 'name'>): Promise<Caller> {
  const { key: secret } = await createApiKey(api.store.db, { name: 'narrow', ...key });
  return {
    ...{ teamId: key.teamId, key: secret },
    call: (method, url, body) =>
      api.app.inject(requestOf({ method, url, body }, { authorization: `Bearer ${secret}` })),
  };
}

export function requestOf(
  { method, url, body }: { method: Method; url: string; body?: unknown },
  headers: Record<string, string>,
): InjectOptions {
  return { method, url, headers, ...(body === undefined ? {} : { payload: body as Record<string, unknown> }) };
}
