import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

/** What the provider knows Sluice by. */
export const OIDC_CLIENT = { clientId: 'sluice', clientSecret: 'a-secret-of-the-client' };
/** Accounts whose names begin so have an address that nobody has verified. */
export const UNVERIFIED = 'unverified';

export interface OidcProvider {
  issuer: string;
  /** Begins to answer, to the Sluice at the address. */
  serve(sluiceUrl: string): void;
  stop(): void;
}

/** oidc-provider, with its own login page; every account has the address `<account>@example.com`. */
export async function startOidcProvider(): Promise<OidcProvider> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return {
    issuer,
    serve: (sluiceUrl) => {
      const answer = providerFor(issuer, `${sluiceUrl}/api/v1/auth/oidc/callback`).callback();
      server.on('request', (request, response) => void answer(request, response));
    },
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function providerFor(issuer: string, callback: string): Provider {
  const { clientId, clientSecret } = OIDC_CLIENT;
  return new Provider(issuer, {
    clients: [{ client_id: clientId, client_secret: clientSecret, redirect_uris: [callback] }],
    claims: { email: ['email', 'email_verified'], profile: ['name'] },
    pkce: { required: () => true },
    cookies: { keys: ['k'] },
    findAccount: (_context, accountId) => ({
      accountId,
      claims: () => ({
        sub: accountId,
        email: `${accountId}@example.com`,
        email_verified: !accountId.startsWith(UNVERIFIED),
        name: `Name of ${accountId}`,
      }),
    }),
    // Nobody is asked for consent: the client is the installation's own.
    loadExistingGrant: async (context) => {
      const grant = new context.oidc.provider.Grant({
        clientId: context.oidc.client!.clientId,
        accountId: context.oidc.session!.accountId!,
      });
      grant.addOIDCScope('openid email profile');
      await grant.save();
      return grant;
    },
  });
}
