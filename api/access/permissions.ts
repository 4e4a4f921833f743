import { actorAllows, roleAllows, type Actor, type Role, type Scope } from '../../core/access.ts';
import { SluiceError } from '../../core/errors.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a caller needs. Absent: `read` for GET and HEAD, else `write`. */
    scope?: Scope;
  }
}

/** Options of a route that needs another scope than its method says. */
export function requireScope(scope: Scope): { config: { scope: Scope } } {
  return { config: { scope } };
}

export function isReading(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}

export function scopeOfMethod(method: string): Scope {
  return isReading(method) ? 'read' : 'write';
}

const ROLE_NEEDED: Readonly<Record<Scope, Role>> = { read: 'viewer', write: 'editor', hooks: 'editor', admin: 'owner' };

/** Throws `forbidden_role` and `forbidden_scope`. */
export function assertAllowed(actor: Actor, scope: Scope): void {
  if (actorAllows(actor, scope)) {
    return;
  }
  if (!roleAllows(actor.role, scope)) {
    throw forbidden('forbidden_role', {
      message: `this needs the role ${ROLE_NEEDED[scope]}; yours is ${actor.role}`,
      remedy: 'Ask an owner of the team to do it, or to give you the role.',
    });
  }
  throw forbidden('forbidden_scope', {
    message: `this needs a key with the scope ${scope}; this one has ${actor.scopes.join(', ') || 'none'}`,
    remedy: 'Use another key, or have an owner of the team give this one the scope.',
  });
}

export function forbidden(code: string, { message, remedy }: { message: string; remedy: string }): SluiceError {
  return new SluiceError({ code, message, retryable: false, fault: 'customer', remedy });
}
