/** Where to go after the login: a page of the console, whatever the address bar was made to say. */
export function safeNext(next: string | null): string {
  return next !== null && /^\/(?![/\\])/.test(next) && !next.startsWith('/login') ? next : '/';
}

/** Where the sign-in at an identity provider begins, which comes back to the page. */
export function oidcStart(next: string): string {
  return `/api/v1/auth/oidc/start${next === '/' ? '' : `?next=${encodeURIComponent(next)}`}`;
}
