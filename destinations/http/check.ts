import type { SluiceError } from '../../core/errors.ts';
import type { GuardedClient } from '../../net/guarded-client.ts';
import { runSteps } from '../check-steps.ts';
import type { CheckStep } from '../contract.ts';
import { bodyOf } from './body.ts';
import type { HttpConfig } from './config.ts';
import { failureOf } from './errors.ts';
import { batchId, headersOf } from './sender.ts';

/** An empty batch: the receiver may refuse it as empty, which shows as well that it was let in. Nothing is stored. */
const EMPTY = Buffer.from('\n');
const PERMANENT_REFUSAL = new Set(['http_target_batch_refused', 'http_target_row_too_large']);

export async function checkHttp(client: GuardedClient, config: HttpConfig, signal: AbortSignal): Promise<CheckStep[]> {
  const { method, url } = config;
  const probe = async (): Promise<SluiceError | undefined> => {
    const headers = headersOf(config, batchId({ place: 'connection check', lines: EMPTY }));
    const body = await bodyOf(EMPTY, config);
    return failureOf(await client.request({ method, url, headers, body, timeoutMs: 15_000, signal }));
  };
  let failure: SluiceError | undefined;
  const unless = (codes: (code: string) => boolean): Promise<void> =>
    failure !== undefined && codes(failure.code) ? Promise.reject(failure) : Promise.resolve();
  const isConnection = (code: string): boolean => CONNECTION_FAULTS.has(code);
  return runSteps(
    [
      {
        name: 'connection',
        run: async () => {
          failure = await probe();
          await unless(isConnection);
        },
      },
      { name: 'credentials', run: () => unless((code) => code === 'http_target_credentials_refused') },
      { name: 'endpoint', run: () => unless((code) => !PERMANENT_REFUSAL.has(code)) },
    ],
    signal,
  );
}

const CONNECTION_FAULTS = new Set([
  'address_not_allowed',
  'http_target_url_invalid',
  'http_target_tls_failed',
  'http_target_unreachable',
]);
