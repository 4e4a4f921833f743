import type { FastifyRequest } from 'fastify';
import { writeAnonymousAudit, writeAudit, type NewAuditEntry } from '../../store/audit-log.ts';
import type { AuditChange } from '../../store/access-tables.ts';
import { teamsOfUser } from '../../store/users.ts';
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
      await orLog(deps, request, record(deps, request, payload));
    }
  });
}

/** The change is made: an error answer would be a lie. */
async function orLog(deps: ApiDeps, request: FastifyRequest, written: Promise<unknown>): Promise<void> {
  await written.catch((error: unknown) => {
    (deps.logger ?? request.log).error({ err: error, requestId: request.id }, 'a change could not be audited');
  });
}

/** What happens before anybody is signed in. */
export interface Happening {
  /** Absent: each team of the user. */
  teamIds?: readonly number[];
  /** Whose account it is about. */
  user: { id: string; email: string };
  /** Absent: the summary of the route. */
  action?: string;
  /** Absent: sign-ins, with the user as what was signed in to. */
  resource?: string;
  changes?: AuditChange[];
  /** It was not shown that it was the user. */
  anonymous?: boolean;
}

/** In the log of each team that it concerns. Never rejects. */
export function auditHappening(deps: ApiDeps, request: FastifyRequest, happening: Happening): Promise<void> {
  return orLog(deps, request, recordHappening(deps, request, happening));
}

async function recordHappening(deps: ApiDeps, request: FastifyRequest, happening: Happening): Promise<void> {
  // Read before anything is waited for: a connection that has ended has no address.
  const about = requestOf(request);
  const { user, action, resource = 'sign-ins', changes = [], anonymous = false } = happening;
  const teamIds = happening.teamIds ?? (await teamsOfUser(deps.db, user.id)).map(({ id }) => id);
  const entries = teamIds.map((teamId) => ({
    ...{ teamId, actorName: user.email, resource, resourceId: user.id, version: null, changes },
    ...about,
    ...(action === undefined ? {} : { action }),
  }));
  const write = (entry: (typeof entries)[number]): Promise<unknown> =>
    anonymous
      ? writeAnonymousAudit(deps.db, { ...entry, actorId: null })
      : writeAudit(deps.db, { ...entry, actorKind: 'user', actorId: user.id });
  await Promise.all(entries.map(write));
}

function requestOf(
  request: FastifyRequest,
): Pick<NewAuditEntry, 'action' | 'method' | 'route' | 'requestId' | 'address'> {
  const { method, routeOptions, id: requestId, ip } = request;
  const address = ip || 'unknown';
  const route = routeOf(request);
  return { action: routeOptions.schema?.summary ?? `${method} ${route}`, method, route, requestId, address };
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
  await writeAudit(deps.db, {
    ...{ teamId, actorKind: actor.kind, actorId: actor.id, actorName: actor.name },
    ...requestOf(request),
    resource: routeOf(request).split('/')[3] ?? '',
    resourceId: (request.params as { id?: string }).id ?? answer.id ?? null,
    version: answer.version ?? null,
    changes: changesIn(request.body),
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
