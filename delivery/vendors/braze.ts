import { z } from 'zod';
import { badCredentials, badEvent, tooManyRequests } from './common-answers.ts';
import { defineVendor } from './contract.ts';
import { asText, plainText, secretText, template } from './inputs.ts';

export const braze = defineVendor({
  kind: 'braze',
  title: 'Braze',
  summary: 'A custom event of a user for each event, through /users/track.',
  docs: [
    'https://www.braze.com/docs/api/endpoints/user_data/post_user_track',
    'https://www.braze.com/docs/api/errors',
    'https://www.braze.com/docs/api/objects_filters/event_object',
  ],
  inputs: z.strictObject({
    rest_endpoint: plainText(
      'Of your instance, for example https://rest.iad-01.braze.com.',
      /^https:\/\/rest\.[a-z0-9-]+\.braze\.(?:com|eu)$/,
    ),
    api_key: secretText('A REST API key with the permission users.track.'),
    external_id: template('Whose event it is.', '{{ event.distinct_id }}'),
  }),
  request: (inputs) => ({
    url: `${inputs.rest_endpoint}/users/track`,
    headers: { authorization: `Bearer ${inputs.api_key}` },
    body: {
      events: [
        {
          external_id: asText(inputs.external_id),
          name: asText('{{ event.name }}'),
          time: '{{ event.timestamp }}',
          properties: '{{ event.properties }}',
        },
      ],
    },
  }),
  // 3,000 in three seconds for a workspace, shared with everything else that it is sent.
  rateLimitPerSecond: 100,
  testEvent: { event: 'Sluice test', properties: { test: true } },
  answers: [
    {
      ...{ when: '200, 201 with `errors`', status: [200, 201], body: /"errors"\s*:\s*\[\s*[^\]\s]/, class: 'rejected' },
      ...{ name: 'braze_event_refused', message: 'Braze answered success and refused the event.' },
      remedy: 'See errors in the answer of the attempt, correct the event, then replay it.',
    },
    badCredentials([401, 403, 404], {
      ...{
        name: 'braze_key_refused',
        remedy: 'Enter a REST API key with users.track, and the endpoint of its instance.',
      },
    }),
    badEvent([400, 413], { name: 'braze_event_invalid', remedy: 'Correct the event, then replay it.' }),
    tooManyRequests({ name: 'braze_rate_limited', remedy: 'Set a lower rate limit.' }),
  ],
});
