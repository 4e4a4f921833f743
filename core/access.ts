/** Who may do what in a team. */

export const ROLES = ['owner', 'editor', 'viewer'] as const;
export type Role = (typeof ROLES)[number];

/** `hooks`: subscriptions of webhooks that a program makes for itself. `admin`: members, keys and secrets. */
export const SCOPES = ['read', 'write', 'hooks', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

const IMPLIED: Readonly<Record<Scope, readonly Scope[]>> = {
  read: ['read'],
  write: ['read', 'write', 'hooks'],
  hooks: ['hooks'],
  admin: SCOPES,
};

const SCOPE_OF_ROLE: Readonly<Record<Role, Scope>> = { owner: 'admin', editor: 'write', viewer: 'read' };

export function roleAllows(role: Role, scope: Scope): boolean {
  return IMPLIED[SCOPE_OF_ROLE[role]].includes(scope);
}

export function scopesAllow(scopes: readonly Scope[], scope: Scope): boolean {
  return scopes.some((held) => IMPLIED[held].includes(scope));
}

/** Who makes a request. */
export interface Actor {
  kind: 'user' | 'key';
  id: string;
  /** A user's e-mail address, or a key's name. */
  name: string;
  role: Role;
  /** What a key is narrowed to; a user has all that the role allows. */
  scopes: readonly Scope[];
}

export function actorAllows(actor: Pick<Actor, 'role' | 'scopes'>, scope: Scope): boolean {
  return roleAllows(actor.role, scope) && scopesAllow(actor.scopes, scope);
}
