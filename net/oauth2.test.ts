import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createServer } from 'node:http';
import Provider from 'oidc-provider';
import type { ClientCredentials } from '../core/endpoint-auth.ts';
import { createAuthorizedSend } from './authorized-client.ts';
import { bodyOf, client, DEAD_ADDRESS, http, listen, post, stopAll } from './test-receivers.ts';

beforeEach(() => {
  // The provider warns that its store and keys are meant for tests.
  jest.spyOn(console, 'warn').mockImplementation(() => undefined);
});
afterEach(stopAll);

const CREDENTIALS = {
  clientId: 'sluice&co',
  clientSecret: 'a secret: 100 % + /~',
  scope: 'events:write',
  sendIn: 'header',
};

/** A certified authorization server, and an endpoint that takes its tokens. */
async function startWorld(): Promise<{
  credentials: ClientCredentials;
  url: string;
  provider: Provider;
  seen: string[];
}> {
  const server = createServer();
  const issuer = await listen(server);
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CREDENTIALS.clientId,
        client_secret: CREDENTIALS.clientSecret,
        grant_types: ['client_credentials'],
        response_types: [],
        redirect_uris: [],
        scope: CREDENTIALS.scope,
      },
    ],
    scopes: [CREDENTIALS.scope],
    features: { clientCredentials: { enabled: true }, devInteractions: { enabled: false } },
  });
  server.on('request', (request, response) => void provider.callback()(request, response));
  const seen: string[] = [];
  const url = await http((request, response) => {
    const token = request.headers.authorization?.replace(/^Bearer /, '') ?? '';
    seen.push(token);
    void provider.ClientCredentials.find(token).then((grant) => {
      response.writeHead(grant?.isValid === true ? 204 : 401).end();
    });
  });
  return { credentials: { ...CREDENTIALS, sendIn: 'header', tokenUrl: `${issuer}/token` }, url, provider, seen };
}

describe('client credentials against oidc-provider', () => {
  test('requests at the same time share one token', async () => {
    const { credentials, url, seen } = await startWorld();
    const send = createAuthorizedSend(client());
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => send({ ...post(url), oauth2: credentials })));
    expect(outcomes).toEqual(Array.from({ length: 20 }, () => expect.objectContaining({ status: 204 })));
    expect(new Set(seen).size).toBe(1);
  });

  test('a token that was revoked is replaced at once', async () => {
    const { credentials, url, provider, seen } = await startWorld();
    const send = createAuthorizedSend(client());
    await send({ ...post(url), oauth2: credentials });
    await (await provider.ClientCredentials.find(seen[0] ?? ''))?.destroy();
    expect(await send({ ...post(url), oauth2: credentials })).toMatchObject({ status: 204 });
    expect(seen).toEqual([seen[0], seen[0], expect.not.stringMatching(`^${seen[0] ?? ''}$`)]);
  });

  test('one that was revoked under many requests is replaced once for all of them', async () => {
    const { credentials, url, provider, seen } = await startWorld();
    const send = createAuthorizedSend(client());
    const sendAll = (): Promise<unknown[]> =>
      Promise.all(Array.from({ length: 20 }, () => send({ ...post(url), oauth2: credentials })));
    await sendAll();
    await (await provider.ClientCredentials.find(seen[0] ?? ''))?.destroy();
    expect(await sendAll()).toEqual(Array.from({ length: 20 }, () => expect.objectContaining({ status: 204 })));
    expect(new Set(seen).size).toBe(2);
    expect(seen).toHaveLength(60);
  });

  test('a wrong secret or client is refused, and neither is shown', async () => {
    const { credentials, url, seen } = await startWorld();
    const send = createAuthorizedSend(client());
    const wrong = [
      { ...credentials, clientSecret: 'hunter2' },
      { ...credentials, clientId: 'somebody' },
    ];
    for (const oauth2 of wrong) {
      const outcome = await send({ ...post(url), oauth2 });
      expect(outcome).toMatchObject({ kind: 'error', code: 'oauth2_refused' });
      expect(JSON.stringify(outcome)).not.toMatch(/hunter2|somebody/);
    }
    expect(seen).toEqual([]);
  });
});

describe('token endpoints of other kinds', () => {
  const oauth2 = (tokenUrl: string): ClientCredentials => ({
    tokenUrl,
    clientId: 'id',
    clientSecret: 'secret',
    audience: 'https://api',
    sendIn: 'body',
  });

  test('get id and secret in the body, and a token that is about to expire is not used', async () => {
    const forms: string[] = [];
    const tokenUrl = await http((request, response) => {
      void bodyOf(request).then((form) => {
        forms.push(form);
        response.end(
          JSON.stringify({ access_token: `t${String(forms.length)}`, token_type: 'Bearer', expires_in: 0.001 }),
        );
      });
    });
    const seen: (string | undefined)[] = [];
    const url = await http((request, response) => {
      seen.push(request.headers.authorization);
      response.end();
    });
    const send = createAuthorizedSend(client());
    await send({ ...post(url), oauth2: oauth2(tokenUrl) });
    await send({ ...post(url), oauth2: oauth2(tokenUrl) });
    expect(forms[0]).toBe('grant_type=client_credentials&audience=https%3A%2F%2Fapi&client_id=id&client_secret=secret');
    expect(seen).toEqual(['Bearer t1', 'Bearer t2']);
  });

  test('an endpoint that refuses a fresh token is answered for once', async () => {
    const tokenUrl = await http((_request, response) => {
      response.end(JSON.stringify({ access_token: 't', token_type: 'bearer', expires_in: 3600 }));
    });
    let requests = 0;
    const url = await http((_request, response) => {
      requests += 1;
      response.writeHead(401).end();
    });
    expect(await createAuthorizedSend(client())({ ...post(url), oauth2: oauth2(tokenUrl) })).toMatchObject({
      status: 401,
    });
    expect(requests).toBe(1);
  });

  test.each([
    [503, '', 'oauth2_unavailable'],
    [429, '', 'oauth2_unavailable'],
    [302, '', 'oauth2_refused'],
    [200, '<html>', 'oauth2_refused'],
    [200, '{"access_token":"a\\r\\nb","token_type":"bearer"}', 'oauth2_refused'],
    [200, '{"access_token":"a","token_type":"mac"}', 'oauth2_refused'],
  ])('%d %j is %s', async (status, body, code) => {
    const tokenUrl = await http((_request, response) => void response.writeHead(status).end(body));
    const outcome = await createAuthorizedSend(client())({ ...post(DEAD_ADDRESS), oauth2: oauth2(tokenUrl) });
    expect(outcome).toMatchObject({ kind: 'error', code });
  });

  test('a token endpoint on an address that may not be called is refused', async () => {
    const send = createAuthorizedSend(client());
    const outcome = await send({ ...post(DEAD_ADDRESS), oauth2: oauth2('http://169.254.169.254/token') });
    expect(outcome).toMatchObject({ kind: 'error', code: 'address_refused' });
  });
});
