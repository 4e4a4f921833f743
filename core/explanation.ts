import type { AttemptRecord, RequestPhases } from './attempts.ts';
import type { Micros, MicrosRange } from './time.ts';

/**
 * What has become of an event at a webhook. `waiting`: its turn has not come. `held`: the webhook takes no traffic.
 * `retrying`, `parked`: it failed and will be sent again. `delivered`, `given_up`, `expired`: settled, or as good as; `expired`
 * when its time to live was over first. `masked`: another event of the same
 * key was sent in its place. `not_matched`: the filter
 * does not want it. `too_early`: it came before the webhook existed. `passed`: live delivery is beyond it without a
 * record of it, because the filter of that time did not want it or the log of attempts has forgotten it.
 */
export type DeliveryState =
  | 'waiting'
  | 'held'
  | 'retrying'
  | 'parked'
  | 'delivered'
  | 'given_up'
  | 'expired'
  | 'masked'
  | 'not_matched'
  | 'too_early'
  | 'passed';

/**
 * What a waiting event waits for, as far as can be told. `rate_limit`: the webhook has a backlog and a rate limit. `throttled`: the
 * endpoint has asked for patience lately. `careful`: the endpoint fails or comes back, and gets few requests at a time.
 */
export const LIMITS = ['rate_limit', 'throttled', 'careful'] as const;
export type Limit = (typeof LIMITS)[number];

/** The request as it would be made now; values of headers that may be secrets are left out. */
export interface ShownRequest {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string;
  /** Why it cannot be made. */
  refusal: { code: string; message: string } | null;
}

/** The whole story of one event at one webhook. */
export interface DeliveryExplanation {
  event: { uuid: string; name: string; distinctId: string; timestamp: string; insertedAtMicros: Micros };
  matched: boolean;
  /** The setting that keeps the event out: `source`, `events`, `exclude_events`, `properties` or `sample`; null when it matches. */
  unmatchedBy: string | null;
  state: DeliveryState;
  /** Null unless it is `waiting`, and where nothing but its turn is known to hold it up. */
  limitedBy: Limit | null;
  /** The event that was sent in its place; null unless masked. */
  maskedBy: string | null;
  /** What happens next, or what to do, in a sentence. */
  next: string;
  /** Of a parked event; of a retried one its workflow knows. */
  nextAttemptAt: Date | null;
  health: string;
  /** What the breaker or the last probe saw when the endpoint got into its health; empty while it has always been healthy. */
  healthEvidence: Record<string, unknown>;
  webhookId: string;
  request: ShownRequest;
  /** The latest request that the event shared with others; at most a hundred of them are named. */
  batch: { webhookId: string; events: number; uuids: string[] } | null;
  /** Newest first; at most a hundred. */
  attempts: AttemptRecord[];
  /** The retries of the event in Temporal, when there are or were any. */
  workflowId: string | null;
}

/** What came back from a test event. */
export interface WebhookTest {
  delivered: boolean;
  /** Null when no response came. */
  statusCode: number | null;
  error: { code: string; message: string; remedy: string | null } | null;
  durationMs: number;
  phases: RequestPhases | undefined;
  responseBody: string;
  /** As `AttemptRecord` has them. */
  responseHeaders: string;
  request: ShownRequest;
}

export interface ExplainRequest {
  teamId: number;
  destinationId: string;
  uuid: string;
}

export interface WebhookTestRequest {
  teamId: number;
  destinationId: string;
  event: string;
  /** JSON object. */
  propertiesJson: string;
}

/** A webhook that is not stored. */
export interface WebhookPreviewRequest {
  teamId: number;
  name: string;
  /** As it would be stored, with secrets. */
  config: Record<string, unknown>;
  /** Where to look for an event. */
  range: MicrosRange;
  /** Shown where there is none. */
  example: { event: string; propertiesJson: string };
}

/** The request that a webhook would make. */
export interface WebhookPreview {
  event: { uuid: string; name: string; distinctId: string; insertedAtMicros: Micros };
  /** Why it is an event that nobody captured: null when it is the newest that the webhook takes. */
  exampleBecause: 'none_matches' | 'search_timeout' | 'takes_no_events' | null;
  request: ShownRequest;
}
