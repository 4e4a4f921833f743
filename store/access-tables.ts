import type { Generated } from 'kysely';
import type { Role, Scope } from '../core/access.ts';
import type { Stamp } from './tables.ts';

/** Tables of migrations 0019_access.sql, 0020_idempotency.sql and 0036_accounts.sql. */
export interface AccessTables {
  apiKeys: ApiKeysTable;
  users: UsersTable;
  memberships: MembershipsTable;
  sessions: SessionsTable;
  invitations: InvitationsTable;
  passwordResets: PasswordResetsTable;
  auditLog: AuditLogTable;
  idempotencyKeys: IdempotencyKeysTable;
}

export interface ApiKeysTable {
  id: string;
  teamId: number;
  name: string;
  keyHash: Buffer;
  createdAt: Stamp;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
  role: Role;
  scopes: Scope[];
  expiresAt: Date | null;
  createdBy: string | null;
  prefix: string;
  version: Generated<number>;
}

export interface UsersTable {
  id: string;
  email: string;
  name: string;
  passwordHash: string | null;
  oidcSubject: string | null;
  createdAt: Stamp;
  updatedAt: Stamp;
}

export interface MembershipsTable {
  userId: string;
  teamId: number;
  role: Role;
  createdAt: Stamp;
  version: Generated<number>;
}

export interface SessionsTable {
  tokenHash: Buffer;
  userId: string;
  createdAt: Stamp;
  lastSeenAt: Stamp;
  expiresAt: Date;
}

export interface InvitationsTable {
  id: string;
  tokenHash: Buffer;
  teamId: number;
  email: string | null;
  role: Role;
  createdBy: string | null;
  createdAt: Stamp;
  expiresAt: Date;
  acceptedAt: Date | null;
}

export interface PasswordResetsTable {
  tokenHash: Buffer;
  userId: string;
  teamId: number | null;
  createdBy: string | null;
  createdAt: Stamp;
  expiresAt: Date;
}

export interface IdempotencyKeysTable {
  teamId: number;
  key: string;
  requestHash: Buffer;
  createdAt: Stamp;
  status: number | null;
  answer: Buffer | null;
}

export interface AuditChange {
  field: string;
  value?: string | number | boolean | null;
}

/** `operator`: a command on the server. `anonymous`: somebody who has not shown who it is. */
export type AuditActorKind = 'user' | 'key' | 'operator' | 'anonymous';

export interface AuditLogTable {
  id: string;
  teamId: number;
  at: Stamp;
  actorKind: AuditActorKind;
  /** Null: of nobody who is known here. */
  actorId: string | null;
  actorName: string;
  action: string;
  method: string;
  route: string;
  resource: string;
  resourceId: string | null;
  version: number | null;
  changes: AuditChange[];
  requestId: string;
  address: string;
}
