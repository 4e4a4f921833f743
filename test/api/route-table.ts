const PUBLIC = ['/healthz', '/readyz', '/api/openapi.json', '/api/v1/downloads'];

/** Whether nobody has to be signed in for it. */
export function isPublic({ url }: { url: string }): boolean {
  return PUBLIC.includes(url) || url.startsWith('/api/v1/auth/');
}
