import type { AuthClient } from 'google-auth-library';
import { signIn as signInToGoogle, type SignInEndpoints } from '../google/sign-in.ts';
import type { BigQueryConfig } from './config.ts';

/** Where Google's interfaces are, when not at Google: an emulator in tests. */
export interface Endpoints extends SignInEndpoints {
  api: string;
}

/** Signs requests as the config's account. */
export function signIn(config: BigQueryConfig, endpoints: Endpoints | undefined): AuthClient {
  return signInToGoogle(config, {
    kind: 'bigquery',
    scope: 'https://www.googleapis.com/auth/bigquery',
    endpoints,
  });
}
