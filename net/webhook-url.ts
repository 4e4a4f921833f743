import { isIP } from 'node:net';
import { parseUrl } from '../core/parse-url.ts';
import { SluiceError } from '../core/errors.ts';
import type { AddressPolicy } from './address-policy.ts';

export const MAX_URL_CHARS = 2_048;
/** The parser drops or rewrites these silently, so what is stored would not be what is called. */

const REWRITTEN = /[\x00-\x20\x7f\\]/;
/** Names by which clouds serve credentials. Their addresses are refused anyway; a name deserves a clear answer. */
const METADATA_NAMES: ReadonlySet<string> = new Set([
  'metadata',
  'metadata.google.internal',
  'metadata.goog',
  'instance-data',
  'instance-data.ec2.internal',
]);

/** A parsed URL, reduced to what a request needs. */
export interface RequestTarget {
  origin: string;
  /** Path and query; a fragment is never sent. */
  path: string;
  protocol: 'http:' | 'https:';
  /** Lower case, without brackets and without a trailing dot. */
  hostname: string;
  port: number;
}

export interface WebhookUrlRules {
  requireHttps: boolean;
  /** Checks hosts that are IP literals or `localhost`; other names are checked when they are connected to. */
  policy: AddressPolicy;
  /** Absent: any port. */
  allowedPorts?: readonly number[];
}

/** Parses a URL that may be requested, or says why it may not. Never throws. */
export function parseTarget(url: string): RequestTarget | { problem: string } {
  if (url.length > MAX_URL_CHARS) {
    return { problem: `it is longer than ${String(MAX_URL_CHARS)} characters` };
  }
  const parsed = REWRITTEN.test(url) ? undefined : parseUrl(url);
  if (parsed === undefined) {
    return { problem: 'it is not a valid URL' };
  }
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') {
    return { problem: 'only http and https are supported' };
  }
  if (parsed.username !== '' || parsed.password !== '') {
    return { problem: 'it must not contain a user name or password' };
  }
  const hostname = parsed.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  return hostname === '' ? { problem: 'it has no host' } : { ...parts(parsed), protocol: parsed.protocol, hostname };
}

/**
 * Checks a destination's URL when it is saved and returns it in normal form. Throws `webhook_url_invalid` naming the
 * field. A host name may still resolve to a refused address later: the client checks each address it connects to.
 */
export function validateWebhookUrl(url: string, rules: WebhookUrlRules): string {
  const target = parseTarget(url);
  const problem = 'problem' in target ? target.problem : problemWith(target, rules);
  if (problem !== undefined || 'problem' in target) {
    throw invalidUrl(problem ?? 'it is not a valid URL');
  }
  return target.origin + target.path;
}

function problemWith(target: RequestTarget, rules: WebhookUrlRules): string | undefined {
  if (rules.requireHttps && target.protocol !== 'https:') {
    return 'it must begin with https://';
  }
  if (rules.allowedPorts !== undefined && !rules.allowedPorts.includes(target.port)) {
    return `port ${String(target.port)} is not allowed`;
  }
  return METADATA_NAMES.has(target.hostname) || !isAllowedHost(target.hostname, rules.policy)
    ? 'its host is not a public address'
    : undefined;
}

function isAllowedHost(hostname: string, policy: AddressPolicy): boolean {
  if (hostname === 'localhost' || hostname.endsWith('.localhost')) {
    return policy.check('127.0.0.1').allowed;
  }
  return isIP(hostname) === 0 || policy.check(hostname).allowed;
}

function parts(parsed: URL): Pick<RequestTarget, 'origin' | 'path' | 'port'> {
  const defaultPort = parsed.protocol === 'https:' ? 443 : 80;
  return {
    origin: parsed.origin,
    path: parsed.pathname + parsed.search,
    port: parsed.port === '' ? defaultPort : Number(parsed.port),
  };
}

function invalidUrl(reason: string): SluiceError {
  return new SluiceError({
    code: 'webhook_url_invalid',
    message: `url: ${reason}.`,
    retryable: false,
    fault: 'customer',
    remedy: 'Enter the full address of an endpoint on the public Internet, for example https://example.com/hooks.',
  });
}
