import { z } from 'zod';
import { badCredentials, tooManyRequests } from './common-answers.ts';
import { defineVendor } from './contract.ts';
import { EVENT_BODY } from './event-body.ts';
import { secretText, secretUrl } from './inputs.ts';

export const make = defineVendor({
  kind: 'make',
  title: 'Make',
  summary: 'Each event starts a scenario through a custom webhook.',
  docs: ['https://help.make.com/webhooks', 'https://apps.make.com/gateway'],
  inputs: z.strictObject({
    webhook_url: secretUrl('The URL of the custom webhook.', {
      pattern: /^https:\/\/hook\.[\w.-]*make\.(?:com|celonis\.com)\/\S+$/,
      expected: 'https://hook.<zone>.make.com/…',
    }),
    api_key: secretText('Of the webhook’s API key authentication, if it has one; sent as x-make-apikey.').optional(),
  }),
  request: ({ webhook_url: url, api_key: key }) => ({
    url,
    body: EVENT_BODY,
    ...(key !== undefined && { headers: { 'x-make-apikey': key } }),
  }),
  // 300 in ten seconds.
  rateLimitPerSecond: 30,
  testEvent: { event: 'Sluice test', properties: { test: true, amount: 1 } },
  answers: [
    {
      ...{ when: '400 with `Queue is full`', status: [400], body: /queue is full/i, class: 'throttled' },
      ...{ name: 'make_queue_full', message: 'The queue of the webhook is full.' },
      remedy: 'Let the scenario run more often, or filter more.',
    },
    {
      ...{ when: '410', status: [410], class: 'misconfigured', name: 'make_webhook_inactive' },
      message: 'No scenario listens to the webhook.',
      remedy: 'Put the webhook into a scenario and switch it on.',
    },
    badCredentials([401, 403], { name: 'make_api_key_refused', remedy: 'Enter an API key of the webhook.' }),
    tooManyRequests({ name: 'make_rate_limited', remedy: 'Filter more: Make takes 300 requests in ten seconds.' }),
  ],
});
