import type { EndpointAuthentication } from '../core/endpoint-auth.ts';
import { isSecretHeader } from '../delivery/response-headers.ts';

/** Shorter ones would be taken out of texts that have nothing to do with them. */
const MIN_CHARS = 6;

/** What an endpoint may say back of the request that it got, and nobody may see: what proves who has sent it. */
export function credentialTexts(
  headers: Readonly<Record<string, string>>,
  authentication: EndpointAuthentication | undefined,
): string[] {
  const values = Object.entries(headers).flatMap(([name, value]) =>
    isSecretHeader(name.toLowerCase()) ? [value, withoutScheme(value)] : [],
  );
  const password = authentication?.type === 'basic' ? [authentication.password] : [];
  return [...new Set([...values, ...password])].filter(({ length }) => length >= MIN_CHARS);
}

/** `Bearer x` is `x`. */
function withoutScheme(value: string): string {
  return value.slice(value.indexOf(' ') + 1);
}
