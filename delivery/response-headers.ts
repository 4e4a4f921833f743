import { hide, NOT_SHOWN } from './hidden.ts';

/** Of all headers together; beyond it each is cut, and the last ones are left out. */
const MAX_CHARS = 3_072;
const MAX_VALUE_CHARS = 256;

/** Cookies, sessions, keys and whatever proves who somebody is. */
const SECRET_NAME = /api-?key|auth|cookie|credential|csrf|jwt|(?:^|[-_])key|passw|secret|session|signature|token|xsrf/;
/** Challenges and rules for browsers, which name such things without holding them. */
const PLAIN_NAME = /^(?:(?:www|proxy)-authenticate$|access-control-)/;
/** Credentials under any other name. */
const CREDENTIALS = /\b(basic|bearer) +[\w.~+/-]{16,}=*/gi;
/** Their URLs may be good for one use by whoever knows them. */
const WITH_URLS: ReadonlySet<string> = new Set(['content-location', 'link', 'location', 'refresh']);

/** Whether a header of this lower-case name may hold a secret. */
export function isSecretHeader(name: string): boolean {
  return SECRET_NAME.test(name) && !PLAIN_NAME.test(name);
}

/**
 * A response's headers as they are logged, in lines of `name: value`: those that may hold a secret are named but not shown,
 * and `secrets` are taken out of the others. Every delivery comes through here.
 */
export function shownHeaders(
  headers: Readonly<Record<string, string>>,
  secrets: readonly string[] | undefined,
): string {
  let lines = '';
  for (const name in headers) {
    lines += `${name}: ${isSecretHeader(name) ? NOT_SHOWN : valueOf(name, headers[name] ?? '')}\n`;
  }
  return cut(hide(lines.replace(CREDENTIALS, `$1 ${NOT_SHOWN}`), secrets));
}

function valueOf(name: string, value: string): string {
  return WITH_URLS.has(name) ? withoutQueries(value) : value;
}

/** User names and passwords go, too. */
function withoutQueries(value: string): string {
  return value.replace(/\?[^\s,;>"]*/g, `?${NOT_SHOWN}`).replace(/\/\/[^/\s@]*@/g, `//${NOT_SHOWN}@`);
}

/** After the secrets are out: half of one would not be found. */
function cut(lines: string): string {
  if (lines.length <= MAX_CHARS) {
    return lines;
  }
  let kept = '';
  for (const line of lines.slice(0, -1).split('\n')) {
    const end = line.indexOf(': ') + MAX_VALUE_CHARS;
    const next = line.length > end ? `${line.slice(0, end)}…\n` : `${line}\n`;
    if (kept.length + next.length > MAX_CHARS) {
      return kept;
    }
    kept += next;
  }
  return kept;
}
