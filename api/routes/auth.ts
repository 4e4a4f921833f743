import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { verifyPassword } from '../../store/passwords.ts';
import { deleteSession, findSession } from '../../store/sessions.ts';
import { findUserByEmail } from '../../store/users.ts';
import { unauthenticated } from '../access/authenticate.ts';
import { auditHappening } from '../access/audit.ts';
import { createLimiter, type Limiter } from '../access/limits.ts';
import { canMailResets } from '../access/password-reset-link.ts';
import { assertOwnOrigin, assertOwnPage, cookieAttributes, SESSION_COOKIE } from '../access/session-cookie.ts';
import { email, loginFailed, publicRoute, sessionSchema, sessionView, signIn } from '../access/sign-in.ts';
import type { ApiDeps, ApiScope } from '../deps.ts';
import { problems } from '../schemas.ts';
import { invitationAcceptanceRoutes } from './invitation-acceptance.ts';
import { oidcRoutes } from './oidc.ts';
import { passwordRoutes } from './passwords.ts';

const MINUTE_MS = 60_000;
/** A household or an office behind one address; guesses at many accounts are slow all the same. */
const PER_ADDRESS = { max: 30, windowMs: MINUTE_MS };
/** 960 guesses a day at one account, from anywhere. */
const PER_ACCOUNT = { max: 10, windowMs: 15 * MINUTE_MS };

const FAILED = { action: 'Fail to sign in with a password', anonymous: true };

const password = z.string().min(1).max(200);

/** Public: they say who somebody is. */
export function authRoutes(scope: ApiScope, deps: ApiDeps): void {
  const perAddress = createLimiter(scope, PER_ADDRESS, ({ ip }) => `address ${ip}`);
  methodsRoute(scope, deps);
  loginRoute(scope, deps, perAddress);
  sessionRoutes(scope, deps);
  invitationAcceptanceRoutes(scope, deps, perAddress);
  passwordRoutes(scope, deps, perAddress);
  oidcRoutes(scope, deps);
}

function methodsRoute(scope: ApiScope, deps: ApiDeps): void {
  const answer = z.object({
    password: z.boolean(),
    oidc: z.object({ name: z.string() }).nullable(),
    reset_by_mail: z.boolean().describe('Whether who has forgotten a password can have a link sent.'),
  });
  scope.get(
    '/methods',
    { schema: { ...publicRoute, summary: 'How one can sign in', response: { 200: answer, ...problems } } },
    async () => ({
      password: true,
      oidc: deps.oidc ? { name: deps.oidc.name } : null,
      reset_by_mail: canMailResets(deps),
    }),
  );
}

function loginRoute(scope: ApiScope, deps: ApiDeps, perAddress: Limiter): void {
  const accountOf = ({ body }: FastifyRequest): string => `account ${(body as { email: string }).email.toLowerCase()}`;
  const perAccount = createLimiter(scope, PER_ACCOUNT, accountOf);
  scope.post(
    '/login',
    {
      schema: {
        ...publicRoute,
        summary: 'Sign in with a password',
        description: 'Sets the cookie sluice_session.',
        body: z.strictObject({ email, password }),
        response: { 200: sessionSchema, ...problems },
      },
    },
    async (request, reply) => {
      assertOwnOrigin(deps, request);
      await perAddress(request);
      await perAccount(request);
      const user = await findUserByEmail(deps.db.kysely, request.body.email);
      if (!(await verifyPassword(user?.passwordHash, request.body.password)) || !user) {
        // Not waited for: an unknown account has no entry, and takes as long.
        void (user && auditHappening(deps, request, { user, ...FAILED }));
        throw loginFailed();
      }
      const session = await signIn(deps, request, reply, user);
      await auditHappening(deps, request, { user });
      return session;
    },
  );
}

function sessionRoutes(scope: ApiScope, deps: ApiDeps): void {
  scope.get(
    '/session',
    { schema: { ...publicRoute, summary: 'Who is signed in', response: { 200: sessionSchema, ...problems } } },
    async ({ cookies }) => {
      const token = cookies[SESSION_COOKIE];
      const user = token === undefined ? undefined : await findSession(deps.db, token);
      if (token === undefined || !user) {
        throw unauthenticated();
      }
      return sessionView(deps, user, token);
    },
  );
  scope.post(
    '/logout',
    { schema: { ...publicRoute, summary: 'Sign out', response: { 204: z.undefined(), ...problems } } },
    async (request, reply) => {
      const token = request.cookies[SESSION_COOKIE];
      if (token !== undefined) {
        assertOwnPage(deps, request, token);
        const user = await findSession(deps.db, token);
        await deleteSession(deps.db, token);
        await (user && auditHappening(deps, request, { user }));
      }
      void reply.clearCookie(SESSION_COOKIE, { ...cookieAttributes(deps, request), path: '/' });
      return reply.code(204).send();
    },
  );
}
