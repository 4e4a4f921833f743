import type { ClientCredentials } from '../core/endpoint-auth.ts';
import type { GuardedClient, HttpRequest } from './guarded-client.ts';
import { TokenSource } from './oauth2.ts';
import type { HttpOutcome } from './outcome.ts';

/** A request that needs an access token. */
export type AuthorizedRequest = HttpRequest & { oauth2?: ClientCredentials | undefined };

/** `signal` takes the place of the request's own. */
export type AuthorizedSend = (request: AuthorizedRequest, signal?: AbortSignal) => Promise<HttpOutcome>;

/**
 * Sends requests with the access token that they need. A token that an endpoint refuses with 401 may have been
 * revoked: it is replaced, and the request sent once more. Never rejects.
 */
export function createAuthorizedSend(client: GuardedClient): AuthorizedSend {
  const tokens = new TokenSource(client);

  async function sendWithToken(
    request: HttpRequest,
    credentials: ClientCredentials,
    signal: AbortSignal | undefined,
    isRepeated = false,
  ): Promise<HttpOutcome> {
    const granted = await tokens.token(credentials, request.pool);
    if ('failure' in granted) {
      return granted.failure;
    }
    const headers = { ...request.headers, authorization: `Bearer ${granted.token}` };
    const outcome = await client.request({ ...request, headers }, signal);
    if (outcome.kind !== 'response' || outcome.status !== 401) {
      return outcome;
    }
    tokens.forget(credentials, granted.token);
    return granted.fresh || isRepeated ? outcome : sendWithToken(request, credentials, signal, true);
  }

  return (request, signal) =>
    request.oauth2 === undefined ? client.request(request, signal) : sendWithToken(request, request.oauth2, signal);
}
