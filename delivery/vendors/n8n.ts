import { z } from 'zod';
import { badCredentials, badEvent, tooManyRequests } from './common-answers.ts';
import { defineVendor } from './contract.ts';
import { EVENT_BODY } from './event-body.ts';
import { plainText, secretText, secretUrl } from './inputs.ts';

export const n8n = defineVendor({
  kind: 'n8n',
  title: 'n8n',
  summary: 'Each event starts a workflow through its Webhook node.',
  docs: [
    'https://docs.n8n.io/integrations/builtin/core-nodes/n8n-nodes-base.webhook/',
    'https://docs.n8n.io/integrations/builtin/core-nodes/n8n-nodes-base.webhook/workflow-development/',
  ],
  inputs: z
    .strictObject({
      webhook_url: secretUrl('The production URL of the Webhook node; the test URL listens to one event only.'),
      header_name: plainText('Of the node’s header authentication.', /^[\w-]+$/).optional(),
      header_value: secretText('Of the node’s header authentication.', /^[\x20-\x7e]+$/).optional(),
    })
    .refine(({ header_name: name, header_value: value }) => (name === undefined) === (value === undefined), {
      path: ['header_value'],
      message: 'header_name and header_value belong together',
    }),
  request: ({ webhook_url: url, header_name: name, header_value: value }) => ({
    url,
    body: EVENT_BODY,
    ...(name !== undefined && value !== undefined && { headers: { [name.toLowerCase()]: value } }),
  }),
  testEvent: { event: 'Sluice test', properties: { test: true, amount: 1 } },
  answers: [
    {
      ...{ when: '404 with `not registered`', status: [404], body: /not registered/i, class: 'misconfigured' },
      ...{ name: 'n8n_not_registered', message: 'No active workflow listens to this URL.' },
      remedy: 'Activate the workflow, use its production URL, and let the node accept POST.',
    },
    badCredentials([401, 403], { name: 'n8n_header_refused', remedy: 'Enter the header that the node expects.' }),
    badEvent([413], { name: 'n8n_too_large', remedy: 'Raise N8N_PAYLOAD_SIZE_MAX, or send smaller properties.' }),
    tooManyRequests({ name: 'n8n_rate_limited', remedy: 'Filter more, or set a rate limit.' }),
  ],
});
