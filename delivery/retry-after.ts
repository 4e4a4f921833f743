import { MAX_RETRY_AFTER_MS } from './retry-schedule.ts';

export interface RetryAfterLimits {
  minMs: number;
  maxMs: number;
}

export const DEFAULT_RETRY_AFTER_LIMITS: RetryAfterLimits = { minMs: 0, maxMs: MAX_RETRY_AFTER_MS };

const SECONDS = /^\d{1,20}(?:\.\d{1,20})?$/;
/** IMF-fixdate, RFC 850 and asctime all start with a day's name; anything else Date.parse guesses at is refused. */
const HTTP_DATE = /^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? /i;

/**
 * Milliseconds from `now` that a `Retry-After` value asks for: seconds (decimals are seen in the wild) or an HTTP date.
 * Undefined when it is neither. Absurd values are clamped: Discord has sent milliseconds as seconds, and a date may be
 * long past or a century away. A value is never reinterpreted: 3000 could be 50 minutes as well as 3 seconds.
 */
export function parseRetryAfterMs(
  value: string | undefined,
  now: Date,
  limits: RetryAfterLimits = DEFAULT_RETRY_AFTER_LIMITS,
): number | undefined {
  const askedMs = value === undefined ? undefined : askedDelayMs(value.trim(), now);
  return askedMs === undefined ? undefined : Math.min(Math.max(askedMs, limits.minMs), limits.maxMs);
}

function askedDelayMs(text: string, now: Date): number | undefined {
  if (SECONDS.test(text)) {
    return Math.ceil(Number(text) * 1_000);
  }
  // An asctime date has no zone and means UTC.
  const date = HTTP_DATE.test(text) ? Date.parse(/(?:gmt|utc|z|[+-]\d{4})$/i.test(text) ? text : `${text} GMT`) : NaN;
  return Number.isNaN(date) ? undefined : date - now.getTime();
}
