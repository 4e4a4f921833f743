import type { ChannelConfig } from '../core/notices.ts';
import { signStandard } from '../delivery/signing.ts';
import type { GuardedClient } from '../net/guarded-client.ts';
import type { LinkedMessage, SendThrough } from './contract.ts';
import { postJson } from './http-send.ts';

type WebhookChannel = Extract<ChannelConfig, { kind: 'webhook' }>;

/** Signed as Standard Webhooks 1.0 says, with the body that it recommends: type, timestamp, data. */
export function webhookSender(http: GuardedClient): SendThrough<WebhookChannel> {
  return async ({ url, secret }, message, signal) => {
    const body = bodyOf(message);
    const timestampSeconds = Math.floor(Date.now() / 1_000);
    const headers = {
      'webhook-id': message.id,
      'webhook-timestamp': String(timestampSeconds),
      'webhook-signature': signStandard({ id: message.id, timestampSeconds, body, secrets: [secret] }),
    };
    await postJson(http, { url, body, headers }, signal);
  };
}

function bodyOf({ type, at, title, text, details, consoleUrl }: LinkedMessage): string {
  const data = { ...details, title, text, ...(consoleUrl === undefined ? {} : { console_url: consoleUrl }) };
  return JSON.stringify({ type, timestamp: at.toISOString(), data });
}
