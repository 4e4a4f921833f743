import type { RequestPhases } from '../core/attempts.ts';

export interface HttpTimings extends RequestPhases {
  /** From the call to the end of the response or the failure, waiting for a connection included. */
  totalMs: number;
}

/**
 * Why there is no usable response. The receiver's or the owner's doing: `invalid_url invalid_request address_refused
 * dns_failed dns_timeout connect_timeout connection_refused connection_reset host_unreachable tls_failed headers_timeout
 * total_timeout protocol_error network_error`; of a
 * token endpoint `oauth2_refused oauth2_unavailable`. Ours: `aborted client_closed pool_exhausted dns_unavailable
 * network_unavailable proxy_failed platform_error`.
 */
export type HttpErrorCode =
  | 'invalid_url'
  | 'invalid_request'
  | 'address_refused'
  | 'dns_failed'
  | 'dns_timeout'
  | 'dns_unavailable'
  | 'network_unavailable'
  | 'connect_timeout'
  | 'connection_refused'
  | 'connection_reset'
  | 'host_unreachable'
  | 'tls_failed'
  | 'headers_timeout'
  | 'total_timeout'
  | 'protocol_error'
  | 'oauth2_refused'
  | 'oauth2_unavailable'
  | 'network_error'
  | 'pool_exhausted'
  | 'client_closed'
  | 'proxy_failed'
  | 'platform_error'
  | 'aborted';

export interface HttpResponse {
  kind: 'response';
  status: number;
  /** Lower-case names; repeated headers joined by comma and space. */
  headers: Record<string, string>;
  /** At most the client's `maxResponseBytes`, decoded as UTF-8; empty when the body has a content encoding. */
  body: string;
  bodyTruncated: boolean;
  timings: HttpTimings;
}

export interface HttpFailure {
  kind: 'error';
  code: HttpErrorCode;
  /** Never holds the path or query of the URL, which may be a secret. */
  message: string;
  timings: HttpTimings;
}

export type HttpOutcome = HttpResponse | HttpFailure;
