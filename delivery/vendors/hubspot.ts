import { z } from 'zod';
import { badCredentials, badEvent, tooManyRequests } from './common-answers.ts';
import { defineVendor } from './contract.ts';
import { asText, plainText, secretText, template } from './inputs.ts';

const propertyTemplates = z
  .record(z.string().regex(/^[a-z][a-z0-9_]*$/, 'it must be the internal name of a property'), z.string().max(10_000))
  .default({})
  .meta({ template: true, description: 'Properties of the event by internal name. HubSpot refuses undefined ones.' });

export const hubspot = defineVendor({
  kind: 'hubspot',
  title: 'HubSpot',
  summary: 'A custom event of a contact for each event; HubSpot takes each uuid once.',
  docs: [
    'https://developers.hubspot.com/docs/api-reference/latest/events/send-event-data/send-event-occurrence',
    'https://developers.hubspot.com/docs/api-reference/error-handling',
  ],
  inputs: z.strictObject({
    access_token: secretText('Of a private app with the scope analytics.behavioral_events.send.'),
    event_name: plainText('Full name of the event: pe<HubID>_<name>.', /^[\w.-]+$/),
    email: template('Of the contact that the event belongs to.', '{{ person.properties.email }}'),
    properties: propertyTemplates,
  }),
  request: (inputs) => ({
    url: 'https://api.hubapi.com/events/v3/send',
    headers: { authorization: `Bearer ${inputs.access_token}` },
    body: {
      eventName: inputs.event_name,
      email: asText(inputs.email),
      occurredAt: '{{ event.timestamp }}',
      uuid: '{{ event.uuid }}',
      properties: Object.fromEntries(Object.entries(inputs.properties).map(([name, value]) => [name, asText(value)])),
    },
  }),
  // A private app has 100 in ten seconds, more in larger plans.
  rateLimitPerSecond: 10,
  testEvent: { event: 'Sluice test', properties: { test: true } },
  answers: [
    {
      ...{ when: '409', status: [409], class: 'delivered', name: 'hubspot_duplicate' },
      message: 'HubSpot has the event already.',
      remedy: 'Nothing: an earlier attempt was taken.',
    },
    badCredentials([401, 403], {
      ...{
        name: 'hubspot_token_refused',
        remedy: 'Enter the token of a private app that has the scope for sending events.',
      },
    }),
    {
      ...{ when: '404', status: [404], class: 'misconfigured', name: 'hubspot_event_undefined' },
      message: 'The account has no such event.',
      remedy: 'Define the event in HubSpot and enter its full name.',
    },
    badEvent([400, 413], {
      ...{ name: 'hubspot_event_invalid', message: 'HubSpot cannot take the event.' },
      remedy: 'Define the properties in HubSpot and see that events have the contact’s email, then replay the event.',
    }),
    tooManyRequests({ name: 'hubspot_rate_limited', remedy: 'Set a lower rate limit.' }),
  ],
});
