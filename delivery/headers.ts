import { ATTEMPT_HEADER } from '../core/delivery-headers.ts';
import { SluiceError } from '../core/errors.ts';

/** Names that the transport, the signature or the receiver's trust depend on. Compared in lower case. */
const FORBIDDEN_NAMES: ReadonlySet<string> = new Set([
  'accept-encoding',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'date',
  'expect',
  'forwarded',
  'host',
  'http2-settings',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'user-agent',
  'via',
  'x-real-ip',
]);
/** `sluice-` carries the self-loop guard; `x-forwarded-` and `proxy-` would let a customer pose as somebody else. */
const FORBIDDEN_PREFIXES = ['webhook-', 'svix-', 'sluice-', 'proxy-', 'x-forwarded-', 'sec-'] as const;

export const MAX_CUSTOM_HEADERS = 40;
const MAX_NAME_BYTES = 128;
export const MAX_HEADER_VALUE_BYTES = 4_096;
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Tab, visible ASCII and Latin-1: no CR, LF or NUL, and nothing the transport would refuse later. */

const UNSAFE_VALUE = /[^\t\x20-\x7e\x80-\xff]/;

export interface DeliveryHeadersRequest {
  /** A destination's own headers, as `validateCustomHeaders` returned them. */
  custom: Readonly<Record<string, string>>;
  contentType: string;
  webhookId: string;
  timestampSeconds: number;
  signature: string;
  /** 1-based over the life of the delivery. */
  attempt: number;
}

/**
 * Checks a destination's headers when it is saved and returns them with lower-case names. Throws
 * `webhook_header_invalid` naming the header, never its value (it may be a credential).
 */
export function validateCustomHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(headers);
  if (entries.length > MAX_CUSTOM_HEADERS) {
    throw invalidHeader('headers', `at most ${String(MAX_CUSTOM_HEADERS)} headers can be set`);
  }
  const checked = new Map<string, string>();
  for (const [name, value] of entries) {
    const problem = problemWithName(name) ?? problemWithValue(value);
    if (problem !== undefined) {
      throw invalidHeader(`headers.${printable(name)}`, problem);
    }
    if (checked.has(name.toLowerCase())) {
      throw invalidHeader(`headers.${name}`, 'it is given twice, in different case');
    }
    checked.set(name.toLowerCase(), value.trim());
  }
  return Object.fromEntries(checked);
}

/** All headers of one attempt except those that the HTTP client owns. */
export function buildDeliveryHeaders(request: DeliveryHeadersRequest): Record<string, string> {
  return {
    ...request.custom,
    'content-type': request.contentType,
    'webhook-id': request.webhookId,
    'webhook-timestamp': String(request.timestampSeconds),
    'webhook-signature': request.signature,
    [ATTEMPT_HEADER]: String(request.attempt),
  };
}

function problemWithName(name: string): string | undefined {
  if (!TOKEN.test(name) || name.length > MAX_NAME_BYTES) {
    return 'its name has characters that HTTP does not allow, or is too long';
  }
  const lower = name.toLowerCase();
  if (FORBIDDEN_NAMES.has(lower) || FORBIDDEN_PREFIXES.some((prefix) => lower.startsWith(prefix))) {
    return 'it is set by Sluice or by the connection and cannot be overridden';
  }
  return undefined;
}

function problemWithValue(value: string): string | undefined {
  if (UNSAFE_VALUE.test(value)) {
    return 'its value has a line break, a control character or a character outside Latin-1';
  }
  // Sent as Latin-1: one byte per character.
  return value.length > MAX_HEADER_VALUE_BYTES
    ? `its value is longer than ${String(MAX_HEADER_VALUE_BYTES)} bytes`
    : undefined;
}

function printable(name: string): string {
  return JSON.stringify(name.slice(0, MAX_NAME_BYTES)).slice(1, -1);
}

function invalidHeader(field: string, reason: string): SluiceError {
  return new SluiceError({
    code: 'webhook_header_invalid',
    message: `${field}: ${reason}.`,
    retryable: false,
    fault: 'customer',
    remedy: 'Remove or rename the header.',
  });
}
