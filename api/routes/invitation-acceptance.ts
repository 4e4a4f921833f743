import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ROLES } from '../../core/access.ts';
import { acceptInvitation, findInvitation, type Invitation } from '../../store/invitations.ts';
import { hashPassword, verifyPassword } from '../../store/passwords.ts';
import { notFound } from '../../store/errors.ts';
import { getTeam } from '../../store/teams.ts';
import { findUserByEmail, type User } from '../../store/users.ts';
import type { Limiter } from '../access/limits.ts';
import { auditHappening } from '../access/audit.ts';
import { assertOwnOrigin } from '../access/session-cookie.ts';
import { email, loginFailed, newPassword, publicRoute, sessionSchema, signIn } from '../access/sign-in.ts';
import type { ApiDeps, ApiScope } from '../deps.ts';
import { fieldError } from '../problem.ts';
import { nameSchema, problems, timestamp } from '../schemas.ts';

const params = z.object({ token: z.string().max(100) });

const invitationSchema = z.object({
  team: z.object({ id: z.number().int(), name: z.string() }),
  email: z.string().nullable().describe('Null for the first owner, who says it.'),
  role: z.enum(ROLES),
  expires_at: timestamp,
});

const acceptance = z.strictObject({
  name: nameSchema,
  password: newPassword.describe('At least 10 characters. Who has an account already proves it with its password.'),
  email: email.optional().describe('Where the invitation names none.'),
});

export function invitationAcceptanceRoutes(scope: ApiScope, deps: ApiDeps, perAddress: Limiter): void {
  const schema = { ...publicRoute, params };

  scope.get(
    '/invitations/:token',
    { schema: { ...schema, summary: 'Read an invitation', response: { 200: invitationSchema, ...problems } } },
    async (request) => {
      await perAddress(request);
      const { teamId, email: address, role, expiresAt } = await invitationOf(deps, request.params.token);
      const name = (await getTeam(deps.db, teamId))?.name ?? '';
      return { team: { id: teamId, name }, email: address, role, expires_at: expiresAt.toISOString() };
    },
  );

  scope.post(
    '/invitations/:token',
    {
      schema: {
        ...schema,
        summary: 'Accept an invitation',
        description: 'Signs in as POST /auth/login does.',
        body: acceptance,
        response: { 200: sessionSchema, ...problems },
      },
    },
    async (request, reply) => {
      assertOwnOrigin(deps, request);
      await perAddress(request);
      const { body } = request;
      const invitation = await invitationOf(deps, request.params.token);
      const address = invitation.email ?? addressOf(body);
      const passwordHash = await provenHash(deps, address, body.password);
      const user = { email: address, name: body.name, passwordHash };
      const member = await acceptInvitation(deps.db, invitation.id, user);
      if (!member) {
        throw gone();
      }
      await auditAcceptance(deps, request, { invitation, user: member });
      return signIn(deps, request, reply, member);
    },
  );
}

/** A new member, in the log of the team. */
export async function auditAcceptance(
  deps: ApiDeps,
  request: FastifyRequest,
  { invitation, user }: { invitation: Invitation; user: User },
): Promise<void> {
  await auditHappening(deps, request, {
    ...{ teamIds: [invitation.teamId], user, action: 'Accept an invitation', resource: 'members' },
    changes: [
      { field: 'email', value: user.email },
      { field: 'role', value: invitation.role },
    ],
  });
}

/** Of a new account; one that exists keeps its password, which has to be this one. */
async function provenHash(deps: ApiDeps, address: string, password: string): Promise<string> {
  const known = await findUserByEmail(deps.db.kysely, address);
  if (known && !(await verifyPassword(known.passwordHash, password))) {
    throw loginFailed();
  }
  return known?.passwordHash ?? hashPassword(password);
}

function addressOf(body: z.output<typeof acceptance>): string {
  if (body.email === undefined) {
    throw fieldError('email', {
      code: 'validation_failed',
      message: 'email: this invitation is for no address in particular',
      remedy: 'Say which e-mail address the account is to have.',
    });
  }
  return body.email;
}

async function invitationOf(deps: ApiDeps, token: string): Promise<Invitation> {
  const found = await findInvitation(deps.db, token);
  if (!found) {
    throw gone();
  }
  return found;
}

function gone(): Error {
  return notFound('invitation', 'of this link that can still be accepted');
}
