import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ROLES } from '../../core/access.ts';
import { createInvitation, deleteInvitation, listInvitations, type Invitation } from '../../store/invitations.ts';
import { requireScope } from '../access/permissions.ts';
import { email } from '../access/sign-in.ts';
import type { ApiDeps, ApiScope } from '../deps.ts';
import { cutPage, datedCursor, pageOf, pageQuery } from '../pagination.ts';
import { idParams, problems, timestamp } from '../schemas.ts';

const invitationSchema = z
  .object({
    id: z.uuid(),
    email: z.string().nullable().describe('Null for the link of the first start.'),
    role: z.enum(ROLES),
    created_at: timestamp,
    expires_at: timestamp,
  })
  .meta({ id: 'Invitation' });

const createdSchema = invitationSchema.extend({ url: z.url().describe('Good once, for seven days; shown here only.') });

export function invitationRoutes(scope: ApiScope, deps: ApiDeps): void {
  const schema = { tags: ['members'] };

  scope.post(
    '/invitations',
    {
      ...requireScope('admin'),
      schema: {
        ...schema,
        summary: 'Invite somebody to the team',
        description: 'Pass the link on: whoever has it can accept. An earlier invitation of the same address ends.',
        body: z.strictObject({ email, role: z.enum(ROLES) }),
        response: { 201: createdSchema, ...problems },
      },
    },
    async (request, reply) => {
      const { teamId, body } = request;
      const createdBy = request.actor?.kind === 'user' ? { createdBy: request.actor.id } : {};
      const { invitation, token } = await createInvitation(deps.db, { teamId, ...body, ...createdBy });
      return reply.code(201).send({ ...invitationView(invitation), url: welcomeUrl(deps, request, token) });
    },
  );

  scope.get(
    '/invitations',
    {
      ...requireScope('admin'),
      schema: {
        ...schema,
        summary: 'List invitations that wait to be accepted',
        querystring: z.object(pageQuery),
        response: { 200: pageOf(invitationSchema), ...problems },
      },
    },
    async ({ teamId, query }) => {
      const after = datedCursor(query.cursor);
      const rows = await listInvitations(deps.db, { teamId, limit: query.limit + 1, ...(after ? { after } : {}) });
      return cutPage(rows, query.limit, {
        item: invitationView,
        position: (row) => [row.createdAt.toISOString(), row.id],
      });
    },
  );

  scope.delete(
    '/invitations/:id',
    {
      ...requireScope('admin'),
      schema: {
        ...schema,
        summary: 'Take an invitation back',
        params: idParams,
        response: { 204: z.undefined(), ...problems },
      },
    },
    async ({ teamId, params }, reply) => {
      await deleteInvitation(deps.db, { teamId, id: params.id });
      return reply.code(204).send();
    },
  );
}

function welcomeUrl({ publicUrl }: ApiDeps, request: FastifyRequest, token: string): string {
  return new URL(`/console/welcome?token=${token}`, publicUrl ?? `${request.protocol}://${request.host}`).href;
}

function invitationView(invitation: Invitation): z.output<typeof invitationSchema> {
  return {
    ...{ id: invitation.id, email: invitation.email, role: invitation.role },
    created_at: invitation.createdAt.toISOString(),
    expires_at: invitation.expiresAt.toISOString(),
  };
}
