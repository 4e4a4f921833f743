import { z } from 'zod';
import { badEvent, tooManyRequests } from './common-answers.ts';
import { defineVendor } from './contract.ts';
import { secretUrl, template, WHO_DID_WHAT } from './inputs.ts';

const NEW_URL = 'Create a new incoming webhook in the Slack app and enter its URL.';

/** Blocks are layout that Slack reads; each of their strings may be a template. */
const blocks = z
  .array(z.record(z.string(), z.unknown()))
  .max(50)
  .meta({ template: true, description: 'Block Kit layout shown instead of the text, which stays the notification.' });

export const slack = defineVendor({
  kind: 'slack',
  title: 'Slack',
  summary: 'A message in a channel for each event, through an incoming webhook.',
  docs: [
    'https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks',
    'https://api.slack.com/changelog/2016-05-17-changes-to-errors-for-incoming-webhooks',
    'https://api.slack.com/docs/rate-limits',
  ],
  inputs: z.strictObject({
    webhook_url: secretUrl('The URL of the incoming webhook.', {
      pattern: /^https:\/\/hooks\.slack(?:-gov)?\.com\/\S+$/,
      expected: 'https://hooks.slack.com/…; for servers that imitate Slack use the kind generic with a payload',
    }),
    text: template('The message, in Slack’s mrkdwn. Values of the event are escaped.', WHO_DID_WHAT),
    blocks: blocks.optional(),
  }),
  request: (inputs) => ({
    url: inputs.webhook_url,
    escape: 'slack',
    body: { text: inputs.text, ...(inputs.blocks && { blocks: inputs.blocks }) },
  }),
  rateLimitPerSecond: 1,
  suggestedFilter: { exclude_events: ['$pageview', '$pageleave', '$autocapture', '$identify'] },
  testEvent: { event: 'Sluice test', properties: { message: 'Hello from Sluice' } },
  answers: [
    {
      ...{ when: 'any status with `"ok":false`', body: /"ok"\s*:\s*false/, class: 'misconfigured' },
      ...{ name: 'slack_not_ok', message: 'Slack took the request and refused the message.', remedy: NEW_URL },
    },
    {
      ...{ when: '`no_service`, `no_team`, `invalid_token`', body: /\b(?:no_service|no_team|invalid_token)\b/ },
      ...{ class: 'misconfigured', name: 'slack_no_service', remedy: NEW_URL },
      message: 'The incoming webhook was removed, or its app was taken from the workspace.',
    },
    {
      ...{ when: '`channel_is_archived`', body: /\bchannel_is_archived\b/, class: 'misconfigured' },
      ...{ name: 'slack_channel_archived', message: 'The channel is archived.' },
      remedy: 'Take the channel out of the archive, or enter the URL of a webhook for another one.',
    },
    {
      ...{ when: '`channel_not_found`, `user_not_found`', body: /\b(?:channel|user)_not_found\b/ },
      ...{ class: 'misconfigured', name: 'slack_channel_missing', remedy: NEW_URL },
      message: 'The channel or user of the webhook does not exist.',
    },
    {
      ...{ when: '`action_prohibited`, `posting_to_general_channel_denied`' },
      ...{ body: /\b(?:action_prohibited|posting_to_general_channel_denied)\b/, class: 'misconfigured' },
      ...{ name: 'slack_action_prohibited', message: 'The workspace does not allow this webhook to post there.' },
      remedy: 'Have an administrator allow it, or choose another channel.',
    },
    badEvent([400], {
      ...{ name: 'slack_message_invalid', message: 'Slack cannot read the message.' },
      remedy: 'Correct text or blocks, then replay the event.',
    }),
    tooManyRequests({ name: 'slack_rate_limited', remedy: 'Filter more: Slack takes about one message a second.' }),
  ],
});
