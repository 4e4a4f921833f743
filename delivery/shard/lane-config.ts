import type { ClientCertificate, ClientCredentials } from '../../core/endpoint-auth.ts';
import { SUSPENDED_HEALTHS, type EndpointHealth } from '../../core/endpoint-health.ts';
import type { EventFilter } from '../../core/filters.ts';
import type { Mask } from '../../core/masking.ts';
import type { AnswerRule } from '../answer-rules.ts';
import type { CompiledTemplate } from '../template/template.ts';
import type { BatchRule } from '../batch.ts';
import type { BreakerConfig } from '../health.ts';
import type { SigningSecret } from '../signing.ts';

export const DELIVERY_METHODS = ['POST', 'PUT', 'PATCH'] as const;
export type DeliveryMethod = (typeof DELIVERY_METHODS)[number];

/** A webhook destination as its lane runs it, secrets opened. */
export interface LaneConfig {
  destinationId: string;
  teamId: number;
  name: string;
  /** Of the catalogue of vendors; `generic`: none. */
  kind: string;
  url: string;
  filter: EventFilter;
  /** Absent: every event that the filter takes is sent. */
  mask?: Mask;
  method: DeliveryMethod;
  /** With `authorization` when the destination has basic or bearer authentication. */
  headers: Record<string, string>;
  oauth2?: ClientCredentials;
  clientCertificate?: ClientCertificate;
  contentType: string;
  /** Absent: the body of `renderEventBody`. */
  template?: CompiledTemplate;
  /** What answers mean, when the receiver is a known one. */
  answers?: readonly AnswerRule[];
  /** Texts in URL, body or an answer that nobody may see. */
  hidden?: readonly string[];
  /** Current secret first, then those still valid during a rotation. */
  secrets: readonly SigningSecret[];
  /** For the whole request. */
  timeoutMs: number;
  /** Of it, for TCP and TLS. Absent: the client's own. */
  connectTimeoutMs?: number;
  /** Of it, from the request to the headers of the answer. Absent: what is left. */
  headersTimeoutMs?: number;
  maxConcurrency: number;
  /** In requests. */
  rateLimitPerSecond: number | undefined;
  /** Absent: one event in a request. */
  batch?: BatchRule;
  retryScheduleMs: readonly number[];
  /** The endpoint cannot ask to be left alone for longer. Absent: as clamped for all. */
  maxRetryAfterMs?: number;
  /** Retry workflows at the same time, within what the installation allows; what fails beyond them is parked. */
  maxOpenRetries?: number;
  /** An event that was ingested so long ago is not sent any more. Absent: however old it is. */
  ttlMs?: number;
  /** Changes whenever a setting changes; a lane is rebuilt only then. */
  version: number;
  health: EndpointHealth;
  /** Departures from the breaker's defaults. */
  breaker?: Partial<BreakerConfig>;
}

const SUSPENDED: ReadonlySet<EndpointHealth> = new Set(SUSPENDED_HEALTHS);

export function isSuspended(health: EndpointHealth): boolean {
  return SUSPENDED.has(health);
}
