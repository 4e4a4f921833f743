import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { SluiceError } from '../../core/errors.ts';
import { errorCode } from '../../core/errors.ts';
import { acceptInvitation, findInvitationFor } from '../../store/invitations.ts';
import { createSession } from '../../store/sessions.ts';
import { findUserByEmail, findUserBySubject, setOidcSubject, type User } from '../../store/users.ts';
import { auditHappening } from '../access/audit.ts';
import { createOidc, type OidcIdentity } from '../access/oidc.ts';
import { cookieAttributes, setSessionCookie } from '../access/session-cookie.ts';
import { publicRoute } from '../access/sign-in.ts';
import type { ApiDeps, ApiScope } from '../deps.ts';
import { problems } from '../schemas.ts';
import { auditAcceptance } from './invitation-acceptance.ts';

/** Holds what the answer of the provider is checked against, sealed. */
const FLOW_COOKIE = 'sluice_oidc';
const FLOW_PATH = '/api/v1/auth/oidc';
const FLOW_SECONDS = 600;
const SEAL_CONTEXT = 'oidc sign-in';
const CONSOLE = '/console';
/** Of the address of a page: it travels in a cookie. */
const MAX_NEXT_LENGTH = 1_000;

/** Sign-in through an OpenID provider; browsers are sent, so faults end at the console's login page. */
export function oidcRoutes(scope: ApiScope, deps: ApiDeps): void {
  const oidc = deps.oidc && createOidc(deps.oidc);
  const schema = { ...publicRoute, response: { 302: z.undefined().describe('To the provider.'), ...problems } };

  const querystring = z.object({
    next: z.string().optional().describe('The page of the console to go on at, such as /webhooks; others are ignored.'),
  });
  scope.get(
    '/oidc/start',
    { schema: { ...schema, summary: 'Sign in through OpenID', querystring } },
    async (request, reply) => {
      if (!oidc) {
        throw notConfigured();
      }
      const { url, flow } = await oidc.begin(callbackUrl(deps, request));
      const sealed = deps.box.seal({ ...flow, next: pageOf(request.query.next) }, SEAL_CONTEXT).toString('base64url');
      const attributes = { ...cookieAttributes(deps, request), path: FLOW_PATH, maxAge: FLOW_SECONDS };
      return reply.setCookie(FLOW_COOKIE, sealed, attributes).redirect(url.href);
    },
  );

  scope.get(
    '/oidc/callback',
    { schema: { ...schema, summary: 'Where the provider answers' } },
    async (request, reply) => {
      if (!oidc) {
        throw notConfigured();
      }
      void reply.clearCookie(FLOW_COOKIE, { path: FLOW_PATH });
      let next = '/';
      try {
        const flow = openFlow(deps, request.cookies[FLOW_COOKIE]);
        next = flow.next;
        const answer = new URL(request.url, callbackUrl(deps, request));
        const user = await userOf(deps, request, await oidc.finish(answer, flow));
        setSessionCookie(deps, request, reply, await createSession(deps.db, user.id));
        await auditHappening(deps, request, { user, action: 'Sign in through OpenID' });
        return await reply.redirect(CONSOLE + next);
      } catch (error) {
        const code = errorCode(error) ?? 'oidc_failed';
        (deps.logger ?? request.log).warn({ err: error, code, requestId: request.id }, 'sign-in through OpenID failed');
        const told = code === 'oidc_user_unknown' ? code : 'oidc_failed';
        const query = new URLSearchParams({ error: told, ...(next === '/' ? {} : { next }) });
        return reply.redirect(`${CONSOLE}/login?${query.toString()}`);
      }
    },
  );
}

/**
 * A member of before, one with the same verified address, or one who is invited: invitations to that address are accepted
 * by signing in. Throws `oidc_user_unknown`.
 */
async function userOf(deps: ApiDeps, request: FastifyRequest, identity: OidcIdentity): Promise<User> {
  const { subject, email, name } = identity;
  const known = await findUserBySubject(deps.db.kysely, subject);
  if (known) {
    if (email?.toLowerCase() === known.email.toLowerCase()) {
      await acceptInvitations(deps, request, known);
    }
    return known;
  }
  const invited =
    email === undefined
      ? undefined
      : await acceptInvitations(deps, request, { email, name: name ?? email, oidcSubject: subject });
  if (invited) {
    return invited;
  }
  const same = email === undefined ? undefined : await findUserByEmail(deps.db.kysely, email);
  if (!same || same.oidcSubject !== null) {
    throw unknownUser();
  }
  await setOidcSubject(deps.db.kysely, { id: same.id, oidcSubject: subject });
  return same;
}

/** All that are open for the address, each of another team. Undefined when there is none. */
async function acceptInvitations(
  deps: ApiDeps,
  request: FastifyRequest,
  { email, name, oidcSubject }: Pick<User, 'email' | 'name' | 'oidcSubject'>,
): Promise<User | undefined> {
  let user: User | undefined;
  const next = (): ReturnType<typeof findInvitationFor> => findInvitationFor(deps.db, email);
  for (let invitation = await next(); invitation; invitation = await next()) {
    const member = await acceptInvitation(deps.db, invitation.id, {
      ...{ email, name },
      ...(oidcSubject === null ? {} : { oidcSubject }),
    });
    if (member) {
      user = member;
      await auditAcceptance(deps, request, { invitation, user });
    }
  }
  return user;
}

function callbackUrl({ publicUrl }: ApiDeps, request: FastifyRequest): string {
  return new URL(`${FLOW_PATH}/callback`, publicUrl ?? `${request.protocol}://${request.host}`).href;
}

/** A path below the console, whatever was asked for: it is where the browser is sent. */
function pageOf(next = '/'): string {
  return next.length <= MAX_NEXT_LENGTH && /^\/(?![/\\])[\x21-\x7e]*$/.test(next) ? next : '/';
}

const flowSchema = z.object({
  state: z.string(),
  nonce: z.string(),
  codeVerifier: z.string(),
  next: z.string().default('/'),
});

function openFlow({ box }: ApiDeps, cookie: string | undefined): z.output<typeof flowSchema> {
  return flowSchema.parse(box.open(Buffer.from(cookie ?? '', 'base64url'), SEAL_CONTEXT));
}

function unknownUser(): SluiceError {
  return new SluiceError({
    code: 'oidc_user_unknown',
    message: 'nobody with this verified e-mail address is a member or invited',
    retryable: false,
    fault: 'customer',
    remedy: 'Ask an owner of the team for an invitation.',
  });
}

function notConfigured(): SluiceError {
  return new SluiceError({
    code: 'oidc_not_configured',
    message: 'this installation has no OpenID provider',
    retryable: false,
    fault: 'customer',
    remedy: 'Sign in with a password, or have the operator set SLUICE_OIDC_ISSUER.',
  });
}
