import type { AuthClient } from 'google-auth-library';
import type { OutboundNetwork } from '../../net/outbound-network.ts';
import type { Destination } from '../contract.ts';
import { isImpersonationRefused, signIn, type SignInEndpoints } from '../google/sign-in.ts';
import { createObjectStoreDestination, type ObjectStoreOptions } from '../object-store/destination.ts';
import type { ObjectStore } from '../object-store/store.ts';
import { GcsApi } from './api.ts';
import { GcsStore } from './client.ts';
import { type GcsConfig, gcsConfigSchema, serviceUrl } from './config.ts';
import { failed, gcsError } from './errors.ts';
import { IMPERSONATION_DENIED } from './faults.ts';

export interface GcsOptions extends ObjectStoreOptions {
  /** Which hosts may be called; undefined: any. */
  network?: OutboundNetwork;
  /** Where a config's account signs in, for tests; Google by default. */
  signInAt?: (config: GcsConfig) => SignInEndpoints;
}

const SCOPE = 'https://www.googleapis.com/auth/devstorage.read_write';
/** Parts of one file go one after the other: larger ones, and fewer that wait. */
const PARTS = { partBytes: 16 * 1024 ** 2, partsInFlight: 2 };

export function createGcsDestination(options: GcsOptions = {}): Destination<GcsConfig> {
  return createObjectStoreDestination(
    {
      kind: 'gcs',
      title: 'Google Cloud Storage',
      configSchema: gcsConfigSchema,
      secretFields: ['serviceAccountKey'],
      openStore: (config, signal) => openStore(config, options, signal),
    },
    { ...PARTS, ...options },
  );
}

async function openStore(config: GcsConfig, options: GcsOptions, signal: AbortSignal): Promise<ObjectStore> {
  await options.network?.assertHost('endpoint', new URL(serviceUrl(config)).hostname);
  const auth = signIn(config, { kind: 'gcs', scope: SCOPE, endpoints: options.signInAt?.(config) });
  await fetchToken(auth, config, signal);
  return new GcsStore(new GcsApi(config, auth, options.network));
}

/** Throws what is wrong with the account. */
async function fetchToken(auth: AuthClient, config: GcsConfig, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
  try {
    await Promise.race([auth.getAccessToken(), aborted]);
  } catch (error) {
    signal.throwIfAborted();
    throw isImpersonationRefused(error)
      ? failed(IMPERSONATION_DENIED, 'sign in', config)
      : gcsError(error, 'sign in', config);
  }
}
