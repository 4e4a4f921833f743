import { z } from 'zod';
import { badCredentials, badEvent, tooManyRequests } from './common-answers.ts';
import { defineVendor } from './contract.ts';
import { asText, basicAuthorization, region, secretText, template } from './inputs.ts';

const HOSTS = { us: 'api.mixpanel.com', eu: 'api-eu.mixpanel.com', in: 'api-in.mixpanel.com' };

export const mixpanel = defineVendor({
  kind: 'mixpanel',
  title: 'Mixpanel',
  summary: 'An event for each event, through the import API; Mixpanel drops repetitions by $insert_id.',
  docs: [
    'https://developer.mixpanel.com/reference/import-events',
    'https://docs.mixpanel.com/reference/rate-limits',
    'https://developer.mixpanel.com/reference/track-event',
  ],
  inputs: z.strictObject({
    project_token: secretText('Of the project.', /^[0-9A-Za-z]+$/),
    region: region(['us', 'eu', 'in']),
    distinct_id: template('Who it was.', '{{ event.distinct_id }}'),
  }),
  request: (inputs) => ({
    url: `https://${HOSTS[inputs.region]}/import?strict=1`,
    headers: { authorization: basicAuthorization(inputs.project_token, '') },
    body: [
      {
        event: asText('{{ event.name }}'),
        properties: {
          '...': '{{ event.properties }}',
          time: '{{ event.timestamp_ms }}',
          distinct_id: asText(inputs.distinct_id),
          $insert_id: '{{ event.uuid }}',
        },
      },
    ],
  }),
  rateLimitPerSecond: 100,
  testEvent: { event: 'Sluice test', properties: { test: true } },
  answers: [
    {
      ...{ when: '200 with `"status":0`', status: [200], body: /"status"\s*:\s*0\b|^\s*0\s*$/, class: 'rejected' },
      ...{ name: 'mixpanel_not_taken', message: 'Mixpanel answered 200 and took nothing.' },
      remedy: 'See the answer of the attempt, correct the event or the token, then replay it.',
    },
    badCredentials([401, 403], {
      name: 'mixpanel_token_refused',
      remedy: 'Enter the project’s token, and its region.',
    }),
    {
      ...{ when: '400 with `token` or `credentials`', status: [400], body: /invalid (?:project )?token|credentials/i },
      ...{ class: 'misconfigured', name: 'mixpanel_token_refused', message: 'The token was refused.' },
      remedy: 'Enter the project’s token, and its region.',
    },
    badEvent([400, 413], {
      ...{
        name: 'mixpanel_event_invalid',
        remedy: 'See failed_records in the answer of the attempt, correct the event, then replay it.',
      },
    }),
    tooManyRequests({ name: 'mixpanel_rate_limited', remedy: 'Set a lower rate limit.' }),
  ],
});
