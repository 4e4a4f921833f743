import { z } from 'zod';
import { badCredentials, badEvent, tooManyRequests } from './common-answers.ts';
import { defineVendor } from './contract.ts';
import { secretUrl, shortened, template, WHO_DID_WHAT } from './inputs.ts';

const NEW_URL = 'Open the workflow in Teams, switch it on, and enter the URL of its trigger.';
/** With the card around it below Teams' 28 KB, also when each character takes three bytes. */
const MAX_CHARACTERS = 5_000;

export const teams = defineVendor({
  kind: 'teams',
  title: 'Microsoft Teams',
  summary: 'An adaptive card for each event, through a workflow that begins when a Teams webhook request is received.',
  docs: [
    'https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using',
    'https://learn.microsoft.com/connectors/teams/#when-a-teams-webhook-request-is-received',
    'https://adaptivecards.io/explorer/TextBlock.html',
  ],
  inputs: z.strictObject({
    webhook_url: secretUrl('The URL of the workflow’s trigger.', { pattern: /^https:\/\/\S+$/, expected: 'https://…' }),
    title: template('The first line, in bold.', '{{ event.name }}'),
    text: template('The lines below, in the markdown of adaptive cards.', WHO_DID_WHAT),
  }),
  request: ({ webhook_url: url, title, text }) => ({
    url,
    body: {
      type: 'message',
      attachments: [
        {
          contentType: 'application/vnd.microsoft.card.adaptive',
          contentUrl: null,
          content: {
            $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
            type: 'AdaptiveCard',
            version: '1.4',
            body: [
              { type: 'TextBlock', text: shortened(title, 500), weight: 'Bolder', size: 'Medium', wrap: true },
              { type: 'TextBlock', text: shortened(text, MAX_CHARACTERS), wrap: true },
            ],
          },
        },
      ],
    },
  }),
  // Teams slows down what posts more than four a second.
  rateLimitPerSecond: 4,
  suggestedFilter: { exclude_events: ['$pageview', '$pageleave', '$autocapture', '$identify'] },
  testEvent: { event: 'Sluice test', properties: { message: 'Hello from Sluice' } },
  answers: [
    {
      ...{ when: '200 with `HTTP error 429`', status: [200], body: /HTTP error 429/, class: 'throttled' },
      ...{ name: 'teams_rate_limited', message: 'Teams asks for fewer messages.', remedy: 'Filter more.' },
    },
    {
      ...{ when: '200 with `HTTP error 413`', status: [200], body: /HTTP error 413/, class: 'rejected' },
      ...{ name: 'teams_card_too_large', message: 'The card is larger than 28 KB.', remedy: 'Shorten title or text.' },
    },
    {
      ...{
        when: '200 with `message delivery failed`',
        status: [200],
        body: /message delivery failed/i,
        class: 'retry',
      },
      ...{ name: 'teams_not_delivered', message: 'Teams took the request and could not post the message.' },
      remedy: 'Nothing if it passes: it is tried again. Else see the error in the answer of the attempt.',
    },
    badEvent([413], {
      name: 'teams_card_too_large',
      message: 'The card is larger than 28 KB.',
      remedy: 'Shorten title or text.',
    }),
    {
      ...{ when: '`WorkflowTriggerIsNotEnabled`', status: [400, 401, 403, 404], body: /WorkflowTriggerIsNotEnabled/ },
      ...{
        class: 'misconfigured',
        name: 'teams_workflow_off',
        message: 'The workflow is switched off.',
        remedy: NEW_URL,
      },
    },
    badCredentials([401, 403, 404], {
      ...{ name: 'teams_url_refused', message: 'The workflow is gone, or the signature in the URL is wrong.' },
      remedy: NEW_URL,
    }),
    badEvent([400], {
      ...{ name: 'teams_card_invalid', message: 'The workflow cannot read the card.' },
      remedy: 'See the run of the workflow in Power Automate, correct title or text, then replay the event.',
    }),
    tooManyRequests({ name: 'teams_rate_limited', remedy: 'Filter more.' }),
  ],
});
