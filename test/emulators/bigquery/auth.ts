import { generateKeyPairSync, randomUUID, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { ApiError } from './api-error.ts';

/** The audience that google-auth-library signs for, whatever address the assertion is sent to. */
const AUDIENCE = 'https://oauth2.googleapis.com/token';
const TOKEN_LIFETIME_S = 3_600;
const SCOPES = ['https://www.googleapis.com/auth/bigquery', 'https://www.googleapis.com/auth/cloud-platform'];

/** The key file of a service account, as Google hands it out. */
export interface ServiceAccountKey {
  type: 'service_account';
  project_id: string;
  private_key_id: string;
  private_key: string;
  client_email: string;
  client_id: string;
  token_uri: string;
  universe_domain: string;
}

interface Claims {
  iss?: string;
  aud?: string;
  exp?: number;
  iat?: number;
  scope?: string;
}

interface Token {
  email: string;
  scopes: string[];
  expiresAtMs: number;
}

/** An OAuth error body, of another form than the API's. */
export class OAuthError extends Error {
  readonly code: string;

  constructor(code: string, description: string) {
    super(description);
    this.code = code;
  }
}

/** Accounts, keys and tokens: who may call, and as whom. */
export class Authority {
  private readonly keys = new Map<string, KeyObject>();
  private readonly tokens = new Map<string, Token>();
  private readonly mayActAs = new Map<string, Set<string>>();
  private readonly scopes: readonly string[];

  /** `scopes`: a token needs one of them. */
  constructor(scopes: readonly string[] = SCOPES) {
    this.scopes = scopes;
  }

  /** A new account with a key; with `registered` false Google does not know the key (it was revoked). */
  createAccount(name: string, project: string, { registered = true } = {}): ServiceAccountKey {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    const email = `${name}@${project}.iam.gserviceaccount.com`;
    if (registered) {
      this.keys.set(email, publicKey);
    }
    return {
      type: 'service_account',
      project_id: project,
      private_key_id: randomUUID().replaceAll('-', ''),
      private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      client_email: email,
      client_id: '100000000000000000001',
      token_uri: AUDIENCE,
      universe_domain: 'googleapis.com',
    };
  }

  allowImpersonation(source: string, target: string): void {
    this.mayActAs.set(source, (this.mayActAs.get(source) ?? new Set()).add(target));
  }

  /** The token endpoint's JWT bearer grant (RFC 7523): RS256, registered key, audience, times. */
  grant(form: URLSearchParams): object {
    if (form.get('grant_type') !== 'urn:ietf:params:oauth:grant-type:jwt-bearer') {
      throw new OAuthError('unsupported_grant_type', `Invalid grant_type: ${form.get('grant_type') ?? ''}`);
    }
    const claims = this.verified(form.get('assertion') ?? '');
    const scopes = (claims.scope ?? '').split(' ');
    const token = this.issue({ email: claims.iss ?? '', scopes });
    return { access_token: token, expires_in: TOKEN_LIFETIME_S, token_type: 'Bearer' };
  }

  /** IAM credentials' generateAccessToken. */
  impersonate(authorization: string | undefined, target: string, scopes: string[]): object {
    const source = this.tokenOf(authorization).email;
    if (this.mayActAs.get(source)?.has(target) !== true) {
      const message = `Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may not exist).`;
      throw new ApiError('PERMISSION_DENIED', message, 403);
    }
    const expireTime = new Date(Date.now() + TOKEN_LIFETIME_S * 1_000).toISOString();
    return { accessToken: this.issue({ email: target, scopes }), expireTime };
  }

  /** Who calls, or 401; 403 when the token was made for another service. */
  caller(authorization: string | undefined): string {
    const { email, scopes } = this.tokenOf(authorization);
    if (!scopes.some((scope) => this.scopes.includes(scope))) {
      throw new ApiError('insufficientPermissions', 'Request had insufficient authentication scopes.');
    }
    return email;
  }

  /** Every token handed out so far is void, as after an hour. */
  expireTokens(): void {
    this.tokens.clear();
  }

  private issue({ email, scopes }: { email: string; scopes: string[] }): string {
    const token = `ya29.${randomUUID()}`;
    this.tokens.set(token, { email, scopes, expiresAtMs: Date.now() + TOKEN_LIFETIME_S * 1_000 });
    return token;
  }

  private tokenOf(authorization: string | undefined): Token {
    const token = this.tokens.get(authorization?.replace(/^Bearer /, '') ?? '');
    if (token === undefined || token.expiresAtMs < Date.now()) {
      throw new ApiError('authError', 'Request had invalid authentication credentials. Expected OAuth 2 access token.');
    }
    return token;
  }

  private verified(assertion: string): Claims {
    const [header = '', payload = '', signature = ''] = assertion.split('.');
    const claims = decode(payload);
    const key = this.keys.get(claims.iss ?? '');
    if (key === undefined) {
      throw new OAuthError('invalid_grant', 'Invalid grant: account not found');
    }
    const signed = Buffer.from(`${header}.${payload}`);
    const isGenuine = verify('RSA-SHA256', signed, key, fromBase64Url(signature));
    if (!isGenuine) {
      throw new OAuthError('invalid_grant', 'Invalid JWT Signature.');
    }
    checkTimes(claims);
    return claims;
  }
}

function checkTimes({ aud, exp = 0, iat = 0 }: Claims): void {
  const nowS = Date.now() / 1_000;
  if (exp < nowS || iat > nowS + 300 || exp - iat > TOKEN_LIFETIME_S) {
    throw new OAuthError(
      'invalid_grant',
      'Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe.',
    );
  }
  if (aud !== AUDIENCE) {
    throw new OAuthError('invalid_grant', 'Invalid JWT: Failed audience check.');
  }
}

function decode(part: string): Claims {
  try {
    return JSON.parse(fromBase64Url(part).toString()) as Claims;
  } catch {
    throw new OAuthError('invalid_request', 'Bad Request');
  }
}

function fromBase64Url(text: string): Buffer {
  return Buffer.from(text, 'base64url');
}
