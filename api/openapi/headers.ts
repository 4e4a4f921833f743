import { isVersioned, showsVersion } from '../etags.ts';
import type { Answer, Document, Operation, Parameter, Route } from './types.ts';

export const PARAMETERS = {
  IfMatch: {
    name: 'If-Match',
    in: 'header',
    description: 'The ETag of what was read: refused with version_changed when somebody has changed it since.',
    schema: { type: 'string', examples: ['"3"'] },
  },
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    description: 'Carries the request out once in 24 hours; repeated, it gets the first answer.',
    schema: { type: 'string', minLength: 1, examples: ['0f9d1f0c-5a3e-4f5b-9d8e-1f1f5a3e4f5b'] },
  },
  SluiceTeam: {
    name: 'X-Sluice-Team',
    in: 'header',
    description: 'Of a session whose user is a member of several teams: the id of the one that is meant.',
    schema: { type: 'string', pattern: '^[0-9]+$', examples: ['1'] },
  },
} as const satisfies Record<string, Parameter>;

export const HEADERS: NonNullable<Document['components']['headers']> = {
  RequestId: { description: 'Names this request, in logs too.', schema: { type: 'string', format: 'uuid' } },
  ETag: { description: 'The version, for If-Match.', schema: { type: 'string', examples: ['"3"'] } },
  RetryAfter: { description: 'Seconds to wait.', schema: { type: 'integer', minimum: 0 } },
};

/** Whether the request needs a key or a session. */
export function isProtected({ operation }: Route): boolean {
  return operation.security?.length !== 0;
}

/** Of a POST that other requests with its key repeat. */
export function takesIdempotencyKey(route: Route): boolean {
  return route.method === 'POST' && isProtected(route);
}

/** Of a change that can name the version that it is made to. */
export function takesIfMatch({ method, path }: Route): boolean {
  return method === 'PATCH' && isVersioned(path);
}

/** The parameters of a route; a header that it describes itself stays as it is. */
export function parametersOf(route: Route): Pick<Operation, 'parameters'> {
  const own = route.operation.parameters ?? [];
  const names = own.map((parameter) => ('name' in parameter ? parameter.name.toLowerCase() : ''));
  const wanted: (keyof typeof PARAMETERS)[] = [
    ...(takesIfMatch(route) ? (['IfMatch'] as const) : []),
    ...(takesIdempotencyKey(route) ? (['IdempotencyKey'] as const) : []),
    ...(isProtected(route) ? (['SluiceTeam'] as const) : []),
  ];
  const added = wanted.filter((name) => !names.includes(PARAMETERS[name].name.toLowerCase()));
  const parameters = [...own, ...added.map((name) => ({ $ref: `#/components/parameters/${name}` }))];
  return parameters.length === 0 ? {} : { parameters };
}

export function withHeaders({ method, path }: Pick<Route, 'method' | 'path'>, status: string, answer: Answer): Answer {
  const tagged = showsVersion(path) && ['GET', 'PATCH'].includes(method) && status === '200';
  return {
    ...answer,
    headers: { 'x-request-id': reference('RequestId'), ...(tagged ? { etag: reference('ETag') } : {}) },
  };
}

export function reference(header: string): { $ref: string } {
  return { $ref: `#/components/headers/${header}` };
}
