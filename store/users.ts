import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Role } from '../core/access.ts';
import type { Database, Queries } from './database.ts';
import type { Row } from './tables.ts';

export type User = Row<'users'>;

export interface TeamRole {
  id: number;
  name: string;
  role: Role;
}

export interface NewUser {
  email: string;
  name: string;
  passwordHash?: string;
  oidcSubject?: string;
}

export async function createUser(queries: Queries, user: NewUser): Promise<User> {
  return queries
    .insertInto('users')
    .values({ id: randomUUID(), passwordHash: null, oidcSubject: null, ...user })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Addresses are compared without regard to case. */
export async function findUserByEmail(queries: Queries, email: string): Promise<User | undefined> {
  return queries
    .selectFrom('users')
    .selectAll()
    .where(sql<boolean>`lower(email) = lower(${email})`)
    .executeTakeFirst();
}

/** Undefined when there is none. */
export async function findUser(queries: Queries, id: string): Promise<User | undefined> {
  return queries.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function findUserBySubject(queries: Queries, oidcSubject: string): Promise<User | undefined> {
  return queries.selectFrom('users').selectAll().where('oidcSubject', '=', oidcSubject).executeTakeFirst();
}

export async function setOidcSubject(queries: Queries, user: { id: string; oidcSubject: string }): Promise<void> {
  await queries
    .updateTable('users')
    .set({ oidcSubject: user.oidcSubject, updatedAt: sql<Date>`now()` })
    .where('id', '=', user.id)
    .execute();
}

export async function hasUsers(queries: Queries): Promise<boolean> {
  return (await queries.selectFrom('users').select('id').limit(1).executeTakeFirst()) !== undefined;
}

/** By id of the team. */
export async function teamsOfUser(db: Database, userId: string): Promise<TeamRole[]> {
  return db.kysely
    .selectFrom('memberships')
    .innerJoin('teams', 'teams.id', 'memberships.teamId')
    .select(['teams.id', 'teams.name', 'memberships.role'])
    .where('memberships.userId', '=', userId)
    .orderBy('teams.id')
    .execute();
}
