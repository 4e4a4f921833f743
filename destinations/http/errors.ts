import { type FaultParty, SluiceError } from '../../core/errors.ts';
import type { HttpErrorCode, HttpOutcome, HttpResponse } from '../../net/outcome.ts';

interface Fault {
  code: string;
  retryable: boolean;
  fault: FaultParty;
  message: string;
  remedy: string;
}

const customer = (code: string, message: string, remedy: string): Fault => ({
  ...{ code, message, remedy },
  ...{ retryable: false, fault: 'customer' as const },
});
const destination = (code: string, message: string, remedy: string): Fault => ({
  ...{ code, message, remedy },
  ...{ retryable: true, fault: 'destination' as const },
});

const CREDENTIALS_REFUSED = customer(
  'http_target_credentials_refused',
  'the receiver refuses the credentials',
  'Correct apiKey, token, or username and password.',
);
const ENDPOINT_MISSING = customer(
  'http_target_endpoint_missing',
  'the receiver takes no such requests at this url',
  'Correct the url (for PostHog it ends with /batch/) or the method.',
);
const REDIRECTED = customer(
  'http_target_redirected',
  'the receiver redirects, which is not followed',
  'Enter the url that it redirects to.',
);
const REFUSED = customer(
  'http_target_batch_refused',
  'the receiver refuses the batch',
  "Look into the receiver's log for the reason; check the shape.",
);
const ROW_TOO_LARGE = customer(
  'http_target_row_too_large',
  'the receiver refuses a single row as too large',
  'Raise its limit, or filter such rows out of the export.',
);
const TLS_FAILED = customer(
  'http_target_tls_failed',
  "the receiver's certificate is not trusted",
  'Use a certificate of a public authority.',
);
const URL_INVALID = customer('http_target_url_invalid', 'the url cannot be called', 'Correct the url.');
const ADDRESS_REFUSED = customer(
  'address_not_allowed',
  'url: this host may not be called from here',
  'Use a public host, or ask the operator to allow its network (SLUICE_ALLOWED_CIDRS).',
);
const THROTTLED = destination(
  'http_target_throttled',
  'the receiver asks to slow down',
  'Nothing to do: it is tried again.',
);
const QUOTA_LIMITED = destination(
  'http_target_quota_limited',
  'the receiver took the request and dropped the events, because its quota is used up',
  'Raise the quota of the receiving project; it is tried again.',
);
const UNREACHABLE = destination(
  'http_target_unreachable',
  'no connection to the receiver, or no answer from it',
  'Check that the url is right and the receiver up; it is tried again.',
);
const PROXY_FAILED: Fault = {
  code: 'egress_proxy_failed',
  message: 'the egress proxy fails',
  retryable: true,
  fault: 'platform',
  remedy: 'The operator has to see that the proxy is up and SLUICE_EGRESS_PROXY_URL right; it is tried again.',
};
/** Default: unknown failures are retried, losing time is better than losing events. */
const UNAVAILABLE = destination('http_target_unavailable', 'the receiver failed', 'Nothing to do: it is tried again.');

const BY_STATUS: ReadonlyMap<number, Fault> = new Map([
  [401, CREDENTIALS_REFUSED],
  [403, CREDENTIALS_REFUSED],
  [404, ENDPOINT_MISSING],
  [405, ENDPOINT_MISSING],
  [410, ENDPOINT_MISSING],
  [408, UNAVAILABLE],
  [413, ROW_TOO_LARGE],
  [421, UNAVAILABLE],
  [423, UNAVAILABLE],
  [425, UNAVAILABLE],
  [429, THROTTLED],
  [503, THROTTLED],
]);

const BY_ERROR: Partial<Record<HttpErrorCode, Fault>> = {
  address_refused: ADDRESS_REFUSED,
  invalid_url: URL_INVALID,
  invalid_request: URL_INVALID,
  tls_failed: TLS_FAILED,
  proxy_failed: PROXY_FAILED,
};

/** A receiver that names an hour does not stop an export for an hour: its own retries do. */
const MAX_RETRY_AFTER_MS = 60_000;

/** Undefined when the batch was acknowledged. The receiver's text is not told: it may repeat what was sent. */
export function failureOf(outcome: HttpOutcome): SluiceError | undefined {
  if (outcome.kind === 'error') {
    const fault = BY_ERROR[outcome.code] ?? UNREACHABLE;
    return new SluiceError({ ...fault, message: `${fault.message} (${outcome.code})` });
  }
  const fault = faultOf(outcome);
  if (fault === undefined) {
    return undefined;
  }
  const retryAfterMs = retryAfterOf(outcome.headers['retry-after']);
  return new SluiceError({
    ...fault,
    message: `${fault.message} (status ${String(outcome.status)})`,
    ...(retryAfterMs !== undefined && fault.retryable && { retryAfterMs }),
  });
}

function faultOf({ status, body }: HttpResponse): Fault | undefined {
  if (status >= 200 && status < 300) {
    // PostHog acknowledges what it drops.
    return /"quota_limited"\s*:\s*\[\s*"/.test(body) ? QUOTA_LIMITED : undefined;
  }
  if (status < 400) {
    return REDIRECTED;
  }
  return BY_STATUS.get(status) ?? (status < 500 ? REFUSED : UNAVAILABLE);
}

/** Seconds or a date; clamped. */
export function retryAfterOf(header: string | undefined, nowMs = Date.now()): number | undefined {
  const text = header?.trim() ?? '';
  const ms = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - nowMs;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), MAX_RETRY_AFTER_MS);
}

export function modelUnsupported(model: string, missing: string): SluiceError {
  return new SluiceError({
    code: 'http_target_model_unsupported',
    message: `shape posthog sends events, and the model ${model} has no column ${missing}`,
    retryable: false,
    fault: 'customer',
    remedy: 'Export the model events, or set shape to jsonl or json_array.',
  });
}

/** The source ended in the middle of a row. */
export function rowsDiffer(sent: number, counted: number): SluiceError {
  return new SluiceError({
    code: 'http_target_rows_differ',
    message: `${String(sent)} rows were cut from a stream of ${String(counted)}`,
    retryable: true,
    fault: 'platform',
    remedy: 'Nothing to do: it is tried again.',
  });
}
