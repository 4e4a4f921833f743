import { z } from 'zod';
import { badCredentials, badEvent, tooManyRequests } from './common-answers.ts';
import { defineVendor } from './contract.ts';
import { asText, plainText, secretUrl, shortened, template, WHO_DID_WHAT } from './inputs.ts';

/** Discord refuses longer messages. */
const MAX_CHARACTERS = 2_000;
const NEW_URL = 'Create a new webhook in the channel’s settings and enter its URL.';

export const discord = defineVendor({
  kind: 'discord',
  title: 'Discord',
  summary: 'A message in a channel for each event. It mentions nobody, whatever the event holds.',
  docs: [
    'https://discord.com/developers/docs/resources/webhook#execute-webhook',
    'https://discord.com/developers/docs/topics/rate-limits',
    'https://discord.com/developers/docs/topics/opcodes-and-status-codes#json',
  ],
  inputs: z.strictObject({
    webhook_url: secretUrl('The URL of the channel’s webhook.', {
      pattern: /^https:\/\/(?:(?:ptb|canary)\.)?discord(?:app)?\.com\/api\/(?:v\d+\/)?webhooks\/\d+\/[\w-]+$/,
      expected: 'https://discord.com/api/webhooks/<id>/<token>',
    }),
    content: template('The message, in Discord’s markdown; cut at 2,000 characters.', WHO_DID_WHAT),
    username: plainText('Name shown instead of the webhook’s.').max(80).optional(),
  }),
  request: (inputs) => ({
    url: inputs.webhook_url,
    body: {
      content: shortened(inputs.content, MAX_CHARACTERS),
      ...(inputs.username !== undefined && { username: asText(inputs.username) }),
      allowed_mentions: { parse: [] },
    },
  }),
  // Five in two seconds a webhook; its answers say when to wait.
  rateLimitPerSecond: 2,
  suggestedFilter: { exclude_events: ['$pageview', '$pageleave', '$autocapture', '$identify'] },
  testEvent: { event: 'Sluice test', properties: { message: 'Hello from Sluice' } },
  answers: [
    {
      ...{ when: '404 with code 10015 (Unknown Webhook)', status: [404], body: /\b10015\b|Unknown Webhook/ },
      ...{ class: 'gone', name: 'discord_unknown_webhook', message: 'The webhook was deleted.', remedy: NEW_URL },
    },
    badCredentials([401, 403, 404], {
      ...{ name: 'discord_token_invalid', message: 'The token in the URL was refused.', remedy: NEW_URL },
    }),
    badEvent([400], {
      ...{
        name: 'discord_message_invalid',
        message: 'Discord cannot take the message, for example because it is empty.',
      },
      remedy: 'Correct content, then replay the event.',
    }),
    tooManyRequests({
      ...{ when: '429; waits for `retry_after` seconds of the answer', waitMember: 'retry_after' },
      ...{ name: 'discord_rate_limited', remedy: 'Filter more, or lower the webhook’s rate limit.' },
    }),
  ],
});
