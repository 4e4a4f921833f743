import { z } from 'zod';
import { SluiceError } from '../core/errors.ts';
import { OPERATIONAL_EVENTS } from '../core/operational-events.ts';
import { WEBHOOK_SOURCES } from '../core/webhook-filter.ts';
import { getDestination, WEBHOOK_KIND, type DestinationRecord } from '../store/destinations.ts';
import type { ApiDeps } from './deps.ts';
import { authentication, authenticationView, checkedProof, clientCertificate } from './endpoint-auth-schema.ts';
import { fieldError, forField } from './problem.ts';
import { propertyFilters } from './property-filter-schema.ts';
import { checkedKind, inputs, kindName } from './webhook-inputs.ts';
import { eventNames, nameSchema, recordFields, recordView } from './schemas.ts';
import { ruleFields, rulePatch, rulesView, ruleViews, storedRules } from './webhook-rules-schema.ts';

/** Sealed at rest: headers often carry credentials. */
export const WEBHOOK_SECRET_FIELDS = [
  'secret',
  'previousSecrets',
  'headers',
  'authentication',
  'clientCertificate',
  'inputSecrets',
] as const;

const WEEK_MS = 7 * 24 * 60 * 60 * 1_000;

const url = z.string().min(1).max(2_048).describe('Receives a request per event. Of the kind generic only.');
const method = z.enum(['POST', 'PUT', 'PATCH']).describe('HTTP method.');
const payload = z
  .strictObject({
    content_type: z
      .string()
      .max(200)
      .regex(/^[\w.+-]+\/[\w.+-]+(?:;[\x20-\x7e]*)?$/, 'it must be a media type such as application/json')
      .default('application/json'),
    template: z
      .union([z.string(), z.array(z.unknown()), z.record(z.string(), z.unknown())])
      .describe('A JSON document whose strings are Liquid; for content types other than JSON one text. See templates.'),
  })
  .describe('The body of a request; left out: the event as Standard Webhooks recommends.');
const headers = z.record(z.string(), z.string()).describe('Sent with every request. Stored encrypted, never shown.');
const timeoutMs = z.int().min(1_000).max(30_000).describe('Time for the whole request.');
const maxConcurrency = z.int().min(1).max(100).describe('Requests at the same time.');
const rateLimit = z.number().positive().max(10_000).describe('Requests per second.');
const retrySchedule = z.array(z.int().min(1_000).max(WEEK_MS)).max(30).describe('Delays before each retry.');
export const secretSchema = z.string().max(500).describe('whsec_… of Standard Webhooks; generated when left out.');

/** What a webhook gets beside the messages that are sent to it. */
const source = z
  .enum(WEBHOOK_SOURCES)
  .describe('`messages`: no events, only what is sent to it. `operations`: what Sluice tells of itself.');
const operationalEvents = z.array(z.enum(OPERATIONAL_EVENTS)).min(1).max(OPERATIONAL_EVENTS.length);

export const newWebhook = z.strictObject({
  name: nameSchema,
  kind: kindName.default('generic'),
  inputs: inputs.optional(),
  url: url.optional(),
  source: source.default('events'),
  operational_events: operationalEvents.optional().describe('With source operations: only these types.'),
  events: eventNames.optional().describe('Only these events.'),
  exclude_events: eventNames.optional().describe('Not these events; wins over events.'),
  properties: propertyFilters.optional(),
  ...ruleFields,
  method: method.default('POST'),
  headers: headers.optional(),
  authentication: authentication.optional(),
  client_certificate: clientCertificate.optional(),
  payload: payload.optional(),
  timeout_ms: timeoutMs.default(15_000),
  max_concurrency: maxConcurrency.default(16),
  rate_limit_per_second: rateLimit.optional(),
  retry_schedule_ms: retrySchedule.optional().describe('Default: nine retries over 75 hours.'),
  secret: secretSchema.optional(),
});

/** Absent: stays. null: removed. */
export const webhookPatch = z.strictObject({
  name: nameSchema.optional(),
  operational_events: operationalEvents.nullable().optional(),
  inputs: inputs.optional(),
  url: url.optional(),
  events: eventNames.nullable().optional(),
  exclude_events: eventNames.nullable().optional(),
  properties: propertyFilters.nullable().optional(),
  ...rulePatch,
  method: method.optional(),
  headers: headers.nullable().optional(),
  authentication: authentication.nullable().optional(),
  client_certificate: clientCertificate.nullable().optional(),
  payload: payload.nullable().optional(),
  timeout_ms: timeoutMs.optional(),
  max_concurrency: maxConcurrency.optional(),
  rate_limit_per_second: rateLimit.nullable().optional(),
  retry_schedule_ms: retrySchedule.nullable().optional(),
  secret: secretSchema.optional(),
});
export type WebhookFields = Omit<z.output<typeof webhookPatch>, 'name'> & {
  kind?: string;
  source?: z.output<typeof source>;
};

export const webhookSchema = z
  .object({
    ...recordFields,
    name: z.string(),
    status: z.enum(['active', 'paused']).describe('What the user wants; for what Sluice thinks of it see its state.'),
    kind: kindName,
    inputs: inputs.nullable().describe('Of a kind other than generic; secrets read `{ "configured": true }`.'),
    url: z.string().describe('Without what is secret in it.'),
    source,
    operational_events: operationalEvents.nullable(),
    events: eventNames.nullable(),
    exclude_events: eventNames.nullable(),
    properties: propertyFilters.nullable(),
    ...ruleViews,
    method,
    headers: z.object({ configured: z.boolean() }),
    authentication: authenticationView,
    client_certificate: z.object({ configured: z.boolean() }),
    payload: payload.nullable(),
    timeout_ms: z.number(),
    max_concurrency: z.number(),
    rate_limit_per_second: z.number().nullable(),
    retry_schedule_ms: z.array(z.number()).nullable(),
  })
  .meta({ id: 'Webhook' });

/** As delivery reads it. */
interface StoredWebhook {
  kind?: string;
  inputs?: Record<string, unknown>;
  url: string;
  source?: z.output<typeof source>;
  operationalEvents?: z.output<typeof operationalEvents>;
  events?: string[];
  excludeEvents?: string[];
  properties?: z.output<typeof propertyFilters>;
  method?: z.output<typeof method>;
  headers?: unknown;
  authenticationType?: 'basic' | 'bearer' | 'oauth2';
  clientCertificate?: unknown;
  payload?: { contentType: string; template: z.output<typeof payload>['template'] };
  timeoutMs: number;
  maxConcurrency: number;
  rateLimitPerSecond?: number;
  retryScheduleMs?: number[];
}

function sourceView(config: StoredWebhook): Pick<z.output<typeof webhookSchema>, 'source' | 'operational_events'> {
  return { source: config.source ?? 'events', operational_events: config.operationalEvents ?? null };
}

export function webhookView(record: DestinationRecord): z.output<typeof webhookSchema> {
  const config = record.config as unknown as StoredWebhook;
  return {
    ...recordView(record),
    name: record.name,
    status: record.status,
    kind: config.kind ?? 'generic',
    inputs: config.inputs ?? null,
    url: config.url,
    ...sourceView(config),
    events: config.events ?? null,
    exclude_events: config.excludeEvents ?? null,
    properties: config.properties ?? null,
    ...rulesView(record.config),
    method: config.method ?? 'POST',
    headers: { configured: config.headers !== undefined },
    authentication: config.authenticationType ? { type: config.authenticationType } : null,
    client_certificate: { configured: config.clientCertificate !== undefined },
    payload: config.payload ? { content_type: config.payload.contentType, template: config.payload.template } : null,
    timeout_ms: config.timeoutMs,
    max_concurrency: config.maxConcurrency,
    rate_limit_per_second: config.rateLimitPerSecond ?? null,
    retry_schedule_ms: config.retryScheduleMs ?? null,
  };
}

/**
 * Checks what was sent by the rules of delivery, and names it as delivery does. `stored` is the config that it changes;
 * empty for a new webhook.
 */
export async function checkedConfig(
  deps: ApiDeps,
  fields: WebhookFields,
  stored: Record<string, unknown> = {},
): Promise<Record<string, unknown>> {
  const rules = deps.webhookRules;
  const ofKind = await checkedKind(deps, fields, stored);
  const { url, headers, secret } = fields;
  const payload = fields.payload && { contentType: fields.payload.content_type, template: fields.payload.template };
  if (url !== undefined) {
    await forField('url', () => rules.validateUrl(url));
  }
  if (secret !== undefined) {
    await forField('secret', () => {
      rules.validateSecret(secret);
    });
  }
  if (payload) {
    await forField('payload', () => {
      rules.validatePayload(payload);
    });
  }
  return {
    url,
    ...ofKind,
    source: fields.source,
    operationalEvents: operationalEventsOf(fields, stored),
    secret,
    method: fields.method,
    payload: fields.payload === null ? null : payload,
    headers: headers ? await forField('headers', () => rules.validateHeaders(headers)) : headers,
    ...(await checkedProof(deps, fields)),
    events: fields.events,
    excludeEvents: fields.exclude_events,
    properties: fields.properties,
    ...storedRules(fields),
    timeoutMs: fields.timeout_ms,
    maxConcurrency: fields.max_concurrency,
    rateLimitPerSecond: fields.rate_limit_per_second,
    retryScheduleMs: fields.retry_schedule_ms,
  };
}

function operationalEventsOf(
  { source, operational_events: wanted }: WebhookFields,
  stored: Record<string, unknown>,
): WebhookFields['operational_events'] {
  if (wanted && (source ?? stored['source']) !== 'operations') {
    throw fieldError('operational_events', {
      code: 'validation_failed',
      message: 'operational_events: only a webhook with source operations has them',
      remedy: 'Create a webhook with source operations, or leave them out.',
    });
  }
  return wanted;
}

/** Undefined leaves a stored field as it is, null removes it. */
export function mergeFields(
  stored: Record<string, unknown>,
  changes: Record<string, unknown>,
): Record<string, unknown> {
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  const merged = { ...stored, ...Object.fromEntries(given) };
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null));
}

export function kindOf({ config }: DestinationRecord): string {
  return (config as Partial<StoredWebhook>).kind ?? 'generic';
}

/** The team's own webhook, or `webhook_not_found`. */
export async function findWebhook(deps: ApiDeps, key: { teamId: number; id: string }): Promise<DestinationRecord> {
  const record = await getDestination(deps.db, key);
  if (record?.kind !== WEBHOOK_KIND) {
    throw webhookNotFound(key.id);
  }
  return record;
}

export function webhookNotFound(id: string): SluiceError {
  return new SluiceError({
    code: 'webhook_not_found',
    message: `there is no webhook ${id}`,
    retryable: false,
    fault: 'customer',
    remedy: 'Use the id of one of your webhooks.',
  });
}
