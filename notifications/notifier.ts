import { SluiceError } from '../core/errors.ts';
import { noticePage } from '../core/notice-page.ts';
import type { ChannelConfig, NoticeMessage } from '../core/notices.ts';
import { createAddressPolicy } from '../net/address-policy.ts';
import { createGuardedClient } from '../net/guarded-client.ts';
import type { Notifier, SendThrough } from './contract.ts';
import { emailSender, type SmtpSettings } from './email.ts';
import { slackSender } from './slack.ts';
import { webhookSender } from './webhook.ts';

export interface NotifierOptions {
  /** Private networks that may be reached. */
  allowedCidrs: readonly string[];
  proxyUrl?: string | undefined;
  /** Absent: no e-mail. */
  smtp?: SmtpSettings | undefined;
  /** Under which people reach the console; absent: messages have no links. */
  publicUrl?: string | undefined;
}

/** One sender for every kind of channel, with connections of its own. */
export function createNotifier({ allowedCidrs, proxyUrl, smtp, publicUrl }: NotifierOptions): Notifier {
  const policy = createAddressPolicy({ allowCidrs: allowedCidrs });
  const http = createGuardedClient({ policy, proxyUrl, userAgent: 'Sluice-Notifications/1' });
  const email = smtp && emailSender(smtp);
  const webhook = webhookSender(http);
  const slack = slackSender(http);
  const send: SendThrough<ChannelConfig> = (config, message, signal) => {
    switch (config.kind) {
      case 'webhook':
        return webhook(config, message, signal);
      case 'slack':
        return slack(config, message, signal);
      case 'email':
        return email === undefined ? Promise.reject(emailUnavailable()) : email.send(config, message, signal);
    }
  };
  return {
    assertUsable: (kind) => {
      if (kind === 'email' && email === undefined) {
        throw emailUnavailable();
      }
    },
    send: (config, message, signal) => send(config, { ...message, consoleUrl: consoleUrl(publicUrl, message) }, signal),
    ...(email === undefined ? {} : { mail: email.mail }),
    close: async () => {
      email?.close();
      await http.close();
    },
  };
}

function consoleUrl(publicUrl: string | undefined, message: NoticeMessage): string | undefined {
  const page = noticePage(message);
  return publicUrl === undefined || page === undefined ? undefined : new URL(page, publicUrl).href;
}

function emailUnavailable(): SluiceError {
  return new SluiceError({
    code: 'notification_email_unavailable',
    message: 'kind: this installation has no mail server',
    retryable: false,
    fault: 'customer',
    remedy: 'Use a webhook or Slack, or ask the operator to set SLUICE_SMTP_URL.',
  });
}
