import type { FastifyRequest } from 'fastify';
import { SluiceError } from '../core/errors.ts';
import type { ApiScope } from './deps.ts';

/** What has a version that its readers can hold on to. */
const RESOURCES = 'destinations|exports|webhooks|api-keys|members|notification-channels';
const VERSIONED = new RegExp(`^/api/v1/((${RESOURCES})(/(:id|\\{id\\}))?|quotas)$`);
/** Those that are one thing, not a list. */
const ONE = /(\}|:id|\/quotas)$/;

/** Of an address as a route or as the OpenAPI document writes it. */
export function isVersioned(path: string): boolean {
  return VERSIONED.test(path);
}

/** Whether answers show one versioned thing, whose version is their ETag. */
export function showsVersion(path: string): boolean {
  return isVersioned(path) && ONE.test(path);
}

/** Answers that show one versioned thing carry its version as ETag. */
export function versionTags(scope: ApiScope): void {
  scope.addHook('preSerialization', async (request, reply, payload) => {
    const version = (payload as { version?: unknown } | null)?.version;
    if (typeof version === 'number' && isVersioned(request.routeOptions.url ?? '')) {
      void reply.header('etag', `"${String(version)}"`);
    }
    return payload;
  });
}

/** Throws `version_changed` when the request has an If-Match that names other versions. */
export function assertMatches(request: FastifyRequest, { version }: { version: number }): void {
  const wanted = request.headers['if-match'];
  const tags = wanted?.split(',').map((tag) => tag.trim());
  if (tags === undefined || tags.includes('*') || tags.includes(`"${String(version)}"`)) {
    return;
  }
  throw new SluiceError({
    code: 'version_changed',
    message: `it has version ${String(version)} now, which If-Match does not name`,
    retryable: false,
    fault: 'customer',
    remedy: 'Read it again, and repeat the change with its ETag as If-Match.',
  });
}
