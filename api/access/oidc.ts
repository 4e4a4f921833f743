import * as client from 'openid-client';

export interface OidcSettings {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Shown on the button. */
  name: string;
}

/** What the answer of the provider has to fit. */
export interface OidcFlow {
  state: string;
  nonce: string;
  codeVerifier: string;
}

export interface OidcIdentity {
  /** Issuer and subject: stable, and nobody else's. */
  subject: string;
  /** Only when the provider says that it is verified. */
  email: string | undefined;
  name: string | undefined;
}

export interface Oidc {
  /** Asks the provider for its metadata. Throws when that is not the issuer's. */
  discover(): Promise<void>;
  begin(callbackUrl: string): Promise<{ url: URL; flow: OidcFlow }>;
  /** Throws when the answer does not fit. */
  finish(answer: URL, flow: OidcFlow): Promise<OidcIdentity>;
}

/** The provider is asked for its metadata at the first sign-in, and again after a failure. */
export function createOidc(settings: OidcSettings): Oidc {
  let discovered: Promise<client.Configuration> | undefined;
  const configuration = async (): Promise<client.Configuration> => {
    discovered ??= discover(settings);
    try {
      return await discovered;
    } catch (error) {
      discovered = undefined;
      throw error;
    }
  };
  return {
    discover: async () => {
      await configuration();
    },
    begin: async (callbackUrl) => begin(await configuration(), callbackUrl),
    finish: async (answer, flow) => finish(await configuration(), answer, flow),
  };
}

function discover({ issuer, clientId, clientSecret }: OidcSettings): Promise<client.Configuration> {
  const address = new URL(issuer);
  // The operator names the issuer; only a provider on the same machine has plain HTTP.
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so that it stands out; nothing replaces it
  const options = address.protocol === 'http:' ? { execute: [client.allowInsecureRequests] } : {};
  return client.discovery(address, clientId, clientSecret, undefined, options);
}

async function begin(config: client.Configuration, callbackUrl: string): Promise<{ url: URL; flow: OidcFlow }> {
  const codeVerifier = client.randomPKCECodeVerifier();
  const flow = { codeVerifier, state: client.randomState(), nonce: client.randomNonce() };
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: callbackUrl,
    scope: 'openid email profile',
    code_challenge: await client.calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: 'S256',
    state: flow.state,
    nonce: flow.nonce,
  });
  return { url, flow };
}

async function finish(config: client.Configuration, answer: URL, flow: OidcFlow): Promise<OidcIdentity> {
  const tokens = await client.authorizationCodeGrant(config, answer, {
    pkceCodeVerifier: flow.codeVerifier,
    expectedState: flow.state,
    expectedNonce: flow.nonce,
    idTokenExpected: true,
  });
  const claims = tokens.claims();
  if (!claims) {
    throw new Error('the provider gave no id token');
  }
  const profile = await client.fetchUserInfo(config, tokens.access_token, claims.sub);
  return {
    subject: `${claims.iss} ${claims.sub}`,
    email: profile.email_verified === true ? profile.email : undefined,
    name: profile.name,
  };
}
