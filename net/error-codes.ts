import { errorCode, errorMessage } from '../core/errors.ts';
import { TLS_TIMED_OUT } from './connect-limit.ts';
import { LOOKUP_TIMED_OUT, LOOKUPS_BUSY, NAME_TIMED_OUT, NAME_UNANSWERED } from './name-blame.ts';
import type { HttpErrorCode } from './outcome.ts';

/** Code of the error by which the connector refuses an address. */
export const ADDRESS_REFUSED = 'SLUICE_ADDRESS_REFUSED';
/** Code of the error of a host that cannot be reached because nobody can. */
export const NETWORK_AWAY = 'SLUICE_NETWORK_AWAY';
/** Codes of errors by which a connection through the egress proxy fails. */
export const PROXY_FAILED = 'SLUICE_PROXY_FAILED';
export const PROXY_REFUSES_TARGET = 'SLUICE_PROXY_REFUSES_TARGET';
export const TARGET_UNREACHABLE = 'SLUICE_TARGET_UNREACHABLE';

const CODES: ReadonlyMap<string, HttpErrorCode> = new Map([
  [ADDRESS_REFUSED, 'address_refused'],
  [PROXY_FAILED, 'proxy_failed'],
  [PROXY_REFUSES_TARGET, 'address_refused'],
  [TARGET_UNREACHABLE, 'host_unreachable'],
  [NETWORK_AWAY, 'network_unavailable'],
  [TLS_TIMED_OUT, 'connect_timeout'],
  [NAME_UNANSWERED, 'dns_failed'],
  [NAME_TIMED_OUT, 'dns_timeout'],
  [LOOKUP_TIMED_OUT, 'dns_unavailable'],
  [LOOKUPS_BUSY, 'dns_unavailable'],
  ['ENOTFOUND', 'dns_failed'],
  ['ENODATA', 'dns_failed'],
  ['EAI_NODATA', 'dns_failed'],
  ['EAI_NONAME', 'dns_failed'],
  ['EBADNAME', 'dns_failed'],
  ['EAI_AGAIN', 'dns_unavailable'],
  ['EAI_FAIL', 'dns_unavailable'],
  ['EAI_MEMORY', 'dns_unavailable'],
  ['EAI_SYSTEM', 'dns_unavailable'],
  ['ESERVFAIL', 'dns_unavailable'],
  ['ETIMEOUT', 'dns_unavailable'],
  ['ECONNREFUSED', 'connection_refused'],
  ['ECONNRESET', 'connection_reset'],
  ['ECONNABORTED', 'connection_reset'],
  ['EPIPE', 'connection_reset'],
  ['UND_ERR_SOCKET', 'connection_reset'],
  ['EHOSTUNREACH', 'host_unreachable'],
  ['EHOSTDOWN', 'host_unreachable'],
  ['ENETUNREACH', 'host_unreachable'],
  ['ETIMEDOUT', 'connect_timeout'],
  ['UND_ERR_CONNECT_TIMEOUT', 'connect_timeout'],
  ['UND_ERR_HEADERS_OVERFLOW', 'protocol_error'],
  ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'protocol_error'],
  ['UND_ERR_INVALID_ARG', 'invalid_request'],
  ['UND_ERR_NOT_SUPPORTED', 'invalid_request'],
  ['UND_ERR_REQ_CONTENT_LENGTH_MISMATCH', 'invalid_request'],
  ['UND_ERR_DESTROYED', 'client_closed'],
  ['UND_ERR_CLOSED', 'client_closed'],
  // The machine's own limits: file descriptors, ports, buffers, and a network that is not there.
  ['EMFILE', 'platform_error'],
  ['ENFILE', 'platform_error'],
  ['ENOBUFS', 'platform_error'],
  ['ENOMEM', 'platform_error'],
  ['EADDRNOTAVAIL', 'platform_error'],
  ['ENETDOWN', 'platform_error'],
]);

/** OpenSSL's verification results come as bare names; TLS protocol errors as ERR_SSL_… or EPROTO. */
const TLS_CODE =
  /^(?:ERR_TLS_|ERR_SSL_|EPROTO$|CERT_|CRL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH$|INVALID_CA$|INVALID_PURPOSE$|PATH_LENGTH_|ERROR_IN_)/;

/** Maps anything that undici, net, tls or dns reports. Unknown failures are the network's, so they are retried. */
export function failureOf(error: unknown): { code: HttpErrorCode; message: string } {
  const code = errorCode(error) ?? '';
  const known = CODES.get(code) ?? (nameOf(error) === 'HTTPParserError' ? 'protocol_error' : familyOf(code));
  return { code: known, message: describe(error, code) };
}

/** True for what a pooled connection reports that the receiver closed while it was idle. */
export function isDeadSocket(error: unknown): boolean {
  return failureOf(error).code === 'connection_reset';
}

function familyOf(code: string): HttpErrorCode {
  return TLS_CODE.test(code) ? 'tls_failed' : 'network_error';
}

function nameOf(error: unknown): unknown {
  return (error as { name?: unknown } | null | undefined)?.name;
}

/** Node's aggregate of several connection attempts has no message of its own. */
function describe(error: unknown, code: string): string {
  const message = errorMessage(error);
  if (message !== '') {
    return message;
  }
  const inner = (error as { errors?: unknown[] }).errors?.map(errorMessage).join('; ');
  return inner || code || 'unknown network error';
}
