import { sql, type RawBuilder } from 'kysely';
import { writeOperatorAudit } from './audit-log.ts';
import type { Database, Queries } from './database.ts';
import { deleteSessionsOf } from './sessions.ts';
import { newToken, tokenHash } from './tokens.ts';
import { findUserByEmail, teamsOfUser, type User } from './users.ts';

/** A link ends after this. */
export const RESET_HOURS = 4;

export interface NewPasswordReset {
  userId: string;
  /**
   * An owner of this team is shown the link, who could use it: it is good while the user is a member of this team only
   * and has no identity elsewhere. Absent: only the user or the operator gets to see it.
   */
  shownTo?: { teamId: number; userId: string | null };
}

export interface PasswordReset {
  userId: string;
  email: string;
  expiresAt: Date;
}

/** The token is returned here and never again. Also forgets links that have expired. */
export async function createPasswordReset(
  db: Database,
  { userId, shownTo }: NewPasswordReset,
): Promise<{ token: string; expiresAt: Date }> {
  const token = newToken();
  await db.kysely
    .deleteFrom('passwordResets')
    .where('expiresAt', '<', sql<Date>`now()`)
    .execute();
  const { expiresAt } = await db.kysely
    .insertInto('passwordResets')
    .values({
      tokenHash: tokenHash(token),
      ...{ userId, teamId: shownTo?.teamId ?? null, createdBy: shownTo?.userId ?? null },
      expiresAt: sql<Date>`now() + make_interval(hours => ${RESET_HOURS})`,
    })
    .returning('expiresAt')
    .executeTakeFirstOrThrow();
  return { token, expiresAt };
}

/** For an operator to pass on, of any user; in the log of each of the user's teams. Undefined: nobody has the address. */
export async function resetByOperator(
  db: Database,
  email: string,
): Promise<{ email: string; token: string } | undefined> {
  const user = await findUserByEmail(db.kysely, email);
  if (!user) {
    return undefined;
  }
  const { token } = await createPasswordReset(db, { userId: user.id });
  for (const { id } of await teamsOfUser(db, user.id)) {
    await writeOperatorAudit(db, id, {
      ...{ action: 'Let a member set a new password', command: 'sluice users reset-password', resource: 'members' },
      ...{ resourceId: user.id, changes: [{ field: 'email', value: user.email }] },
    });
  }
  return { email: user.email, token };
}

/** Whether an owner of the team may see a link that sets the user's password: nothing but the team is opened by it. */
export async function isOfTeamAlone(db: Database, user: { userId: string; teamId: number }): Promise<boolean> {
  const { rows } = await sql<{
    alone: boolean;
  }>`SELECT ${ofTeamAlone(sql`users.id`, sql`${user.teamId}::integer`)} AS alone
    FROM users WHERE id = ${user.userId}::uuid`.execute(db.kysely);
  return rows[0]?.alone === true;
}

/** Of a row of `users`. */
function ofTeamAlone(userId: RawBuilder<unknown>, teamId: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql<boolean>`(users.oidc_subject IS NULL AND ARRAY[${teamId}] =
    ARRAY(SELECT memberships.team_id FROM memberships WHERE memberships.user_id = ${userId}))`;
}

/** One that can still be used. */
export async function findPasswordReset(queries: Queries, token: string): Promise<PasswordReset | undefined> {
  const alone = ofTeamAlone(sql`password_resets.user_id`, sql`password_resets.team_id`);
  const ownerStill = sql<boolean>`(password_resets.created_by IS NULL OR EXISTS (SELECT 1 FROM memberships owners
    WHERE owners.user_id = password_resets.created_by AND owners.team_id = password_resets.team_id AND owners.role = 'owner'))`;
  return queries
    .selectFrom('passwordResets')
    .innerJoin('users', 'users.id', 'passwordResets.userId')
    .select(['passwordResets.userId', 'passwordResets.expiresAt', 'users.email'])
    .where('passwordResets.tokenHash', '=', tokenHash(token))
    .where('passwordResets.expiresAt', '>', sql<Date>`now()`)
    .where(sql<boolean>`(password_resets.team_id IS NULL OR (${alone} AND ${ownerStill}))`)
    .executeTakeFirst();
}

/** Good once: all links and sessions of the user end with it. Undefined when the link is not, or no longer, good. */
export async function usePasswordReset(db: Database, token: string, passwordHash: string): Promise<User | undefined> {
  return db.kysely.transaction().execute(async (tx) => {
    const found = await findPasswordReset(tx, token);
    if (!found) {
      return undefined;
    }
    // Whoever becomes a member of another team waits for this lock, or is seen by the second look.
    await tx.selectFrom('users').select('id').where('id', '=', found.userId).forUpdate().execute();
    return (await findPasswordReset(tx, token)) && setPassword(tx, { id: found.userId, passwordHash });
  });
}

/** Ends all links and sessions of the user; `keepSession`: but the one with this token. */
export async function setPassword(
  tx: Queries,
  { id, passwordHash, keepSession }: { id: string; passwordHash: string; keepSession?: string },
): Promise<User> {
  const user = await tx
    .updateTable('users')
    .set({ passwordHash, updatedAt: sql<Date>`now()` })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  await tx.deleteFrom('passwordResets').where('userId', '=', id).execute();
  await deleteSessionsOf(tx, id, keepSession);
  return user;
}

/** The user's own wish. */
export async function changePassword(
  db: Database,
  change: { id: string; passwordHash: string; keepSession: string },
): Promise<User> {
  return db.kysely.transaction().execute((tx) => setPassword(tx, change));
}
