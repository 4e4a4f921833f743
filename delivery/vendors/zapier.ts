import { z } from 'zod';
import { tooManyRequests } from './common-answers.ts';
import { defineVendor } from './contract.ts';
import { secretUrl } from './inputs.ts';
import { EVENT_BODY } from './event-body.ts';

export const zapier = defineVendor({
  kind: 'zapier',
  title: 'Zapier',
  summary: 'Each event starts a Zap through “Catch Hook” of Webhooks by Zapier.',
  docs: [
    'https://help.zapier.com/hc/en-us/articles/29972220283789-Webhooks-by-Zapier-rate-limits',
    'https://docs.zapier.com/platform/build/operating-constraints',
  ],
  inputs: z.strictObject({
    webhook_url: secretUrl('The URL that the trigger “Catch Hook” shows.', {
      pattern: /^https:\/\/hooks\.zapier\.com\/\S+$/,
      expected: 'https://hooks.zapier.com/…',
    }),
  }),
  request: (inputs) => ({ url: inputs.webhook_url, body: EVENT_BODY }),
  // 30 a second a webhook, and 10,000 in five minutes over all of a user.
  rateLimitPerSecond: 30,
  testEvent: { event: 'Sluice test', properties: { test: true, amount: 1 } },
  answers: [
    {
      ...{ when: '410', status: [410], class: 'gone', name: 'zapier_hook_gone' },
      message: 'The Zap no longer listens.',
      remedy: 'Switch the Zap on, or enter the URL of another one.',
    },
    tooManyRequests({ name: 'zapier_rate_limited', remedy: 'Filter more, or raise the limit of your Zapier plan.' }),
  ],
});
