/** Names that the transport, the receiver's trust or this destination depend on. Compared in lower case. */
const FORBIDDEN_NAMES: ReadonlySet<string> = new Set([
  ...['accept-encoding', 'authorization', 'connection', 'content-encoding', 'content-length', 'content-type', 'date'],
  ...['expect', 'forwarded', 'host', 'http2-settings', 'idempotency-key', 'keep-alive', 'te', 'trailer'],
  ...['transfer-encoding', 'upgrade', 'user-agent', 'via', 'x-real-ip'],
]);
const FORBIDDEN_PREFIXES = ['webhook-', 'svix-', 'sluice-', 'x-sluice-', 'proxy-', 'x-forwarded-', 'sec-'] as const;
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,128}$/;
/** Tab, visible ASCII and Latin-1: no CR, LF or NUL. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]{0,4096}$/;

export const MAX_HEADERS = 40;

/** What is wrong with a user's headers, naming the header and never its value; undefined when nothing is. */
export function headersProblem(headers: Readonly<Record<string, string>>): string | undefined {
  const names = Object.keys(headers);
  const lower = names.map((name) => name.toLowerCase());
  if (names.length > MAX_HEADERS) {
    return `at most ${String(MAX_HEADERS)} headers can be set`;
  }
  if (new Set(lower).size < lower.length) {
    return 'a header is given twice, in different case';
  }
  return names.map((name) => problemWith(name, headers[name] ?? '')).find((problem) => problem !== undefined);
}

function problemWith(name: string, value: string): string | undefined {
  if (!TOKEN.test(name)) {
    return 'a name has characters that HTTP does not allow, or is too long';
  }
  const lower = name.toLowerCase();
  if (FORBIDDEN_NAMES.has(lower) || FORBIDDEN_PREFIXES.some((prefix) => lower.startsWith(prefix))) {
    return `${name} is set by Sluice or by the connection and cannot be overridden`;
  }
  return VALUE.test(value)
    ? undefined
    : `the value of ${name} has a line break or another character that HTTP does not allow, or is too long`;
}
