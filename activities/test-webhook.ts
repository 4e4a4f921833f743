import type { WebhookTest, WebhookTestRequest } from '../core/explanation.ts';
import { concludeAttempt, prepareAttempt } from '../delivery/attempt.ts';
import { getWebhookRuntime } from '../store/webhooks.ts';
import type { ActivityDeps } from './deps.ts';
import { laneConfig } from './lane-configs.ts';
import { sampleEvent } from './sample-event.ts';
import { shownRequest } from './shown-request.ts';

/** Beyond the request's own time-out, for a token that has to be fetched before. */
const MARGIN_MS = 15_000;

/**
 * Sends an event that nobody captured, as a delivery would, whatever the webhook's filter and health. Its attempt is
 * neither logged nor charged. Undefined when the webhook is gone. Never rejects because of the endpoint.
 */
export async function testWebhook(
  deps: Pick<ActivityDeps, 'db' | 'box' | 'send'>,
  request: WebhookTestRequest,
): Promise<WebhookTest | undefined> {
  const webhook = await getWebhookRuntime(deps.db, deps.box, request.destinationId);
  if (webhook?.teamId !== request.teamId) {
    return undefined;
  }
  const config = laneConfig(webhook);
  const nowMs = Date.now();
  const prepared = prepareAttempt({ config, event: sampleEvent(request, nowMs), attempt: 1, via: 'probe' }, nowMs);
  const outcome = prepared.refusal
    ? undefined
    : await deps.send(prepared.request, AbortSignal.timeout(config.timeoutMs + MARGIN_MS));
  const { classification, record } = concludeAttempt(prepared, outcome, { atMs: Date.now(), eventMs: Date.now() });
  const { errorCode, message, remedy } = classification;
  return {
    delivered: classification.class === 'delivered',
    statusCode: record.statusCode === 0 ? null : record.statusCode,
    error: errorCode === undefined ? null : { code: errorCode, message: message ?? '', remedy: remedy ?? null },
    durationMs: record.durationMs,
    phases: record.phases,
    responseBody: record.responseBody,
    responseHeaders: record.responseHeaders ?? '',
    request: shownRequest(prepared),
  };
}
