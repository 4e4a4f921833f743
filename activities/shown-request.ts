import type { ShownRequest } from '../core/explanation.ts';
import type { PreparedAttempt } from '../delivery/attempt.ts';
import { hide, NOT_SHOWN } from '../delivery/hidden.ts';

/** A request for its owner's eyes: headers that a customer has set, and credentials, are named but not shown. */
export function shownRequest({ request, refusal, input }: PreparedAttempt): ShownRequest {
  const headers = Object.entries(request.headers).map(([name, value]) => {
    const secret = name in input.config.headers || name === 'webhook-signature';
    return [name, secret ? NOT_SHOWN : value];
  });
  const { hidden } = input.config;
  return {
    ...{ method: request.method, url: hide(request.url, hidden), body: hide(request.body.toString(), hidden) },
    headers: Object.fromEntries(headers) as Record<string, string>,
    refusal: refusal ? { code: refusal.errorCode ?? 'unknown', message: refusal.message ?? '' } : null,
  };
}
