import type { FastifyReply, FastifyRequest } from 'fastify';
import { createHash, timingSafeEqual } from 'node:crypto';
import { parseUrl } from '../../core/parse-url.ts';
import { SESSION_IDLE_DAYS } from '../../store/sessions.ts';
import type { ApiDeps } from '../deps.ts';
import { forbidden, isReading } from './permissions.ts';

export const SESSION_COOKIE = 'sluice_session';
const SECONDS_PER_DAY = 86_400;

type PublicAddress = Pick<ApiDeps, 'publicUrl'>;

/** Attributes that every cookie of ours has. Lax: links into the console keep working, foreign forms do not. */
export function cookieAttributes(
  { publicUrl }: PublicAddress,
  request: FastifyRequest,
): { httpOnly: true; sameSite: 'lax'; secure: boolean } {
  const secure = (publicUrl === undefined ? request.protocol : new URL(publicUrl).protocol.slice(0, -1)) === 'https';
  return { httpOnly: true, sameSite: 'lax', secure };
}

export function setSessionCookie(
  deps: PublicAddress,
  request: FastifyRequest,
  reply: FastifyReply,
  token: string,
): void {
  const maxAge = SESSION_IDLE_DAYS * SECONDS_PER_DAY;
  void reply.setCookie(SESSION_COOKIE, token, { ...cookieAttributes(deps, request), path: '/', maxAge });
}

/** Derived from the session's token: a page of ours can be told it, a foreign one cannot read or guess it. */
export function csrfTokenOf(token: string): string {
  return createHash('sha256').update('sluice csrf').update(token).digest('base64url');
}

/** What a browser must show to change something. Throws `origin_not_allowed` and `csrf_token_invalid`. */
export function assertOwnPage(deps: PublicAddress, request: FastifyRequest, token: string): void {
  if (isReading(request.method)) {
    return;
  }
  assertOwnOrigin(deps, request);
  const given = Buffer.from(String(request.headers['x-csrf-token'] ?? ''));
  const expected = Buffer.from(csrfTokenOf(token));
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw forbidden('csrf_token_invalid', {
      message: 'the request has no valid CSRF token',
      remedy: 'Send the csrf_token of GET /api/v1/auth/session as the header X-CSRF-Token.',
    });
  }
}

/** Browsers name the origin of every request that is not a plain GET. Throws `origin_not_allowed`. */
export function assertOwnOrigin({ publicUrl }: PublicAddress, request: FastifyRequest): void {
  const { origin, host } = request.headers;
  if (origin === undefined) {
    return;
  }
  const own = publicUrl !== undefined && origin === new URL(publicUrl).origin;
  if (!own && parseUrl(origin)?.host !== host) {
    throw forbidden('origin_not_allowed', {
      message: 'the request comes from a page of another site',
      remedy: 'Use the console at its own address; behind a proxy, set SLUICE_PUBLIC_URL to it.',
    });
  }
}
