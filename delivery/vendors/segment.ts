import { z } from 'zod';
import { badCredentials, badEvent, tooManyRequests } from './common-answers.ts';
import { defineVendor } from './contract.ts';
import { asText, basicAuthorization, region, secretText, template } from './inputs.ts';

const HOSTS = { us: 'api.segment.io', eu: 'events.eu1.segmentapis.com' };

export const segment = defineVendor({
  kind: 'segment',
  title: 'Segment',
  summary: 'A track call for each event, through the HTTP Tracking API; Segment drops repetitions by message id.',
  docs: [
    'https://segment.com/docs/connections/sources/catalog/libraries/server/http-api/',
    'https://segment.com/docs/guides/regional-segment/',
  ],
  inputs: z.strictObject({
    write_key: secretText('Of an HTTP API source.', /^[0-9A-Za-z]+$/),
    region: region(['us', 'eu']),
    user_id: template('Who it was.', '{{ event.distinct_id }}'),
  }),
  request: (inputs) => ({
    url: `https://${HOSTS[inputs.region]}/v1/track`,
    headers: { authorization: basicAuthorization(inputs.write_key, '') },
    body: {
      userId: asText(inputs.user_id),
      event: asText('{{ event.name }}'),
      properties: '{{ event.properties }}',
      timestamp: '{{ event.timestamp }}',
      messageId: '{{ event.uuid }}',
      context: { traits: '{{ person.properties }}', library: { name: 'sluice' } },
    },
  }),
  rateLimitPerSecond: 500,
  testEvent: { event: 'Sluice test', properties: { test: true } },
  answers: [
    badEvent([400, 413], {
      ...{ name: 'segment_event_invalid', message: 'Segment cannot take the event; it may be larger than 32 KB.' },
      remedy: 'Send smaller properties, or exclude the event.',
    }),
    badCredentials([401, 403], { name: 'segment_key_refused', remedy: 'Enter the write key of an HTTP API source.' }),
    tooManyRequests({ name: 'segment_rate_limited', remedy: 'Set a lower rate limit.' }),
  ],
});
