import type { OutcomeClass } from '../core/attempts.ts';
import { toSluiceError } from '../core/errors.ts';
import { ruleFor, waitOf, type Answer, type AnswerRule } from './answer-rules.ts';
import { parseRetryAfterMs } from './retry-after.ts';

/** The part of the HTTP client's answer that matters here. */
export type HttpOutcomeLike = ({ kind: 'response' } & Answer) | { kind: 'error'; code: string; message: string };

export interface Classification {
  class: OutcomeClass;
  /** Stable code for logs and the API (`http_500`, `connect_timeout`); absent when delivered. */
  errorCode?: string;
  message?: string;
  remedy?: string;
  retryAfterMs?: number;
  /** Whether the endpoint's breaker counts it. Successes do; our own faults and throttling do not. */
  chargesHealth: boolean;
  /** Whether it uses up a step of the retry schedule. */
  chargesAttempt: boolean;
}

const DELIVERED: Classification = { class: 'delivered', chargesHealth: true, chargesAttempt: true };

type ErrorRule = Pick<Classification, 'class' | 'chargesHealth' | 'remedy'>;

const OWNER_REMEDIES: Readonly<Record<number, string>> = {
  401: 'Set the credentials that the endpoint expects in the destination’s headers.',
  403: 'Allow Sluice at the endpoint, or correct the credentials in the destination’s headers.',
  404: 'Correct the path of the destination’s URL.',
};

const OWNER_FAULT = { class: 'misconfigured', chargesHealth: true } as const;
const NAME_FAULT: ErrorRule = {
  class: 'retry',
  chargesHealth: true,
  remedy: 'Check the host name of the destination’s URL, and that the name servers of its domain answer.',
};
/** Never the receiver's doing, so never charged to it; the event is simply tried again. */
const PLATFORM_FAULT: ErrorRule = { class: 'retry', chargesHealth: false };

/** Errors of the HTTP client that are not plain `retry`. */
const ERROR_RULES: ReadonlyMap<string, ErrorRule> = new Map([
  ['address_refused', { ...OWNER_FAULT, remedy: 'Use a URL whose host resolves to public addresses only.' }],
  ['tls_failed', { ...OWNER_FAULT, remedy: 'Give the endpoint a valid certificate for its host name.' }],
  ['invalid_url', { ...OWNER_FAULT, remedy: 'Correct the destination’s URL.' }],
  ['invalid_request', { ...OWNER_FAULT, remedy: 'Correct the destination’s headers.' }],
  [
    'oauth2_refused',
    {
      ...OWNER_FAULT,
      remedy: 'Correct client id, client secret, scope or token URL of the destination’s authentication.',
    },
  ],
  ['dns_failed', NAME_FAULT],
  ['dns_timeout', NAME_FAULT],
  ['dns_unavailable', PLATFORM_FAULT],
  ['network_unavailable', PLATFORM_FAULT],
  ['aborted', PLATFORM_FAULT],
  ['client_closed', PLATFORM_FAULT],
  ['pool_exhausted', PLATFORM_FAULT],
  ['proxy_failed', PLATFORM_FAULT],
  ['platform_error', PLATFORM_FAULT],
]);

/**
 * Judges one attempt. `now` turns a `Retry-After` date into a delay; `rules` are those of a receiver that is known.
 * Whatever is unknown is retried: losing time is better than losing events.
 */
export function classifyOutcome(
  outcome: HttpOutcomeLike,
  now: Date,
  rules: readonly AnswerRule[] = [],
): Classification {
  if (outcome.kind === 'error') {
    return classifyError(outcome);
  }
  const rule = ruleFor(rules, outcome);
  return rule === undefined ? classifyResponse(outcome, now) : classifyByRule(rule, outcome, now);
}

/** The judgement on an event that is larger than `MAX_PAYLOAD_BYTES`. */
export function classifyOversize(bodyBytes: number, maxBytes: number): Classification {
  return {
    class: 'rejected',
    errorCode: 'payload_too_large',
    message: `The rendered event has ${String(bodyBytes)} bytes; at most ${String(maxBytes)} can be sent.`,
    remedy: 'Send smaller event properties, or exclude this event from the destination.',
    chargesHealth: false,
    chargesAttempt: true,
  };
}

/** The judgement on a message whose time is over. */
export const EXPIRED: Classification = {
  class: 'rejected',
  errorCode: 'message_expired',
  message: 'The message was not delivered within its time to live.',
  remedy: 'Send it again if it still matters, with a longer time to live.',
  chargesHealth: false,
  chargesAttempt: true,
};

/** The judgement on an event that is older than its webhook wants it. */
export const EVENT_EXPIRED: Classification = {
  class: 'rejected',
  errorCode: 'event_expired',
  message: 'The event was not delivered within the time to live that its webhook has.',
  remedy: 'Replay it if it still matters, and give the webhook a longer ttl_seconds if that happens too often.',
  chargesHealth: false,
  chargesAttempt: true,
};

/** Whether a row of the log says that a time to live was over. */
export function isExpired({ errorCode }: { errorCode: string }): boolean {
  return errorCode === EXPIRED.errorCode || errorCode === EVENT_EXPIRED.errorCode;
}

/**
 * The judgement on an event that the destination's template cannot render. One that takes too long is charged, so that the
 * breaker ends what it costs everybody else.
 */
export function classifyUnrendered(error: unknown): Classification {
  const { code, message, remedy, retryable } = toSluiceError(error, { code: 'template_failed' });
  return {
    class: retryable ? 'retry' : 'rejected',
    errorCode: code,
    message,
    ...(remedy === undefined ? {} : { remedy }),
    chargesHealth: retryable,
    chargesAttempt: true,
  };
}

function classifyError(outcome: { code: string; message: string }): Classification {
  const rule = ERROR_RULES.get(outcome.code) ?? { class: 'retry', chargesHealth: true };
  return {
    ...rule,
    errorCode: outcome.code,
    message: outcome.message,
    chargesAttempt: rule.chargesHealth,
  };
}

function classifyByRule(rule: AnswerRule, answer: Answer, now: Date): Classification {
  if (rule.class === 'delivered') {
    return DELIVERED;
  }
  const { class: outcomeClass, name, message, remedy } = rule;
  const retryAfterMs = parseRetryAfterMs(answer.headers['retry-after'] ?? waitOf(rule, answer), now);
  return {
    ...{ class: outcomeClass, errorCode: name, message: `${message} (${String(answer.status)})`, remedy },
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    // A body that is refused says nothing about the endpoint.
    chargesHealth: outcomeClass !== 'throttled' && outcomeClass !== 'rejected',
    chargesAttempt: outcomeClass !== 'throttled',
  };
}

function classifyResponse(response: Answer, now: Date): Classification {
  const { status } = response;
  if (status >= 200 && status < 300) {
    return DELIVERED;
  }
  const failure = { errorCode: `http_${String(status)}`, chargesHealth: true, chargesAttempt: true };
  if (status === 410) {
    return { ...failure, class: 'gone', message: 'The endpoint answered 410 Gone: it wants no more events.' };
  }
  if (status >= 300 && status < 400) {
    return { ...failure, ...redirected(status) };
  }
  const remedy = OWNER_REMEDIES[status];
  if (remedy !== undefined) {
    return { ...failure, class: 'misconfigured', message: answered(status), remedy };
  }
  return { ...failure, message: answered(status), ...retryOrThrottle(status, response.headers, now) };
}

/** 429 always, and 503 when it says for how long, is a receiver that protects itself, not one that is broken. */
function retryOrThrottle(
  status: number,
  headers: Readonly<Record<string, string>>,
  now: Date,
): Pick<Classification, 'class' | 'retryAfterMs'> & Partial<Classification> {
  const retryAfterMs = parseRetryAfterMs(headers['retry-after'], now);
  const asked = retryAfterMs === undefined ? {} : { retryAfterMs };
  return status === 429 || (status === 503 && retryAfterMs !== undefined)
    ? { class: 'throttled', ...asked, chargesHealth: false, chargesAttempt: false }
    : { class: 'retry', ...asked };
}

function redirected(status: number): Pick<Classification, 'class' | 'message' | 'remedy'> {
  return {
    class: 'misconfigured',
    message: `The endpoint answered ${String(status)}; redirects are never followed.`,
    remedy: 'Enter the address that the endpoint redirects to as the destination’s URL.',
  };
}

function answered(status: number): string {
  return `The endpoint answered ${String(status)}.`;
}
