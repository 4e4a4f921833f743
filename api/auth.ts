import type { FastifyRequest } from 'fastify';
import { SluiceError } from '../core/errors.ts';
import { findApiKey } from '../store/api-keys.ts';
import type { ApiDeps, ApiScope } from './deps.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The team of the request's key. 0 on public routes, which no team has. */
    teamId: number;
  }
}

/** Every route of the scope wants `Authorization: Bearer sk_…`; the check comes before the body is read. */
export function requireApiKey(scope: ApiScope, deps: ApiDeps): void {
  scope.decorateRequest('teamId', 0);
  scope.addHook('onRequest', async (request, reply) => {
    const owner = await ownerOf(request, deps);
    if (!owner) {
      void reply.header('www-authenticate', 'Bearer');
      throw new SluiceError({
        code: 'unauthenticated',
        message: 'the request has no valid API key',
        retryable: false,
        fault: 'customer',
        remedy: 'Send the header "Authorization: Bearer sk_…" with a key of your team.',
      });
    }
    request.teamId = owner.teamId;
  });
}

async function ownerOf(request: FastifyRequest, deps: ApiDeps): Promise<{ teamId: number } | undefined> {
  const key = /^Bearer (sk_[\w-]{43})$/i.exec(request.headers.authorization ?? '')?.[1];
  return key === undefined ? undefined : findApiKey(deps.db, key);
}
