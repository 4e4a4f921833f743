import { z } from 'zod';
import { badCredentials, badEvent, tooManyRequests } from './common-answers.ts';
import { defineVendor } from './contract.ts';
import { asText, basicAuthorization, region, secretText, template } from './inputs.ts';

const HOSTS = { us: 'track.customer.io', eu: 'track-eu.customer.io' };

export const customerIo = defineVendor({
  kind: 'customer-io',
  title: 'Customer.io',
  summary: 'An event of a person for each event, through version 2 of the Journeys Track API.',
  docs: ['https://docs.customer.io/api/track/#operation/entity', 'https://docs.customer.io/api/track/#section/Limits'],
  inputs: z.strictObject({
    site_id: secretText('Track API credentials of the workspace.', /^[0-9A-Za-z]+$/),
    api_key: secretText('Track API credentials of the workspace, not a key of the App API.', /^[0-9A-Za-z]+$/),
    region: region(['us', 'eu']),
    identify_by: z.enum(['id', 'email']).default('id').describe('What the identifier is.'),
    identifier: template('Whose event it is.', '{{ event.distinct_id }}'),
  }),
  request: (inputs) => ({
    url: `https://${HOSTS[inputs.region]}/api/v2/entity`,
    headers: { authorization: basicAuthorization(inputs.site_id, inputs.api_key) },
    body: {
      type: 'person',
      identifiers: { [inputs.identify_by]: asText(inputs.identifier) },
      action: 'event',
      name: asText('{{ event.name }}'),
      timestamp: '{{ event.timestamp_s }}',
      attributes: '{{ event.properties }}',
    },
  }),
  // 3,000 in three seconds for a workspace, shared with everything else that it is sent.
  rateLimitPerSecond: 100,
  testEvent: { event: 'Sluice test', properties: { test: true } },
  answers: [
    badCredentials([401, 403], {
      ...{ name: 'customer_io_key_refused', remedy: 'Enter site id and API key of the Track API, and the region.' },
    }),
    badEvent([400, 413], {
      ...{
        name: 'customer_io_event_invalid',
        message: 'Customer.io cannot take the event; it may be larger than 32 KB.',
      },
      remedy: 'Correct the identifier or send smaller properties, then replay the event.',
    }),
    tooManyRequests({ name: 'customer_io_rate_limited', remedy: 'Set a lower rate limit.' }),
  ],
});
