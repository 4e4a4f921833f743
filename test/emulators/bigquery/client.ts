import { BigQuery } from '@google-cloud/bigquery';
import { Impersonated, JWT } from 'google-auth-library';
import type { AuthClient } from 'google-auth-library';
import type { ServiceAccountKey } from './auth.ts';
import type { BigQueryServer } from './start.ts';

const SCOPES = ['https://www.googleapis.com/auth/bigquery'];
const GOOGLE_TOKEN_URL = 'https://oauth2.googleapis.com/token';

/** The unmodified SDK, signed in with a service account's key, as it would be against Google. */
export function connect(server: BigQueryServer, authClient: AuthClient = signIn(server, server.key)): BigQuery {
  return new BigQuery({ apiEndpoint: server.apiEndpoint, projectId: server.project, authClient });
}

/**
 * google-auth-library has Google's token address built in (`token_uri` of the key file is ignored), so the emulator's
 * takes its place below, where the request is sent.
 */
export function signIn(server: BigQueryServer, key: ServiceAccountKey, scopes: string[] = SCOPES): JWT {
  const fetchImplementation: typeof fetch = (input, init) =>
    fetch(addressOf(input) === GOOGLE_TOKEN_URL ? server.tokenUrl : input, init);
  return new JWT({
    email: key.client_email,
    key: key.private_key,
    scopes,
    transporterOptions: { fetchImplementation },
  });
}

export function impersonate(server: BigQueryServer, targetPrincipal: string, scopes: string[] = SCOPES): Impersonated {
  // Asking for tokens of other accounts needs more than BigQuery's own scope.
  const sourceClient = signIn(server, server.key, ['https://www.googleapis.com/auth/cloud-platform']);
  return new Impersonated({ sourceClient, targetPrincipal, targetScopes: scopes, endpoint: server.apiEndpoint });
}

function addressOf(input: string | URL | Request): string {
  return input instanceof Request ? input.url : input.toString();
}
