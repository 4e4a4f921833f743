import { sql } from 'kysely';
import type { Role } from '../core/access.ts';
import { SluiceError } from '../core/errors.ts';
import type { Database, Queries } from './database.ts';
import { editConflict, notFound } from './errors.ts';
import type { PageCursor } from './values.ts';

export interface Member {
  id: string;
  email: string;
  name: string;
  role: Role;
  /** Of the membership. */
  version: number;
  createdAt: Date;
  /** Of the session used last; null: none is open. */
  lastSeenAt: Date | null;
}

export interface MemberKey {
  teamId: number;
  id: string;
}

function members(queries: Queries, teamId: number) {
  return queries
    .selectFrom('memberships')
    .innerJoin('users', 'users.id', 'memberships.userId')
    .select([
      'users.id',
      'users.email',
      'users.name',
      'memberships.role',
      'memberships.createdAt',
      'memberships.version',
    ])
    .select((eb) =>
      eb
        .selectFrom('sessions')
        .select((inner) => inner.fn.max('sessions.lastSeenAt').as('seen'))
        .whereRef('sessions.userId', '=', 'users.id')
        .as('lastSeenAt'),
    )
    .where('memberships.teamId', '=', teamId);
}

/** Newest first. */
export async function listMembers(
  db: Database,
  page: { teamId: number; limit: number; after?: PageCursor },
): Promise<Member[]> {
  let query = members(db.kysely, page.teamId)
    .orderBy('memberships.createdAt', 'desc')
    .orderBy('memberships.userId', 'desc')
    .limit(page.limit);
  if (page.after) {
    query = query.where(
      sql<boolean>`(memberships.created_at, memberships.user_id) < (${page.after.at}, ${page.after.id}::uuid)`,
    );
  }
  return query.execute();
}

/** Throws `member_not_found`. */
export async function getMember(queries: Queries, { teamId, id }: MemberKey): Promise<Member> {
  const found = await members(queries, teamId).where('users.id', '=', id).executeTakeFirst();
  if (!found) {
    throw notFound('member', id);
  }
  return found;
}

/** A member keeps a role that is there already. */
export async function addMember(
  queries: Queries,
  member: { userId: string; teamId: number; role: Role },
): Promise<void> {
  await queries
    .insertInto('memberships')
    .values(member)
    .onConflict((conflict) => conflict.columns(['userId', 'teamId']).doNothing())
    .execute();
}

/**
 * Throws `member_not_found`, `last_owner` for a team that would have none left, and `edit_conflict` unless the membership
 * still has this version.
 */
export async function changeRole(
  db: Database,
  member: MemberKey & { role: Role; expectedVersion: number },
): Promise<Member> {
  return changeMember(db, member, member.role, async (tx) => {
    const { numUpdatedRows } = await tx
      .updateTable('memberships')
      .set({ role: member.role, version: member.expectedVersion + 1 })
      .where('userId', '=', member.id)
      .where('teamId', '=', member.teamId)
      .where('version', '=', member.expectedVersion)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) {
      throw editConflict('member', member.id);
    }
    return getMember(tx, member);
  });
}

/** Throws `member_not_found` and `last_owner`. */
export async function removeMember(db: Database, member: MemberKey): Promise<void> {
  await changeMember(db, member, undefined, async (tx) => {
    await tx.deleteFrom('memberships').where('userId', '=', member.id).where('teamId', '=', member.teamId).execute();
  });
}

/** The team's owners are locked, so that two of them cannot remove each other at once. */
async function changeMember<Result>(
  db: Database,
  member: MemberKey,
  role: Role | undefined,
  change: (tx: Queries) => Promise<Result>,
): Promise<Result> {
  return db.kysely.transaction().execute(async (tx) => {
    const owners = await tx
      .selectFrom('memberships')
      .select('userId')
      .where('teamId', '=', member.teamId)
      .where('role', '=', 'owner')
      .orderBy('userId')
      .forUpdate()
      .execute();
    await getMember(tx, member);
    if (role !== 'owner' && owners.length === 1 && owners[0]?.userId === member.id) {
      throw lastOwner();
    }
    return change(tx);
  });
}

function lastOwner(): SluiceError {
  return new SluiceError({
    code: 'last_owner',
    message: 'the team would have no owner left',
    retryable: false,
    fault: 'customer',
    remedy: 'Make another member an owner first.',
  });
}
