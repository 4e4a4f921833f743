import { problemOf } from '../../api-client/problem.ts';
import { beginSession, preferredTeam, sessionHeaders, type Team } from './store.ts';

/** What a login, an accepted invitation and `GET /auth/session` answer. */
interface SessionAnswer {
  user: { email: string; name: string };
  teams: Team[];
  csrf_token: string;
}

export interface LoginMethods {
  password: boolean;
  oidc: { name: string } | null;
  reset_by_mail: boolean;
}

export interface Invitation {
  team: { id: number; name: string };
  /** Null for the first owner, who says it. */
  email: string | null;
  role: string;
}

export interface NewPerson {
  name: string;
  password: string;
  /** Where the invitation names none. */
  email?: string;
}

const BASE = '/api/v1/auth';

async function ask<Answer>(path: string, body?: unknown): Promise<Answer> {
  const token = sessionHeaders()?.csrfToken;
  const response = await window.fetch(`${BASE}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { 'x-csrf-token': token }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) {
    throw await problemOf(response);
  }
  const text = await response.text();
  return (text === '' ? undefined : JSON.parse(text)) as Answer;
}

function begin({ user, teams, csrf_token: csrfToken }: SessionAnswer): void {
  beginSession({ kind: 'user', user, teams, csrfToken, teamId: preferredTeam(teams) });
}

/** Whoever has a cookie goes on; for all others the login is shown. */
export async function resumeSession(): Promise<void> {
  try {
    begin(await ask<SessionAnswer>('/session'));
  } catch {
    // Nobody is signed in, which the login page says better than an error.
  }
}

export async function logIn(credentials: { email: string; password: string }): Promise<void> {
  begin(await ask<SessionAnswer>('/login', credentials));
}

export async function logOut(): Promise<void> {
  if (sessionHeaders() !== undefined) {
    await ask('/logout', {});
  }
}

export function loginMethods(): Promise<LoginMethods> {
  return ask<LoginMethods>('/methods');
}

export function readInvitation(token: string): Promise<Invitation> {
  return ask<Invitation>(`/invitations/${encodeURIComponent(token)}`);
}

export async function acceptInvitation(token: string, person: NewPerson): Promise<void> {
  begin(await ask<SessionAnswer>(`/invitations/${encodeURIComponent(token)}`, person));
}

export async function askForReset(email: string): Promise<void> {
  await ask('/password-resets', { email });
}

export function readReset(token: string): Promise<{ email: string }> {
  return ask<{ email: string }>(`/password-resets/${encodeURIComponent(token)}`);
}

/** Nobody is signed in by it. */
export async function setPassword(token: string, password: string): Promise<void> {
  await ask(`/password-resets/${encodeURIComponent(token)}`, { password });
}

/** Of whoever is signed in. */
export async function changePassword(current: string, password: string): Promise<void> {
  await ask('/password', { current_password: current, password });
}
