import { z } from 'zod';
import { listAudit, type AuditEntry } from '../../store/audit-log.ts';
import { requireScope } from '../access/permissions.ts';
import type { ApiDeps, ApiScope } from '../deps.ts';
import { cutPage, datedCursor, pageOf, pageQuery } from '../pagination.ts';
import { problems, timestamp } from '../schemas.ts';

const entrySchema = z
  .object({
    id: z.uuid(),
    at: timestamp,
    actor: z.object({
      kind: z
        .enum(['user', 'key', 'operator', 'anonymous'])
        .describe('`operator`: a command on the server. `anonymous`: somebody who has not shown to be the user.'),
      id: z.uuid().nullable().describe('Null of operators and anonymous ones.'),
      name: z.string().describe("A user's e-mail address, or the name of a key, as it was then."),
    }),
    action: z.string().describe('For people: the summary of the route.'),
    method: z.string(),
    route: z.string(),
    resource: z.string(),
    resource_id: z.string().nullable(),
    version: z.number().int().nullable().describe('That the change made, where the resource has versions.'),
    changes: z
      .array(
        z.object({ field: z.string(), value: z.union([z.string(), z.number(), z.boolean(), z.null()]).optional() }),
      )
      .describe('Fields of the request; values only of those that never hold a secret.'),
    request_id: z.string(),
    address: z.string().describe('Where the request came from.'),
  })
  .meta({ id: 'AuditEntry' });

/** Who changed what, and when; also who signed in and who tried to. */
export function auditLogRoutes(scope: ApiScope, deps: ApiDeps): void {
  scope.get(
    '/audit-log',
    {
      ...requireScope('admin'),
      schema: {
        tags: ['audit log'],
        summary: 'List changes',
        querystring: z.object({
          ...pageQuery,
          resource: z.string().max(100).optional().describe('Such as `exports`.'),
          resource_id: z.string().max(100).optional(),
          actor_id: z.uuid().optional(),
        }),
        response: { 200: pageOf(entrySchema), ...problems },
      },
    },
    async ({ teamId, query }) => {
      const after = datedCursor(query.cursor);
      const rows = await listAudit(deps.db, {
        ...{ teamId, limit: query.limit + 1 },
        ...(after ? { after } : {}),
        ...(query.resource === undefined ? {} : { resource: query.resource }),
        ...(query.resource_id === undefined ? {} : { resourceId: query.resource_id }),
        ...(query.actor_id === undefined ? {} : { actorId: query.actor_id }),
      });
      return cutPage(rows, query.limit, { item: entryView, position: (row) => [row.at.toISOString(), row.id] });
    },
  );
}

function entryView(entry: AuditEntry): z.output<typeof entrySchema> {
  const { id, action, method, route, resource, version, changes, address } = entry;
  return {
    ...{ id, action, method, route, resource, version, changes, address },
    at: entry.at.toISOString(),
    actor: { kind: entry.actorKind, id: entry.actorId, name: entry.actorName },
    resource_id: entry.resourceId,
    request_id: entry.requestId,
  };
}
