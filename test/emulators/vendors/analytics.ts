import { z } from 'zod';
import { basic, problemWith } from './check.ts';
import type { Received, Receiver, VendorAnswer } from './server.ts';

const properties = z.record(z.string(), z.unknown());
/** Milliseconds of this century: seconds would be in 1970. */
const milliseconds = z.int().min(946_684_800_000).max(4_102_444_800_000);
const seconds = z.int().min(946_684_800).max(4_102_444_800);

interface Interface {
  path: string;
  authorization?: string;
  schema: z.ZodType;
  refused: VendorAnswer;
  invalid(problem: string): VendorAnswer;
  taken: VendorAnswer;
}

function receiver({ path, authorization, schema, refused, invalid, taken }: Interface): Receiver {
  return (request: Received) => {
    if (request.path !== path) {
      return { status: 404, body: 'no such path' };
    }
    if (authorization !== undefined && request.headers.authorization !== authorization) {
      return refused;
    }
    const problem = problemWith(schema, request.body);
    return problem === undefined ? taken : invalid(problem);
  };
}

/** Segment: HTTP API source, track. */
const segment = receiver({
  path: '/v1/track',
  authorization: basic('segmentwritekey', ''),
  schema: z.strictObject({
    userId: z.string().min(1),
    event: z.string().min(1),
    properties,
    timestamp: z.iso.datetime(),
    messageId: z.string().min(1).max(100),
    context: z.strictObject({ traits: properties, library: z.strictObject({ name: z.string() }) }),
  }),
  refused: { status: 401, body: 'unauthorized' },
  invalid: (problem) => ({ status: 400, body: problem }),
  taken: { status: 200, body: '{"success":true}' },
});

/** Customer.io: Journeys Track API v2, entity. */
const customerIo = receiver({
  path: '/api/v2/entity',
  authorization: basic('customeriosite', 'customeriokey'),
  schema: z.strictObject({
    type: z.literal('person'),
    identifiers: z.union([
      z.strictObject({ id: z.string().min(1).max(150) }),
      z.strictObject({ email: z.email() }),
      z.strictObject({ cio_id: z.string() }),
    ]),
    action: z.literal('event'),
    name: z.string().min(1),
    timestamp: seconds,
    attributes: properties,
  }),
  refused: { status: 401, body: '{"meta":{"error":"Unauthorized request"}}' },
  invalid: (reason) => ({ status: 400, body: JSON.stringify({ errors: [{ reason: 'invalid', message: reason }] }) }),
  taken: { status: 200, body: '{}' },
});

/** HubSpot: send a custom event occurrence. Values of properties are texts. */
const hubspot = receiver({
  path: '/events/v3/send',
  authorization: 'Bearer pat-eu1-secret-token',
  schema: z.strictObject({
    eventName: z.string().regex(/^pe\d+_\w+$/),
    email: z.email(),
    occurredAt: z.iso.datetime(),
    uuid: z.uuid(),
    properties: z.record(z.string().regex(/^[a-z][a-z0-9_]*$/), z.string()),
  }),
  refused: { status: 401, body: '{"status":"error","category":"INVALID_AUTHENTICATION"}' },
  invalid: (message) => ({
    status: 400,
    body: JSON.stringify({ status: 'error', category: 'VALIDATION_ERROR', message }),
  }),
  taken: { status: 204, body: '' },
});

/** Mixpanel: import events, strict. */
const importEvents = receiver({
  path: '/import',
  authorization: basic('mixpaneltoken', ''),
  schema: z
    .array(
      z.strictObject({
        event: z.string().min(1),
        properties: z
          .object({
            time: milliseconds,
            distinct_id: z.string(),
            $insert_id: z.string().regex(/^[A-Za-z0-9-]{1,36}$/),
          })
          .catchall(z.unknown()),
      }),
    )
    .length(1),
  refused: { status: 401, body: '{"code":401,"error":"Invalid credentials","status":"Unauthorized"}' },
  invalid: (message) => ({
    status: 400,
    body: JSON.stringify({
      code: 400,
      num_records_imported: 0,
      status: 'Bad Request',
      failed_records: [{ index: 0, message }],
    }),
  }),
  taken: { status: 200, body: '{"code":200,"num_records_imported":1,"status":"OK"}' },
});
const mixpanel: Receiver = (request) =>
  request.query.get('strict') === '1' ? importEvents(request) : { status: 400, body: 'strict' };

/** Amplitude: HTTP V2. */
const amplitude = receiver({
  path: '/2/httpapi',
  schema: z.strictObject({
    api_key: z.literal('amplitudeapikey', 'Invalid API key: api_key'),
    events: z
      .array(
        z.strictObject({
          user_id: z.string().min(1),
          event_type: z.string().min(1).max(1_024),
          time: milliseconds,
          insert_id: z.string().min(1),
          event_properties: properties,
          user_properties: properties,
          groups: properties,
        }),
      )
      .length(1),
    options: z.strictObject({ min_id_length: z.int() }),
  }),
  refused: { status: 400, body: '' },
  invalid: (error) => ({ status: 400, body: JSON.stringify({ code: 400, error }) }),
  taken: { status: 200, body: '{"code":200,"events_ingested":1}' },
});

/** Braze: /users/track. */
const braze = receiver({
  path: '/users/track',
  authorization: 'Bearer braze-rest-key',
  schema: z.strictObject({
    events: z
      .array(
        z.strictObject({
          external_id: z.string().min(1),
          name: z.string().min(1),
          time: z.iso.datetime(),
          properties,
        }),
      )
      .length(1),
  }),
  refused: { status: 401, body: '{"message":"Invalid API Key"}' },
  invalid: (problem) => ({ status: 201, body: JSON.stringify({ message: 'success', errors: [{ type: problem }] }) }),
  taken: { status: 201, body: '{"message":"success","events_processed":1}' },
});

export const ANALYTICS: Readonly<Record<string, Receiver>> = {
  'api.segment.io': segment,
  'events.eu1.segmentapis.com': segment,
  'track.customer.io': customerIo,
  'track-eu.customer.io': customerIo,
  'api.hubapi.com': hubspot,
  'api.mixpanel.com': mixpanel,
  'api-eu.mixpanel.com': mixpanel,
  'api2.amplitude.com': amplitude,
  'api.eu.amplitude.com': amplitude,
  'rest.iad-01.braze.com': braze,
};
