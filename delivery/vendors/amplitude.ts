import { z } from 'zod';
import { badCredentials, badEvent, tooManyRequests } from './common-answers.ts';
import { defineVendor } from './contract.ts';
import { asText, region, secretText, template } from './inputs.ts';

const HOSTS = { us: 'api2.amplitude.com', eu: 'api.eu.amplitude.com' };

export const amplitude = defineVendor({
  kind: 'amplitude',
  title: 'Amplitude',
  summary: 'An event for each event, through the HTTP V2 API; Amplitude drops repetitions by insert_id.',
  docs: [
    'https://amplitude.com/docs/apis/analytics/http-v2',
    'https://community.amplitude.com/data-instrumentation-57/common-api-error-codes-215',
  ],
  inputs: z.strictObject({
    api_key: secretText('Of the project.', /^[0-9A-Za-z]+$/),
    region: region(['us', 'eu']),
    user_id: template('Who it was.', '{{ event.distinct_id }}'),
  }),
  request: (inputs) => ({
    url: `https://${HOSTS[inputs.region]}/2/httpapi`,
    body: {
      api_key: inputs.api_key,
      events: [
        {
          user_id: asText(inputs.user_id),
          event_type: asText('{{ event.name }}'),
          time: '{{ event.timestamp_ms }}',
          insert_id: '{{ event.uuid }}',
          event_properties: '{{ event.properties }}',
          user_properties: '{{ person.properties }}',
          groups: '{{ groups }}',
        },
      ],
      // Amplitude drops ids of fewer than five characters otherwise.
      options: { min_id_length: 1 },
    },
  }),
  // 100 batches a second in the smallest plan.
  rateLimitPerSecond: 100,
  testEvent: { event: 'Sluice test', properties: { test: true } },
  answers: [
    badCredentials([400, 401, 403], {
      ...{ when: '400, 401, 403 with `api_key`', body: /api[_ ]?key/i },
      ...{ name: 'amplitude_key_refused', remedy: 'Enter the API key of the project, and its region.' },
    }),
    badEvent([413], {
      ...{ name: 'amplitude_too_large', message: 'The event is larger than 1 MB.' },
      remedy: 'Send smaller properties, or exclude the event.',
    }),
    badEvent([400], {
      ...{
        name: 'amplitude_event_invalid',
        remedy: 'See the fields that the answer names, correct the event, then replay it.',
      },
    }),
    tooManyRequests({
      ...{ name: 'amplitude_rate_limited', message: 'Too many events, or too many of one user or device.' },
      remedy: 'Set a lower rate limit; Amplitude throttles single users that send very many events.',
    }),
  ],
});
