import { z } from 'zod';
import { defineVendor } from './contract.ts';
import { secretUrl, template, WHO_DID_WHAT } from './inputs.ts';
import { SLACK_ANSWERS } from './slack-answers.ts';

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
    'https://docs.slack.dev/reference/methods/chat.postMessage',
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
  answers: SLACK_ANSWERS,
});
