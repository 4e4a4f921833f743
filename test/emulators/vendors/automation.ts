import { z } from 'zod';
import { problemWith } from './check.ts';
import type { Receiver } from './server.ts';

/** Tools that take any JSON object; here it must be the event that Sluice documents. */
const event = z.strictObject({
  uuid: z.uuid(),
  event: z.string().min(1),
  distinct_id: z.string(),
  timestamp: z.iso.datetime(),
  properties: z.record(z.string(), z.unknown()),
  person: z.strictObject({ id: z.string().nullable(), properties: z.record(z.string(), z.unknown()) }),
  groups: z.record(z.string(), z.unknown()),
  team_id: z.int(),
});

const zapier: Receiver = ({ path, body }) => {
  if (path !== '/hooks/catch/1234/secretzap/') {
    return { status: 410, body: '{"status":"gone"}' };
  }
  const problem = problemWith(event, body);
  return problem === undefined
    ? { status: 200, body: '{"status":"success","id":"1","attempt":"1"}' }
    : { status: 400, body: problem };
};

const make: Receiver = ({ path, headers, body }) => {
  if (path !== '/secretmakehook') {
    return { status: 410, body: 'There is no scenario listening for this webhook.' };
  }
  if (headers['x-make-apikey'] !== 'secret-make-key') {
    return { status: 401, body: 'Unauthorized' };
  }
  const problem = problemWith(event, body);
  return problem === undefined ? { status: 200, body: 'Accepted' } : { status: 400, body: problem };
};

const n8n: Receiver = ({ path, headers, body }) => {
  if (path !== '/webhook/secret-n8n-path') {
    return { status: 404, body: '{"code":404,"message":"The requested webhook \\"POST x\\" is not registered."}' };
  }
  if (headers['x-n8n-auth'] !== 'secret n8n value') {
    return { status: 403, body: 'Authorization data is wrong!' };
  }
  const problem = problemWith(event, body);
  return problem === undefined
    ? { status: 200, body: '{"message":"Workflow was started"}' }
    : { status: 400, body: problem };
};

/** PagerDuty: Events API v2, enqueue. */
const alert = z.strictObject({
  routing_key: z.string().length(32, "Length of 'routing_key' is incorrect (should be 32 characters)"),
  event_action: z.enum(['trigger', 'acknowledge', 'resolve']),
  dedup_key: z.string().min(1).max(255),
  payload: z.strictObject({
    summary: z.string().min(1).max(1_024),
    source: z.string().min(1),
    severity: z.enum(['critical', 'error', 'warning', 'info']),
    timestamp: z.iso.datetime(),
    custom_details: z.record(z.string(), z.unknown()),
  }),
});

const pagerduty: Receiver = ({ path, body }) => {
  const problem = path === '/v2/enqueue' ? problemWith(alert, body) : 'no such path';
  return problem === undefined
    ? { status: 202, body: '{"status":"success","message":"Event processed","dedup_key":"x"}' }
    : {
        status: 400,
        body: JSON.stringify({ status: 'invalid event', message: 'Event object is invalid', errors: [problem] }),
      };
};

export const AUTOMATION: Readonly<Record<string, Receiver>> = {
  'hooks.zapier.com': zapier,
  'hook.eu1.make.com': make,
  'n8n.example.com': n8n,
  'events.pagerduty.com': pagerduty,
  'events.eu.pagerduty.com': pagerduty,
};
