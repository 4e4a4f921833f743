import type * as GoogleAuth from 'google-auth-library';
import type { AuthClient, JWT, JWTOptions } from 'google-auth-library';
import { SluiceError } from '../../core/errors.ts';
import { lazySdk } from '../lazy-sdk.ts';
import { parseServiceAccountKey } from './service-account-key.ts';

/** Where Google's token and IAM interfaces are, when not at Google: an emulator in tests. */
export interface SignInEndpoints {
  token: string;
  iam: string;
}

export interface SignInOptions {
  /** Names the destination in errors. */
  kind: string;
  /** What the token is for. */
  scope: string;
  endpoints: SignInEndpoints | undefined;
}

/** The fields of a config that say who calls. */
export interface GoogleIdentity {
  serviceAccountKey: string;
  /** E-mail of an account to act as. */
  impersonate?: string | undefined;
}

type Transport = NonNullable<JWTOptions['transporterOptions']>;
type Adapter = NonNullable<Transport['adapter']>;

const loadSdk = lazySdk<typeof GoogleAuth>('google-auth-library');

/** Asking for another account's token needs more than a service's own scope. */
const IAM_SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
const TOKEN_URL = 'https://oauth2.googleapis.com/token';

/** Signs requests as the config's account. Tokens are fetched when first needed and renewed by themselves. */
export function signIn(identity: GoogleIdentity, { kind, scope, endpoints }: SignInOptions): AuthClient {
  const key = parseServiceAccountKey(identity.serviceAccountKey);
  if (key === undefined) {
    // The schema has checked it; somebody has changed the stored config.
    throw keyInvalid(kind);
  }
  const { email, privateKey } = key;
  const own = (ownScope: string): JWT =>
    new (loadSdk().JWT)({
      email,
      key: privateKey,
      scopes: [ownScope],
      ...(endpoints && { transporterOptions: at(endpoints) }),
    });
  return identity.impersonate === undefined
    ? own(scope)
    : new (loadSdk().Impersonated)({
        sourceClient: own(IAM_SCOPE),
        targetPrincipal: identity.impersonate,
        targetScopes: [scope],
        ...(endpoints && { endpoint: endpoints.iam }),
      });
}

/** Whether signing in failed because the account may not act as another. */
export function isImpersonationRefused(error: unknown): boolean {
  return error instanceof Error && error.message.includes('unable to impersonate');
}

/** The library has Google's token address built in; it is exchanged where the request is sent. */
function at({ token }: SignInEndpoints): Transport {
  const adapter: Adapter = (request, send) =>
    send(request.url.toString() === TOKEN_URL ? { ...request, url: new URL(token) } : request);
  return { adapter };
}

function keyInvalid(kind: string): SluiceError {
  return new SluiceError({
    code: 'destination_config_invalid',
    message: `the ${kind} destination's config is not valid: serviceAccountKey is not a key file`,
    retryable: false,
    fault: 'customer',
    remedy: 'Enter the JSON key file of the service account again.',
  });
}
