import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { SluiceError } from '../../core/errors.ts';
import { notFound } from '../../store/errors.ts';
import { changePassword, findPasswordReset, usePasswordReset } from '../../store/password-resets.ts';
import { hashPassword, verifyPassword } from '../../store/passwords.ts';
import { findSession } from '../../store/sessions.ts';
import { findUserByEmail } from '../../store/users.ts';
import { unauthenticated } from '../access/authenticate.ts';
import { auditHappening } from '../access/audit.ts';
import { createLimiter, type Limiter } from '../access/limits.ts';
import { canMailResets, mailReset } from '../access/password-reset-link.ts';
import { forbidden } from '../access/permissions.ts';
import { assertOwnOrigin, assertOwnPage, csrfTokenOf, SESSION_COOKIE } from '../access/session-cookie.ts';
import { email, newPassword, publicRoute } from '../access/sign-in.ts';
import type { ApiDeps, ApiScope } from '../deps.ts';
import { problems, timestamp } from '../schemas.ts';

const MINUTE_MS = 60_000;
/** Mails that anybody can have sent to a member. */
const MAILS = { max: 3, windowMs: 60 * MINUTE_MS };
/** Guesses at the password of a session that somebody has left open. */
const GUESSES = { max: 10, windowMs: 15 * MINUTE_MS };

/** How somebody gets another password: by a link, or with the one of before. */
export function passwordRoutes(scope: ApiScope, deps: ApiDeps, perAddress: Limiter): void {
  askRoute(scope, deps, perAddress);
  linkRoutes(scope, deps, perAddress);
  changeRoute(scope, deps);
}

function askRoute(scope: ApiScope, deps: ApiDeps, perAddress: Limiter): void {
  const accountOf = ({ body }: FastifyRequest): string => `reset ${(body as { email: string }).email.toLowerCase()}`;
  const perAccount = createLimiter(scope, MAILS, accountOf);
  scope.post(
    '/password-resets',
    {
      schema: {
        ...publicRoute,
        summary: 'Ask for a mail with which a new password is set',
        description: 'Answers the same whether there is such an account or not.',
        body: z.strictObject({ email }),
        response: { 204: z.undefined(), ...problems },
      },
    },
    async (request, reply) => {
      assertOwnOrigin(deps, request);
      if (!canMailResets(deps)) {
        throw noMail();
      }
      await perAddress(request);
      await perAccount(request);
      // Not waited for: the time would tell which accounts there are.
      void mailTo(deps, request, request.body.email);
      return reply.code(204).send();
    },
  );
}

async function mailTo(deps: ApiDeps, request: FastifyRequest, address: string): Promise<void> {
  try {
    const user = await findUserByEmail(deps.db.kysely, address);
    if (user) {
      await auditHappening(deps, request, { user, anonymous: true });
      await mailReset(deps, user);
    }
  } catch (error) {
    (deps.logger ?? request.log).error({ err: error, requestId: request.id }, 'a password reset could not be sent');
  }
}

function linkRoutes(scope: ApiScope, deps: ApiDeps, perAddress: Limiter): void {
  const schema = { ...publicRoute, params: z.object({ token: z.string().max(100) }) };
  const answer = z.object({ email: z.string(), expires_at: timestamp });

  scope.get(
    '/password-resets/:token',
    { schema: { ...schema, summary: 'Whose password a link sets', response: { 200: answer, ...problems } } },
    async (request) => {
      await perAddress(request);
      const found = await findPasswordReset(deps.db.kysely, request.params.token);
      if (!found) {
        throw gone();
      }
      return { email: found.email, expires_at: found.expiresAt.toISOString() };
    },
  );

  scope.post(
    '/password-resets/:token',
    {
      schema: {
        ...schema,
        summary: 'Set a new password by a link',
        description: 'The link is good once. All sessions of the user end.',
        body: z.strictObject({ password: newPassword }),
        response: { 204: z.undefined(), ...problems },
      },
    },
    async (request, reply) => {
      assertOwnOrigin(deps, request);
      await perAddress(request);
      const { token } = request.params;
      const isGood = (await findPasswordReset(deps.db.kysely, token)) !== undefined;
      const user = isGood && (await usePasswordReset(deps.db, token, await hashPassword(request.body.password)));
      if (!user) {
        throw gone();
      }
      await auditHappening(deps, request, { user });
      return reply.code(204).send();
    },
  );
}

function changeRoute(scope: ApiScope, deps: ApiDeps): void {
  const sessionOf = ({ cookies }: FastifyRequest): string => `password ${csrfTokenOf(cookies[SESSION_COOKIE] ?? '')}`;
  const perSession = createLimiter(scope, GUESSES, sessionOf);
  scope.post(
    '/password',
    {
      schema: {
        ...publicRoute,
        summary: 'Change the own password',
        description: 'Of a session. All other sessions of the user end.',
        body: z.strictObject({ current_password: z.string().min(1).max(200), password: newPassword }),
        response: { 204: z.undefined(), ...problems },
      },
    },
    async (request, reply) => {
      const token = request.cookies[SESSION_COOKIE];
      const user = token === undefined ? undefined : await findSession(deps.db, token);
      if (token === undefined || !user) {
        throw unauthenticated();
      }
      assertOwnPage(deps, request, token);
      await perSession(request);
      if (!(await verifyPassword(user.passwordHash, request.body.current_password))) {
        throw wrongPassword();
      }
      const passwordHash = await hashPassword(request.body.password);
      await changePassword(deps.db, { id: user.id, passwordHash, keepSession: token });
      await auditHappening(deps, request, { user });
      return reply.code(204).send();
    },
  );
}

function gone(): Error {
  return notFound('password reset', 'of this link that can still be used');
}

function noMail(): SluiceError {
  return new SluiceError({
    code: 'password_reset_unavailable',
    message: 'this installation sends no mail for new passwords',
    retryable: false,
    fault: 'customer',
    remedy: 'Ask an owner of your team for a link, or the operator, who has sluice users reset-password.',
  });
}

function wrongPassword(): SluiceError {
  return forbidden('password_wrong', {
    message: 'the current password is wrong',
    remedy: 'Try again, or sign out and use "Forgotten your password?"; who has none gets one so, too.',
  });
}
