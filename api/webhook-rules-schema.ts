import { z } from 'zod';
import { isJson } from '../core/media-type.ts';
import { toCamelCase, toSnakeCase } from './config-case.ts';
import { fieldError } from './problem.ts';

/** Settings of a webhook beyond names and properties: what it gets of what it matches, and how it is judged. */

const sampleSchema = z
  .strictObject({
    percent: z.number().min(0.0001).max(100).describe('Share of the matching events.'),
    by: z
      .enum(['person', 'event'])
      .default('person')
      .describe('person: a person is wholly in or out. event: each event for itself.'),
  })
  .describe('Only a share of the events, always the same one. A larger share holds the smaller ones.');

const MAX_MASK_SECONDS = 30 * 86_400;

const maskedPropertySchema = z.strictObject({
  source: z.enum(['event', 'person']).default('event').describe('Of whom it is a property.'),
  path: z
    .array(z.string().min(1).max(400))
    .min(1)
    .max(8)
    .describe('Names of members, from the outside in. An event without the property is not masked.'),
});

const maskSchema = z
  .strictObject({
    every_seconds: z.int().min(1).max(MAX_MASK_SECONDS).describe('At most one event in so long, up to 30 days.'),
    by: z
      .union([z.enum(['person', 'distinct_id']), maskedPropertySchema])
      .default('person')
      .describe('Of what at most one event is sent: each person, each distinct id, or each value of a property.'),
  })
  .describe('At most one event of each person, distinct id or value in a time; others are masked, not sent.');

const healthThresholdsSchema = z
  .strictObject({
    failure_rate: z.number().min(0.05).max(1).optional().describe('Share of attempts that fail; default 0.5.'),
    min_sample: z
      .int()
      .min(1)
      .max(10_000)
      .optional()
      .describe('Below so many attempts a rate says nothing; default 10.'),
    consecutive_failures: z.int().min(1).max(10_000).optional().describe('Failures in a row; default 10.'),
    failing_seconds: z.int().min(1).max(86_400).optional().describe('For at least so long; default 60.'),
  })
  .describe('When the webhook is paused because its endpoint fails: when all of these hold.');

const MAX_BODY_BYTES = 2 * 1024 * 1024;

const batchSchema = z
  .strictObject({
    max_events: z.int().min(2).max(500).describe('Events in one request.'),
    max_wait_seconds: z.number().min(0).max(300).default(5).describe('How long the first of them waits for others.'),
    max_bytes: z
      .int()
      .min(1_024)
      .max(MAX_BODY_BYTES)
      .default(1_048_576)
      .describe('Of the body; an event that is larger is sent alone.'),
  })
  .describe('A request holds a JSON array of bodies, each as it would be sent alone.');

const posthogBodySchema = z
  .strictObject({
    format: z.enum(['action', 'hook']).describe('action: a message. hook: the event, as REST hooks of PostHog got it.'),
    message: z
      .string()
      .min(1)
      .max(4_000)
      .optional()
      .describe(
        'With tokens such as [event], [person], [event.properties.total]; [action.name] is this webhook’s name.',
      ),
    project_url: z
      .url({ protocol: /^https?$/ })
      .max(500)
      .optional()
      .describe('A project in PostHog, where names link to.'),
  })
  .describe('The body that webhooks of PostHog had, instead of payload.');

const MAX_TTL_SECONDS = 30 * 86_400;

const ttlSchema = z
  .int()
  .min(10)
  .max(MAX_TTL_SECONDS)
  .describe('An event that was captured so long ago is not sent any more, but for a replay; up to 30 days.');

const MAX_TIMEOUT_MS = 30_000;

const connectTimeoutSchema = z
  .int()
  .min(100)
  .max(MAX_TIMEOUT_MS)
  .describe('Of timeout_ms: for a connection with its TLS, once the address is known. Default: 5 seconds.');

const headersTimeoutSchema = z
  .int()
  .min(100)
  .max(MAX_TIMEOUT_MS)
  .describe('Of timeout_ms: from the sending of a request to the headers of its answer. Default: what is left of it.');

const maxOpenRetriesSchema = z
  .int()
  .min(0)
  .max(100_000)
  .describe(
    'Retry workflows at the same time; what fails beyond them is parked, and sent again when its time has come. Default, and never more: what the installation allows (1000).',
  );

const maxRetryAfterSchema = z
  .int()
  .min(1)
  .max(86_400)
  .describe(
    'An endpoint cannot put a try off by Retry-After for longer. Default: a day, and five minutes for 429 and 503.',
  );

const fields = {
  posthog_body: posthogBodySchema,
  sample: sampleSchema,
  mask: maskSchema,
  batch: batchSchema,
  health_thresholds: healthThresholdsSchema,
  ttl_seconds: ttlSchema,
  connect_timeout_ms: connectTimeoutSchema,
  headers_timeout_ms: headersTimeoutSchema,
  max_open_retries: maxOpenRetriesSchema,
  max_retry_after_seconds: maxRetryAfterSchema,
};

export const ruleFields = {
  sample: fields.sample.optional(),
  mask: fields.mask.optional(),
  batch: fields.batch.optional(),
  posthog_body: fields.posthog_body.optional(),
  health_thresholds: fields.health_thresholds.optional(),
  ttl_seconds: fields.ttl_seconds.optional(),
  connect_timeout_ms: fields.connect_timeout_ms.optional(),
  headers_timeout_ms: fields.headers_timeout_ms.optional(),
  max_open_retries: fields.max_open_retries.optional(),
  max_retry_after_seconds: fields.max_retry_after_seconds.optional(),
};

/** Absent: stays. null: removed. */
export const rulePatch = {
  sample: fields.sample.nullable().optional(),
  mask: fields.mask.nullable().optional(),
  batch: fields.batch.nullable().optional(),
  posthog_body: fields.posthog_body.nullable().optional(),
  health_thresholds: fields.health_thresholds.nullable().optional(),
  ttl_seconds: fields.ttl_seconds.nullable().optional(),
  connect_timeout_ms: fields.connect_timeout_ms.nullable().optional(),
  headers_timeout_ms: fields.headers_timeout_ms.nullable().optional(),
  max_open_retries: fields.max_open_retries.nullable().optional(),
  max_retry_after_seconds: fields.max_retry_after_seconds.nullable().optional(),
};

export const ruleViews = {
  sample: fields.sample.nullable(),
  mask: fields.mask.nullable(),
  batch: fields.batch.nullable(),
  posthog_body: fields.posthog_body.nullable(),
  health_thresholds: fields.health_thresholds.nullable(),
  ttl_seconds: fields.ttl_seconds.nullable(),
  connect_timeout_ms: fields.connect_timeout_ms.nullable(),
  headers_timeout_ms: fields.headers_timeout_ms.nullable(),
  max_open_retries: fields.max_open_retries.nullable(),
  max_retry_after_seconds: fields.max_retry_after_seconds.nullable(),
};

type Rules = z.output<z.ZodObject<typeof rulePatch>>;
type RulesView = z.output<z.ZodObject<typeof ruleViews>>;

type Stored = Record<string, unknown>;

/** As they are stored. */
export function storedRules(rules: Rules): Stored {
  const { sample, mask, batch, posthog_body: body, health_thresholds: thresholds } = rules;
  return {
    sample,
    mask: mask && toCamelCase(mask),
    batch: batch && toCamelCase(batch),
    posthogBody: body && toCamelCase(body),
    healthThresholds: thresholds && toCamelCase(thresholds),
    ttlSeconds: rules.ttl_seconds,
    connectTimeoutMs: rules.connect_timeout_ms,
    headersTimeoutMs: rules.headers_timeout_ms,
    maxOpenRetries: rules.max_open_retries,
    maxRetryAfterSeconds: rules.max_retry_after_seconds,
  };
}

export function rulesView(config: Stored): RulesView {
  const { sample, mask, batch, posthogBody, healthThresholds } = config as Partial<Record<string, Stored>>;
  const limit = (name: string): number | null => (config[name] as number | undefined) ?? null;
  return {
    sample: (sample as RulesView['sample']) ?? null,
    mask: mask ? (toSnakeCase(mask) as RulesView['mask']) : null,
    batch: batch ? (toSnakeCase(batch) as RulesView['batch']) : null,
    posthog_body: posthogBody ? (toSnakeCase(posthogBody) as RulesView['posthog_body']) : null,
    health_thresholds: healthThresholds ? toSnakeCase(healthThresholds) : null,
    ttl_seconds: limit('ttlSeconds'),
    connect_timeout_ms: limit('connectTimeoutMs'),
    headers_timeout_ms: limit('headersTimeoutMs'),
    max_open_retries: limit('maxOpenRetries'),
    max_retry_after_seconds: limit('maxRetryAfterSeconds'),
  };
}

/** Of a complete config: a batch is a JSON array, so its elements have to be JSON, and the endpoint has to expect one. */
export function checkRules({ batch, payload, posthogBody, kind }: Stored): void {
  const { contentType } = (payload ?? {}) as { contentType?: string };
  const isVendor = typeof kind === 'string' && kind !== 'generic';
  if (batch && (isVendor || (contentType !== undefined && !isJson(contentType)))) {
    throw fieldError('batch', {
      code: 'validation_failed',
      message: isVendor ? 'this kind of webhook takes one event in a request' : 'only JSON events can share a request',
      remedy: 'Remove batch, or use the kind generic with a JSON content type.',
    });
  }
  if (posthogBody && (isVendor || payload)) {
    throw fieldError('posthog_body', {
      code: 'validation_failed',
      message: 'a webhook has one body',
      remedy: 'Remove posthog_body, or payload; posthog_body is for the kind generic.',
    });
  }
}
