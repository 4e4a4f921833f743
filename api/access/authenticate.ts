import type { FastifyRequest } from 'fastify';
import type { Actor } from '../../core/access.ts';
import { SluiceError } from '../../core/errors.ts';
import { findApiKey } from '../../store/api-keys.ts';
import { findSession } from '../../store/sessions.ts';
import { teamsOfUser, type TeamRole } from '../../store/users.ts';
import type { ApiDeps, ApiScope } from '../deps.ts';
import { createLimiter, type Limiter } from './limits.ts';
import { assertAllowed, forbidden, scopeOfMethod } from './permissions.ts';
import { assertOwnPage, SESSION_COOKIE } from './session-cookie.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The team that the request works in. 0 on public routes, which no team has. */
    teamId: number;
    /** Null on public routes. */
    actor: Actor | null;
  }
}

interface Caller {
  teamId: number;
  actor: Actor;
}

/**
 * Every route of the scope wants `Authorization: Bearer sk_…`, or a session's cookie with `X-CSRF-Token` and, for members
 * of several teams, `X-Sluice-Team`. The check comes before the body is read.
 */
export function authenticate(scope: ApiScope, deps: ApiDeps): void {
  scope.decorateRequest('teamId', 0);
  scope.decorateRequest('actor', null);
  const limit = requestLimit(scope, deps);
  scope.addHook('onRequest', async (request, reply) => {
    const caller = await callerOf(request, deps);
    if (!caller) {
      void reply.header('www-authenticate', 'Bearer');
      throw unauthenticated();
    }
    const { method, routeOptions } = request;
    assertAllowed(caller.actor, routeOptions.config.scope ?? scopeOfMethod(method));
    Object.assign(request, caller);
    await limit?.(request);
  });
}

/** Per key, and per user. */
function requestLimit(scope: ApiScope, { requestsPerMinute: max }: ApiDeps): Limiter | undefined {
  return max ? createLimiter(scope, { max, windowMs: 60_000 }, ({ actor }) => `actor ${actor?.id ?? ''}`) : undefined;
}

export function unauthenticated(): SluiceError {
  return new SluiceError({
    code: 'unauthenticated',
    message: 'the request has no valid API key and no session',
    retryable: false,
    fault: 'customer',
    remedy: 'Send the header "Authorization: Bearer sk_…" with a key of your team, or sign in.',
  });
}

async function callerOf(request: FastifyRequest, deps: ApiDeps): Promise<Caller | undefined> {
  const { authorization } = request.headers;
  return authorization === undefined ? callerOfSession(request, deps) : callerOfKey(authorization, deps);
}

async function callerOfKey(authorization: string, deps: ApiDeps): Promise<Caller | undefined> {
  const key = /^Bearer (sk_[\w-]{43})$/i.exec(authorization)?.[1];
  const found = key === undefined ? undefined : await findApiKey(deps.db, key);
  if (!found) {
    return undefined;
  }
  const { teamId, ...owner } = found;
  return { teamId, actor: { kind: 'key', ...owner } };
}

async function callerOfSession(request: FastifyRequest, deps: ApiDeps): Promise<Caller | undefined> {
  const token = request.cookies[SESSION_COOKIE];
  const user = token === undefined ? undefined : await findSession(deps.db, token);
  if (token === undefined || !user) {
    return undefined;
  }
  assertOwnPage(deps, request, token);
  const team = chosenTeam(await teamsOfUser(deps.db, user.id), request.headers['x-sluice-team']);
  const actor: Actor = { kind: 'user', id: user.id, name: user.email, role: team.role, scopes: ['admin'] };
  return { teamId: team.id, actor };
}

/** Throws `team_not_yours` and `team_required`. */
function chosenTeam(teams: readonly TeamRole[], wanted: string | string[] | undefined): TeamRole {
  const [only, ...others] = teams;
  if (wanted === undefined && only !== undefined && others.length === 0) {
    return only;
  }
  const found = teams.find(({ id }) => String(id) === wanted);
  if (found) {
    return found;
  }
  if (wanted === undefined && only !== undefined) {
    throw forbidden('team_required', {
      message: 'you are a member of several teams',
      remedy: 'Name one in the header X-Sluice-Team; GET /api/v1/auth/session lists them.',
    });
  }
  throw forbidden('team_not_yours', {
    message: 'you are not a member of this team',
    remedy: 'Ask an owner of the team for an invitation.',
  });
}
