import type { PropertyFilter } from '../core/properties/filter.ts';
import { DEFAULT_RETRY_SCHEDULE_MS } from '../delivery/retry-schedule.ts';
import type { LaneConfig } from '../delivery/shard/lane-config.ts';
import type { EndpointHealth } from '../delivery/shard/ports.ts';

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
    url: config.url,
    filter: {
      ...(config.events === undefined ? {} : { includeEvents: config.events }),
      ...(config.excludeEvents === undefined ? {} : { excludeEvents: config.excludeEvents }),
      ...(config.properties === undefined ? {} : { properties: config.properties }),
    },
    headers: config.headers ?? {},
    secrets: config.secret === undefined ? [] : [config.secret],
    timeoutMs: config.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    maxConcurrency: config.maxConcurrency ?? DEFAULT_CONCURRENCY,
    rateLimitPerSecond: config.rateLimitPerSecond,
    retryScheduleMs: config.retryScheduleMs ?? DEFAULT_RETRY_SCHEDULE_MS,
    version: webhook.version,
    health: webhook.health,
  };
}

interface StoredWebhookConfig {
  url: string;
  events: string[];
  excludeEvents: string[];
  properties: PropertyFilter[];
  headers: Record<string, string>;
  timeoutMs: number;
  maxConcurrency: number;
  rateLimitPerSecond: number;
  retryScheduleMs: number[];
  secret: string;
}
