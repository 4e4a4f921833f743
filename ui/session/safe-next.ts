/** Where to go after the login: a page of the console, whatever the address bar was made to say. */
export function safeNext(next: string | null): string {
  return next !== null && /^\/(?![/\\])/.test(next) && !next.startsWith('/login') ? next : '/';
}
