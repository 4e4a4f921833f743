import { expect, test } from '@jest/globals';
import { failureOf } from './error-codes.ts';

const coded = (code: string) => Object.assign(new Error('why'), { code });

test.each([
  ['ENOTFOUND', 'dns_failed'],
  ['EAI_AGAIN', 'dns_unavailable'],
  ['ECONNREFUSED', 'connection_refused'],
  ['ECONNRESET', 'connection_reset'],
  ['EPIPE', 'connection_reset'],
  ['UND_ERR_SOCKET', 'connection_reset'],
  ['UND_ERR_CONNECT_TIMEOUT', 'connect_timeout'],
  ['ETIMEDOUT', 'connect_timeout'],
  ['EHOSTUNREACH', 'host_unreachable'],
  ['SLUICE_NETWORK_AWAY', 'network_unavailable'],
  ['SLUICE_TLS_TIMED_OUT', 'connect_timeout'],
  ['SLUICE_LOOKUP_TIMED_OUT', 'dns_unavailable'],
  ['SLUICE_LOOKUPS_BUSY', 'dns_unavailable'],
  ['SLUICE_NAME_TIMED_OUT', 'dns_timeout'],
  ['EMFILE', 'platform_error'],
  ['EADDRNOTAVAIL', 'platform_error'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls_failed'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls_failed'],
  ['EPROTO', 'tls_failed'],
  ['CERT_HAS_EXPIRED', 'tls_failed'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls_failed'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'tls_failed'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls_failed'],
  ['UND_ERR_HEADERS_OVERFLOW', 'protocol_error'],
  ['UND_ERR_INVALID_ARG', 'invalid_request'],
  ['UND_ERR_DESTROYED', 'client_closed'],
  ['E_NEVER_HEARD_OF', 'network_error'],
])('%s is %s', (code, expected) => {
  expect(failureOf(coded(code))).toEqual({ code: expected, message: 'why' });
});

test('an error of several attempts takes their messages, anything else has some message', () => {
  const both = Object.assign(new AggregateError([new Error('v4'), new Error('v6')], ''), { code: 'ECONNREFUSED' });
  expect(failureOf(both)).toEqual({ code: 'connection_refused', message: 'v4; v6' });
  expect(failureOf(Object.assign(new Error(''), { code: 'EPIPE' })).message).toBe('EPIPE');
  expect(failureOf(undefined)).toMatchObject({ code: 'network_error', message: 'undefined' });
});
