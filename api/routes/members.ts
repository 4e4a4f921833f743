import { z } from 'zod';
import { ROLES } from '../../core/access.ts';
import { changeRole, getMember, listMembers, removeMember, type Member } from '../../store/memberships.ts';
import { requireScope } from '../access/permissions.ts';
import type { ApiDeps, ApiScope } from '../deps.ts';
import { assertMatches } from '../etags.ts';
import { cutPage, datedCursor, pageOf, pageQuery } from '../pagination.ts';
import { idParams, problems, recordFields, timestamp } from '../schemas.ts';
import { memberPasswordRoute } from './member-passwords.ts';

const memberSchema = z
  .object({
    id: z.uuid().describe("The user's."),
    version: recordFields.version,
    email: z.string(),
    name: z.string(),
    role: z.enum(ROLES),
    created_at: timestamp,
    last_seen_at: timestamp.nullable(),
  })
  .meta({ id: 'Member' });

/** The people of a team; invitations bring new ones. */
export function memberRoutes(scope: ApiScope, deps: ApiDeps): void {
  const schema = { tags: ['members'] };

  scope.get(
    '/members',
    {
      schema: {
        ...schema,
        summary: 'List members',
        querystring: z.object(pageQuery),
        response: { 200: pageOf(memberSchema), ...problems },
      },
    },
    async ({ teamId, query }) => {
      const after = datedCursor(query.cursor);
      const rows = await listMembers(deps.db, { teamId, limit: query.limit + 1, ...(after ? { after } : {}) });
      return cutPage(rows, query.limit, {
        item: memberView,
        position: (row) => [row.createdAt.toISOString(), row.id],
      });
    },
  );

  scope.get(
    '/members/:id',
    { schema: { ...schema, summary: 'Read a member', params: idParams, response: { 200: memberSchema, ...problems } } },
    async ({ teamId, params }) => memberView(await getMember(deps.db.kysely, { teamId, id: params.id })),
  );

  scope.patch(
    '/members/:id',
    {
      ...requireScope('admin'),
      schema: {
        ...schema,
        summary: 'Change the role of a member',
        params: idParams,
        body: z.strictObject({ role: z.enum(ROLES) }),
        response: { 200: memberSchema, ...problems },
      },
    },
    async (request) => {
      const key = { teamId: request.teamId, id: request.params.id };
      const { version: expectedVersion } = await getMember(deps.db.kysely, key);
      assertMatches(request, { version: expectedVersion });
      return memberView(await changeRole(deps.db, { ...key, role: request.body.role, expectedVersion }));
    },
  );

  scope.delete(
    '/members/:id',
    {
      ...requireScope('admin'),
      schema: {
        ...schema,
        summary: 'Remove a member',
        description: 'The keys that the member has made stay.',
        params: idParams,
        response: { 204: z.undefined(), ...problems },
      },
    },
    async ({ teamId, params }, reply) => {
      await removeMember(deps.db, { teamId, id: params.id });
      return reply.code(204).send();
    },
  );

  memberPasswordRoute(scope, deps);
}

function memberView(member: Member): z.output<typeof memberSchema> {
  const { id, version, name, role } = member;
  return {
    ...{ id, version, name, role, email: member.email },
    created_at: member.createdAt.toISOString(),
    last_seen_at: member.lastSeenAt?.toISOString() ?? null,
  };
}
