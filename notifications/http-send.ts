import { SluiceError } from '../core/errors.ts';
import type { GuardedClient, HttpRequest } from '../net/guarded-client.ts';
import type { HttpOutcome } from '../net/outcome.ts';

/** A notice is small and nobody waits for it; a receiver that needs longer gets it again later. */
const TIMEOUT_MS = 15_000;
/** Client errors that pass: the receiver asks to come again. */
const PASSING = new Set([408, 425, 429]);
/** A setting has to change before these can succeed. */
const PERMANENT_ERRORS: readonly string[] = ['invalid_url', 'invalid_request', 'address_refused'];

/** POSTs JSON. Throws `notification_refused` for what repeating cannot mend, else `notification_unreachable`. */
export async function postJson(
  http: GuardedClient,
  request: Pick<HttpRequest, 'url' | 'body' | 'headers'>,
  signal: AbortSignal,
): Promise<void> {
  const outcome = await http.request({
    method: 'POST',
    ...request,
    headers: { 'content-type': 'application/json', ...request.headers },
    timeoutMs: TIMEOUT_MS,
    signal,
  });
  if (outcome.kind === 'response' && outcome.status >= 200 && outcome.status < 300) {
    return;
  }
  throw isPermanent(outcome) ? refused(whatHappened(outcome)) : unreachable(whatHappened(outcome));
}

function isPermanent(outcome: HttpOutcome): boolean {
  return outcome.kind === 'error'
    ? PERMANENT_ERRORS.includes(outcome.code)
    : outcome.status >= 300 && outcome.status < 500 && !PASSING.has(outcome.status);
}

function whatHappened(outcome: HttpOutcome): string {
  return outcome.kind === 'error' ? outcome.message : `it answered ${String(outcome.status)}`;
}

/** A receiver that will not take this message, however often it comes. */
export function refused(reason: string): SluiceError {
  return new SluiceError({
    code: 'notification_refused',
    message: `the receiver does not take notifications: ${reason}`,
    retryable: false,
    fault: 'customer',
    remedy: 'Correct the settings of the channel, then send a test.',
  });
}

export function unreachable(reason: string): SluiceError {
  return new SluiceError({
    code: 'notification_unreachable',
    message: `the receiver cannot be reached now: ${reason}`,
    retryable: true,
    fault: 'destination',
    remedy: 'Nothing: it is tried again for a day.',
  });
}
