import { z } from 'zod';
import { SluiceError } from '../../core/errors.ts';
import { getMember } from '../../store/memberships.ts';
import { isOfTeamAlone } from '../../store/password-resets.ts';
import { findUser } from '../../store/users.ts';
import { canMailResets, mailReset, shownReset } from '../access/password-reset-link.ts';
import { requireScope } from '../access/permissions.ts';
import type { ApiDeps, ApiScope } from '../deps.ts';
import { idParams, problems, timestamp } from '../schemas.ts';

const resetSchema = z
  .object({
    sent_to: z.string().nullable().describe('Null: the link is for you to pass on.'),
    url: z.url().nullable().describe('Good once, until it expires; shown here only. Null: it was sent.'),
    expires_at: timestamp,
  })
  .meta({ id: 'PasswordReset' });

/**
 * A link with which a member sets a new password. It opens the whole account: an owner is shown it only where the
 * account is of the own team alone.
 */
export function memberPasswordRoute(scope: ApiScope, deps: ApiDeps): void {
  scope.post(
    '/members/:id/password-reset',
    {
      ...requireScope('admin'),
      schema: {
        tags: ['members'],
        summary: 'Let a member set a new password',
        description:
          'Sends a link to the member. Where no mail can be sent it is answered for you to pass on, unless the member is in another team, too, or signs in through OpenID.',
        params: idParams,
        response: { 201: resetSchema, ...problems },
      },
    },
    async (request, reply) => {
      const { teamId, params, actor } = request;
      const { id: userId } = await getMember(deps.db.kysely, { teamId, id: params.id });
      const user = canMailResets(deps) ? await findUser(deps.db.kysely, userId) : undefined;
      if (user) {
        const expiresAt = await mailReset(deps, user);
        return reply.code(201).send({ sent_to: user.email, url: null, expires_at: expiresAt.toISOString() });
      }
      if (!(await isOfTeamAlone(deps.db, { userId, teamId }))) {
        throw notYours();
      }
      const shownTo = { teamId, userId: actor?.kind === 'user' ? actor.id : null };
      const { url, expiresAt } = await shownReset(deps, request, { userId, shownTo });
      return reply.code(201).send({ sent_to: null, url, expires_at: expiresAt.toISOString() });
    },
  );
}

function notYours(): SluiceError {
  return new SluiceError({
    code: 'password_reset_refused',
    message: 'the member is in another team, too, or signs in through OpenID: a link would open more than this team',
    retryable: false,
    fault: 'customer',
    remedy:
      'Have the operator make a link with sluice users reset-password; with a mail server, it goes to the member.',
  });
}
