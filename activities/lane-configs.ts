import { parseUrl } from '../core/parse-url.ts';
import { TextCache } from '../core/text-cache.ts';
import type { ClientCertificate, EndpointAuthentication } from '../core/endpoint-auth.ts';
import type { EndpointHealth } from '../core/endpoint-health.ts';
import type { HealthThresholds } from '../core/health-thresholds.ts';
import type { Mask } from '../core/masking.ts';
import { webhookFilter, type StoredFilter } from '../core/webhook-filter.ts';
import type { BatchRule } from '../delivery/batch.ts';
import { breakerBy } from '../delivery/health.ts';
import { renderPosthogBody, type PosthogBody } from '../delivery/posthog-body.ts';
import { DEFAULT_RETRY_SCHEDULE_MS } from '../delivery/retry-schedule.ts';
import type { DeliveryMethod, LaneConfig } from '../delivery/shard/lane-config.ts';
import { slack } from '../delivery/vendors/slack.ts';
import { compileTemplate, type CompiledTemplate, type TemplateSettings } from '../delivery/template/template.ts';
import { credentialTexts } from './credential-texts.ts';
import { vendorLane, type StoredVendor } from './vendor-lane.ts';

const DEFAULT_TIMEOUT_MS = 15_000;
const DEFAULT_CONCURRENCY = 16;

/** A stored webhook destination, with its secrets opened, as the delivery engine runs it. */
export function laneConfig(webhook: {
  id: string;
  teamId: number;
  name: string;
  config: Record<string, unknown>;
  version: number;
  health: EndpointHealth;
}): LaneConfig {
  // The API has validated the config with the webhook schema; this only gives it its types and defaults back.
  const config = webhook.config as Partial<StoredWebhookConfig> & { url: string };
  return {
    destinationId: webhook.id,
    teamId: webhook.teamId,
    name: webhook.name,
    kind: config.kind ?? 'generic',
    filter: webhookFilter(config),
    ...(config.mask && { mask: config.mask }),
    ...requestOf(config),
    ...(config.posthogBody && { template: posthogTemplate(config.posthogBody, config.url) }),
    secrets: config.secret === undefined ? [] : [config.secret, ...(config.previousSecrets ?? [])],
    timeoutMs: config.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    maxConcurrency: config.maxConcurrency ?? DEFAULT_CONCURRENCY,
    ...limitsOf(config),
    ...(config.batch && { batch: batchOf(config.batch) }),
    retryScheduleMs: config.retryScheduleMs ?? DEFAULT_RETRY_SCHEDULE_MS,
    version: webhook.version,
    health: webhook.health,
    ...(config.healthThresholds && { breaker: breakerBy(config.healthThresholds) }),
  };
}

/** What most webhooks leave out. */
function limitsOf(config: Partial<StoredWebhookConfig>): Partial<LaneConfig> {
  const { connectTimeoutMs, headersTimeoutMs, maxOpenRetries, maxRetryAfterSeconds, ttlSeconds } = config;
  return {
    ...(connectTimeoutMs !== undefined && { connectTimeoutMs }),
    ...(headersTimeoutMs !== undefined && { headersTimeoutMs }),
    ...(maxOpenRetries !== undefined && { maxOpenRetries }),
    ...(maxRetryAfterSeconds !== undefined && { maxRetryAfterMs: maxRetryAfterSeconds * 1_000 }),
    ...(ttlSeconds !== undefined && { ttlMs: ttlSeconds * 1_000 }),
  };
}

function batchOf({ maxWaitSeconds, ...rule }: StoredWebhookConfig['batch']): BatchRule {
  return { ...rule, maxWaitMs: maxWaitSeconds * 1_000 };
}

function posthogTemplate(body: PosthogBody, url: string): CompiledTemplate {
  return ({ event, webhook }) => renderPosthogBody(body, { ...webhook, url }, event);
}

type RequestConfig = Pick<LaneConfig, 'url' | 'method' | 'headers' | 'contentType' | 'rateLimitPerSecond'> &
  Partial<LaneConfig>;

/** Slack's Web API answers 200 to what it refuses, whoever calls it. */
function answersOf(url: string): LaneConfig['answers'] {
  return /^(?:www\.)?slack\.com$/.test(parseUrl(url)?.hostname ?? '') ? slack.answers : undefined;
}

/** What is sent where, and what answers mean: by the webhook's own settings, or by its kind. */
function requestOf(config: Partial<StoredWebhookConfig> & { url: string }): RequestConfig {
  const vendor = vendorLane(config);
  const { url, payload, answers } = vendor ?? { ...config, answers: answersOf(config.url) };
  const proof = proofOf(config, vendor?.headers);
  return {
    url,
    method: config.method ?? 'POST',
    ...proof,
    contentType: payload?.contentType ?? 'application/json',
    ...(payload && { template: cachedTemplate(payload) }),
    ...(answers && { answers }),
    ...hiddenOf(vendor?.hidden, credentialTexts(proof.headers, config.authentication)),
    rateLimitPerSecond: config.rateLimitPerSecond ?? vendor?.rateLimitPerSecond,
  };
}

function hiddenOf(ofKind: readonly string[] | undefined, credentials: readonly string[]): Pick<LaneConfig, 'hidden'> {
  const hidden = [...(ofKind ?? []), ...credentials];
  return hidden.length === 0 ? {} : { hidden };
}

/** What shows the endpoint who calls, beside the signature. */
function proofOf(
  { headers, authentication, clientCertificate }: Partial<StoredWebhookConfig>,
  vendorHeaders: Record<string, string> = {},
): Pick<LaneConfig, 'headers' | 'oauth2' | 'clientCertificate'> {
  return {
    headers: { ...headers, ...authorizationOf(authentication), ...vendorHeaders },
    ...(authentication?.type === 'oauth2' && { oauth2: authentication }),
    ...(clientCertificate && { clientCertificate }),
  };
}

function authorizationOf(authentication: EndpointAuthentication | undefined): Record<string, string> {
  switch (authentication?.type) {
    case 'basic': {
      const pair = `${authentication.username}:${authentication.password}`;
      return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
    }
    case 'bearer':
      return { authorization: `Bearer ${authentication.token}` };
    default:
      return {};
  }
}

/** Of the text of templates, which may be 64 KiB each; compiled they are several times as much. */
const MAX_CACHED_CHARS = 8_000_000;
const compiled = new TextCache<CompiledTemplate>(MAX_CACHED_CHARS);

/** Settings are read often and change rarely. */
function cachedTemplate(settings: TemplateSettings): CompiledTemplate {
  const key = JSON.stringify([settings.contentType, settings.template, settings.escape]);
  const known = compiled.get(key);
  if (known !== undefined) {
    return known;
  }
  const template = compiledOrFailing(settings);
  compiled.set(key, template);
  return template;
}

/** A stored template that a newer version refuses must fail its own events only. */
function compiledOrFailing(settings: TemplateSettings): CompiledTemplate {
  try {
    return compileTemplate(settings);
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

interface StoredWebhookConfig extends Required<StoredFilter>, StoredVendor {
  url: string;
  mask: Mask;
  batch: { maxEvents: number; maxWaitSeconds: number; maxBytes: number };
  healthThresholds: HealthThresholds;
  posthogBody: PosthogBody;
  method: DeliveryMethod;
  headers: Record<string, string>;
  authentication: EndpointAuthentication;
  clientCertificate: ClientCertificate;
  payload: TemplateSettings;
  timeoutMs: number;
  connectTimeoutMs: number;
  headersTimeoutMs: number;
  maxConcurrency: number;
  maxOpenRetries: number;
  maxRetryAfterSeconds: number;
  rateLimitPerSecond: number;
  retryScheduleMs: number[];
  ttlSeconds: number;
  secret: string;
  previousSecrets: { secret: string; validUntilMs: number }[];
}
