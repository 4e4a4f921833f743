import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ROLES } from '../../core/access.ts';
import { SluiceError } from '../../core/errors.ts';
import { createSession } from '../../store/sessions.ts';
import { teamsOfUser, type User } from '../../store/users.ts';
import type { ApiDeps } from '../deps.ts';
import { csrfTokenOf, setSessionCookie } from './session-cookie.ts';

export const email = z.email().max(254);

/** One that is chosen; what is stored may be of before a rule. */
export const newPassword = z.string().min(10).max(200).describe('At least 10 characters.');

export const sessionSchema = z
  .object({
    user: z.object({ id: z.uuid(), email: z.string(), name: z.string() }),
    teams: z.array(z.object({ id: z.number().int(), name: z.string(), role: z.enum(ROLES) })),
    csrf_token: z.string().describe('Send it as X-CSRF-Token with everything but GET and HEAD.'),
  })
  .meta({ id: 'Session' });

export const publicRoute = { tags: ['sign-in'], security: [] };

/** Begins a session, sets its cookie and answers it. */
export async function signIn(
  deps: ApiDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  user: User,
): Promise<z.output<typeof sessionSchema>> {
  const token = await createSession(deps.db, user.id);
  setSessionCookie(deps, request, reply, token);
  return sessionView(deps, user, token);
}

export async function sessionView(deps: ApiDeps, user: User, token: string): Promise<z.output<typeof sessionSchema>> {
  const { id, name } = user;
  const teams = await teamsOfUser(deps.db, id);
  return { user: { id, name, email: user.email }, teams, csrf_token: csrfTokenOf(token) };
}

/** The same for an unknown account and a wrong password. */
export function loginFailed(): SluiceError {
  return new SluiceError({
    code: 'login_failed',
    message: 'the e-mail address or the password is wrong',
    retryable: false,
    fault: 'customer',
    remedy: 'Try again, or have a new password set: "Forgotten your password?" of the sign-in page says how.',
  });
}
