import { z } from 'zod';
import { badEvent, tooManyRequests } from './common-answers.ts';
import { defineVendor } from './contract.ts';
import { asText, plainText, region, secretText, shortened, template, WHO_DID_WHAT } from './inputs.ts';

const HOSTS = { us: 'events.pagerduty.com', eu: 'events.eu.pagerduty.com' };
/** PagerDuty's own limit. */
const MAX_SUMMARY = 1_024;

export const pagerduty = defineVendor({
  kind: 'pagerduty',
  title: 'PagerDuty',
  summary: 'An alert for each event, through the Events API v2. A retry raises no second one.',
  docs: [
    'https://developer.pagerduty.com/docs/events-api-v2/trigger-events/',
    'https://raw.githubusercontent.com/PagerDuty/api-schema/main/reference/events-v2/openapiv3.json',
  ],
  inputs: z.strictObject({
    routing_key: secretText('Integration key of the service: 32 characters.', /^[0-9A-Za-z]{32}$/),
    region: region(['us', 'eu']),
    event_action: z.enum(['trigger', 'acknowledge', 'resolve']).default('trigger').describe('What the event does.'),
    summary: template('What happened; cut at 1,024 characters.', WHO_DID_WHAT),
    severity: z.enum(['critical', 'error', 'warning', 'info']).default('error').describe('Of the alert.'),
    source: plainText('Where it happened.').default('sluice'),
    dedup_key: template('Events with one key belong to one alert; at most 255 characters.', '{{ event.uuid }}'),
  }),
  request: (inputs) => ({
    url: `https://${HOSTS[inputs.region]}/v2/enqueue`,
    body: {
      routing_key: inputs.routing_key,
      event_action: inputs.event_action,
      dedup_key: shortened(inputs.dedup_key, 255),
      payload: {
        summary: shortened(inputs.summary, MAX_SUMMARY),
        source: inputs.source,
        severity: inputs.severity,
        timestamp: asText('{{ event.timestamp }}'),
        custom_details: {
          event: '{{ event.name }}',
          distinct_id: '{{ event.distinct_id }}',
          properties: '{{ event.properties }}',
        },
      },
    },
  }),
  rateLimitPerSecond: 2,
  suggestedFilter: { events: ['$exception'] },
  testEvent: { event: 'Sluice test', properties: { message: 'Hello from Sluice' } },
  answers: [
    {
      ...{ when: '400 with `routing_key`', status: [400], body: /routing[_ ]key/i, class: 'misconfigured' },
      ...{ name: 'pagerduty_key_invalid', message: 'The routing key was refused.' },
      remedy: 'Enter the integration key of an Events API v2 integration.',
    },
    badEvent([400, 413], {
      ...{ name: 'pagerduty_event_invalid', remedy: 'Correct summary, source or dedup_key, then replay the event.' },
    }),
    tooManyRequests({ name: 'pagerduty_rate_limited', remedy: 'Filter more: not every event is an alert.' }),
  ],
});
