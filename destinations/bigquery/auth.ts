import { Impersonated, JWT } from 'google-auth-library';
import type { AuthClient, JWTOptions } from 'google-auth-library';
import { SluiceError } from '../../core/errors.ts';
import type { BigQueryConfig } from './config.ts';
import { parseServiceAccountKey } from './service-account-key.ts';

/** Where Google's interfaces are, when not at Google: an emulator in tests. */
export interface Endpoints {
  api: string;
  token: string;
  iam: string;
}

type Transport = NonNullable<JWTOptions['transporterOptions']>;
type Adapter = NonNullable<Transport['adapter']>;

const BIGQUERY_SCOPE = 'https://www.googleapis.com/auth/bigquery';
/** Asking for another account's token needs more than BigQuery's scope. */
const IAM_SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
const TOKEN_URL = 'https://oauth2.googleapis.com/token';

/** Signs requests as the config's account. Tokens are fetched when first needed and renewed by themselves. */
export function signIn(config: BigQueryConfig, endpoints: Endpoints | undefined): AuthClient {
  const key = parseServiceAccountKey(config.serviceAccountKey);
  if (key === undefined) {
    // The schema has checked it; somebody has changed the stored config.
    throw new SluiceError({
      code: 'destination_config_invalid',
      message: "the bigquery destination's config is not valid: serviceAccountKey is not a key file",
      retryable: false,
      fault: 'customer',
      remedy: 'Enter the JSON key file of the service account again.',
    });
  }
  const { email, privateKey } = key;
  const own = (scope: string): JWT =>
    new JWT({
      email,
      key: privateKey,
      scopes: [scope],
      ...(endpoints && { transporterOptions: at(endpoints) }),
    });
  return config.impersonate === undefined
    ? own(BIGQUERY_SCOPE)
    : new Impersonated({
        sourceClient: own(IAM_SCOPE),
        targetPrincipal: config.impersonate,
        targetScopes: [BIGQUERY_SCOPE],
        ...(endpoints && { endpoint: endpoints.iam }),
      });
}

/** The library has Google's token address built in; it is exchanged where the request is sent. */
function at({ token }: Endpoints): Transport {
  const adapter: Adapter = (request, send) =>
    send(request.url.toString() === TOKEN_URL ? { ...request, url: new URL(token) } : request);
  return { adapter };
}
