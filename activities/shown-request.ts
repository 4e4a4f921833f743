import type { ShownRequest } from '../core/explanation.ts';
import type { PreparedAttempt } from '../delivery/attempt.ts';

/** A request for its owner's eyes: headers that a customer has set, and credentials, are named but not shown. */
export function shownRequest({ request, refusal, input }: PreparedAttempt): ShownRequest {
  const headers = Object.entries(request.headers).map(([name, value]) => {
    const secret = name in input.config.headers || name === 'webhook-signature';
    return [name, secret ? '(not shown)' : value];
  });
  return {
    ...{ method: request.method, url: request.url, body: request.body.toString() },
    headers: Object.fromEntries(headers) as Record<string, string>,
    refusal: refusal ? { code: refusal.errorCode ?? 'unknown', message: refusal.message ?? '' } : null,
  };
}
