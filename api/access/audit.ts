import type { FastifyRequest } from 'fastify';
import { writeAudit } from '../../store/audit-log.ts';
import type { AuditChange } from '../../store/access-tables.ts';
import type { ApiDeps, ApiScope } from '../deps.ts';
import { REPLAYED_HEADER } from '../idempotency.ts';
import { isReading } from './permissions.ts';

/** Routes that take a body only to answer a question. */
const QUESTION = /[/-](check|dry-run|preview|estimate|simulate)$/;
/** Deeper fields are named by their parent. */
const MAX_DEPTH = 3;
const MAX_CHANGES = 100;
const MAX_VALUE_LENGTH = 200;

/** Fields that hold no secret in any resource. Of all others only the name is recorded. */
const SHOWN = new Set([
  ...['name', 'kind', 'interval', 'paused', 'enabled', 'role', 'email', 'expires_at', 'model', 'mode', 'time_zone'],
  ...[
    'from',
    'to',
    'force',
    'replace_kept',
    'destination_id',
    'export_rows_per_day',
    'format.file_format',
    'format.compression',
  ],
]);

/** Records every change that a route of the scope has made, before the caller hears of it. */
export function auditChanges(scope: ApiScope, deps: ApiDeps): void {
  scope.addHook('onSend', async (request, reply, payload) => {
    const made = reply.statusCode < 400 && reply.getHeader(REPLAYED_HEADER) === undefined;
    const changed = made && !isReading(request.method) && !isQuestion(request);
    if (changed) {
      await record(deps, request, payload).catch((error: unknown) => {
        // The change is made: an error answer would be a lie.
        (deps.logger ?? request.log).error({ err: error, requestId: request.id }, 'a change could not be audited');
      });
    }
  });
}

function isQuestion(request: FastifyRequest): boolean {
  return (
    QUESTION.test(routeOf(request)) || (request.body as { dry_run?: unknown } | null | undefined)?.dry_run === true
  );
}

async function record(deps: ApiDeps, request: FastifyRequest, payload: unknown): Promise<void> {
  const { actor, teamId } = request;
  if (!actor) {
    return;
  }
  const answer = answerOf(payload);
  const route = routeOf(request);
  await writeAudit(deps.db, {
    ...{ teamId, actorKind: actor.kind, actorId: actor.id, actorName: actor.name },
    action: request.routeOptions.schema?.summary ?? `${request.method} ${route}`,
    ...{ method: request.method, route, resource: route.split('/')[3] ?? '' },
    resourceId: (request.params as { id?: string }).id ?? answer.id ?? null,
    version: answer.version ?? null,
    changes: changesIn(request.body),
    ...{ requestId: request.id, address: request.ip },
  });
}

declare module 'fastify' {
  interface FastifySchema {
    summary?: string;
  }
}

function routeOf(request: FastifyRequest): string {
  return request.routeOptions.url ?? '';
}

/** What the answer says of the thing that was made or changed. */
function answerOf(payload: unknown): { id?: string; version?: number } {
  if (typeof payload !== 'string' || !payload.startsWith('{')) {
    return {};
  }
  const { id, version } = JSON.parse(payload) as { id?: unknown; version?: unknown };
  return { ...(typeof id === 'string' ? { id } : {}), ...(typeof version === 'number' ? { version } : {}) };
}

/** The fields of a request, without the values of those that may hold a secret. */
export function changesIn(body: unknown): AuditChange[] {
  return fieldsOf(body, []).slice(0, MAX_CHANGES);
}

function fieldsOf(value: unknown, path: readonly string[]): AuditChange[] {
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && path.length < MAX_DEPTH) {
    return Object.entries(value).flatMap(([name, member]) => fieldsOf(member, [...path, name]));
  }
  return path.length === 0 ? [] : [shown(path.join('.'), value)];
}

function shown(field: string, value: unknown): AuditChange {
  if (SHOWN.has(field) && (value === null || ['string', 'number', 'boolean'].includes(typeof value))) {
    return { field, value: typeof value === 'string' ? value.slice(0, MAX_VALUE_LENGTH) : (value as number) };
  }
  return { field };
}
