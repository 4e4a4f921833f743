import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Role } from '../core/access.ts';
import type { Database, Queries } from './database.ts';
import { notFound } from './errors.ts';
import { addMember } from './memberships.ts';
import { newToken, tokenHash } from './tokens.ts';
import type { Row } from './tables.ts';
import { createUser, findUserByEmail, hasUsers, setOidcSubject, type NewUser, type User } from './users.ts';
import type { PageCursor } from './values.ts';

export const INVITATION_DAYS = 7;
/** Any number that no other user of the database takes as an advisory lock: "owner" in ASCII. */
const FIRST_OWNER_LOCK = 0x6f776e6572;

export type Invitation = Omit<Row<'invitations'>, 'tokenHash'>;

export interface NewInvitation {
  teamId: number;
  /** Null: of the first owner. */
  email: string | null;
  role: Role;
  createdBy?: string;
}

const COLUMNS = ['id', 'teamId', 'email', 'role', 'createdBy', 'createdAt', 'expiresAt', 'acceptedAt'] as const;

/** The token is returned here and never again. An earlier invitation of the same address to the team ends. */
export async function createInvitation(
  db: Database,
  invitation: NewInvitation,
): Promise<{ invitation: Invitation; token: string }> {
  const token = newToken();
  const made = await db.kysely.transaction().execute(async (tx) => {
    await tx
      .deleteFrom('invitations')
      .where('teamId', '=', invitation.teamId)
      .where('acceptedAt', 'is', null)
      .where(sql<boolean>`lower(email) = lower(${invitation.email})`)
      .execute();
    return tx
      .insertInto('invitations')
      .values({
        id: randomUUID(),
        tokenHash: tokenHash(token),
        createdBy: null,
        acceptedAt: null,
        expiresAt: sql<Date>`now() + make_interval(days => ${INVITATION_DAYS})`,
        ...invitation,
      })
      .returning(COLUMNS)
      .executeTakeFirstOrThrow();
  });
  return { invitation: made, token };
}

/** Those not accepted yet, newest first. */
export async function listInvitations(
  db: Database,
  page: { teamId: number; limit: number; after?: PageCursor },
): Promise<Invitation[]> {
  let query = db.kysely
    .selectFrom('invitations')
    .select(COLUMNS)
    .where('teamId', '=', page.teamId)
    .where('acceptedAt', 'is', null)
    .orderBy('createdAt', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit);
  if (page.after) {
    query = query.where(sql<boolean>`(created_at, id) < (${page.after.at}, ${page.after.id}::uuid)`);
  }
  return query.execute();
}

/** Throws `invitation_not_found`, also for one that was accepted. */
export async function deleteInvitation(db: Database, { teamId, id }: { teamId: number; id: string }): Promise<void> {
  const { numDeletedRows } = await db.kysely
    .deleteFrom('invitations')
    .where('id', '=', id)
    .where('teamId', '=', teamId)
    .where('acceptedAt', 'is', null)
    .executeTakeFirst();
  if (numDeletedRows === 0n) {
    throw notFound('invitation', id);
  }
}

/** One that can still be accepted. */
export async function findInvitation(db: Database, token: string): Promise<Invitation | undefined> {
  return open(db.kysely).where('tokenHash', '=', tokenHash(token)).executeTakeFirst();
}

/** The newest one for an address that can still be accepted. */
export async function findInvitationFor(db: Database, email: string): Promise<Invitation | undefined> {
  return open(db.kysely)
    .where(sql<boolean>`lower(email) = lower(${email})`)
    .orderBy('createdAt', 'desc')
    .limit(1)
    .executeTakeFirst();
}

function open(queries: Queries) {
  return queries
    .selectFrom('invitations')
    .select(COLUMNS)
    .where('acceptedAt', 'is', null)
    .where('expiresAt', '>', sql<Date>`now()`)
    .where((eb) => eb.or([eb('email', 'is not', null), eb.not(eb.exists(eb.selectFrom('users').select('users.id')))]));
}

/**
 * Makes the user, or takes the one of that address, whose identity the caller has proven, into the team. Undefined when
 * the invitation was accepted or taken back meanwhile: each is good once.
 */
export async function acceptInvitation(db: Database, id: string, user: NewUser): Promise<User | undefined> {
  return db.kysely.transaction().execute(async (tx) => {
    await sql`SELECT pg_advisory_xact_lock(${FIRST_OWNER_LOCK})`.execute(tx);
    const invitation = await open(tx).where('id', '=', id).forUpdate().executeTakeFirst();
    if (!invitation) {
      return undefined;
    }
    await tx
      .updateTable('invitations')
      .set({ acceptedAt: sql<Date>`now()` })
      .where('id', '=', id)
      .execute();
    const member = await userOf(tx, user);
    await addMember(tx, { userId: member.id, teamId: invitation.teamId, role: invitation.role });
    return member;
  });
}

async function userOf(tx: Queries, user: NewUser): Promise<User> {
  const known = await findUserByEmail(tx, user.email);
  if (known?.oidcSubject === null && user.oidcSubject !== undefined) {
    await setOidcSubject(tx, { id: known.id, oidcSubject: user.oidcSubject });
  }
  return known ?? createUser(tx, user);
}

/** A link for the first owner; undefined when there are users. */
export async function inviteFirstOwner(db: Database, teamId: number): Promise<string | undefined> {
  if (await hasUsers(db.kysely)) {
    return undefined;
  }
  return (await createInvitation(db, { teamId, email: null, role: 'owner' })).token;
}
