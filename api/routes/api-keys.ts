import { z } from 'zod';
import { ROLES, SCOPES } from '../../core/access.ts';
import {
  createApiKey,
  getApiKey,
  listApiKeys,
  revokeApiKey,
  updateApiKey,
  type ApiKeyRecord,
} from '../../store/api-keys.ts';
import { notFound } from '../../store/errors.ts';
import { requireScope } from '../access/permissions.ts';
import type { ApiDeps, ApiScope } from '../deps.ts';
import { assertMatches } from '../etags.ts';
import { cutPage, datedCursor, pageOf, pageQuery } from '../pagination.ts';
import { idParams, nameSchema, problems, recordFields, timestamp } from '../schemas.ts';

const scopes = z
  .array(z.enum(SCOPES))
  .min(1)
  .max(SCOPES.length)
  .describe('`write` includes `read` and `hooks`; `admin` includes all. Nothing beyond the role of the key.');

const expiresAt = timestamp.nullable().describe('Null: never.');

const keySchema = z
  .object({
    id: z.uuid(),
    version: recordFields.version,
    name: nameSchema,
    prefix: z.string().describe('How the key begins.'),
    role: z.enum(ROLES),
    scopes,
    created_at: timestamp,
    created_by: z.uuid().nullable().describe('A user; null for the operator or another key.'),
    expires_at: expiresAt,
    last_used_at: timestamp.nullable().describe('To the minute.'),
  })
  .meta({ id: 'ApiKey' });

const createdSchema = keySchema.extend({ key: z.string().describe('Shown here only.') });

const newKey = z.strictObject({
  name: nameSchema,
  role: z.enum(ROLES).default('editor'),
  scopes: scopes.default(['read', 'write']),
  expires_at: expiresAt.optional(),
});

export function apiKeyRoutes(scope: ApiScope, deps: ApiDeps): void {
  const schema = { tags: ['API keys'] };

  scope.post(
    '/api-keys',
    {
      ...requireScope('admin'),
      schema: { ...schema, summary: 'Create an API key', body: newKey, response: { 201: createdSchema, ...problems } },
    },
    async ({ teamId, actor, body }, reply) => {
      const { key, ...record } = await createApiKey(deps.db, {
        ...{ teamId, name: body.name, role: body.role, scopes: body.scopes },
        ...(body.expires_at ? { expiresAt: new Date(body.expires_at) } : {}),
        ...(actor?.kind === 'user' ? { createdBy: actor.id } : {}),
      });
      return reply.code(201).send({ ...keyView(record), key });
    },
  );

  scope.get(
    '/api-keys',
    {
      ...requireScope('admin'),
      schema: {
        ...schema,
        summary: 'List API keys',
        querystring: z.object(pageQuery),
        response: { 200: pageOf(keySchema), ...problems },
      },
    },
    async ({ teamId, query }) => {
      const after = datedCursor(query.cursor);
      const rows = await listApiKeys(deps.db, { teamId, limit: query.limit + 1, ...(after ? { after } : {}) });
      return cutPage(rows, query.limit, { item: keyView, position: (row) => [row.createdAt.toISOString(), row.id] });
    },
  );

  scope.get(
    '/api-keys/:id',
    {
      ...requireScope('admin'),
      schema: { ...schema, summary: 'Read an API key', params: idParams, response: { 200: keySchema, ...problems } },
    },
    async ({ teamId, params }) => keyView(await getApiKey(deps.db, { teamId, id: params.id })),
  );

  changeRoutes(scope, deps);
}

function changeRoutes(scope: ApiScope, deps: ApiDeps): void {
  const schema = { tags: ['API keys'], params: idParams };

  scope.patch(
    '/api-keys/:id',
    {
      ...requireScope('admin'),
      schema: {
        ...schema,
        summary: 'Change an API key',
        body: z.strictObject({
          name: nameSchema.optional(),
          scopes: scopes.optional(),
          expires_at: expiresAt.optional(),
        }),
        response: { 200: keySchema, ...problems },
      },
    },
    async (request) => {
      const { teamId, params, body } = request;
      const record = await getApiKey(deps.db, { teamId, id: params.id });
      assertMatches(request, record);
      const patch = {
        ...(body.name === undefined ? {} : { name: body.name }),
        ...(body.scopes === undefined ? {} : { scopes: body.scopes }),
        ...(body.expires_at === undefined ? {} : { expiresAt: body.expires_at ? new Date(body.expires_at) : null }),
      };
      return keyView(await updateApiKey(deps.db, { teamId, id: params.id, expectedVersion: record.version, patch }));
    },
  );

  scope.delete(
    '/api-keys/:id',
    {
      ...requireScope('admin'),
      schema: { ...schema, summary: 'Revoke an API key', response: { 204: z.undefined(), ...problems } },
    },
    async ({ teamId, params }, reply) => {
      if (!(await revokeApiKey(deps.db, { teamId, id: params.id }))) {
        throw notFound('API key', params.id);
      }
      return reply.code(204).send();
    },
  );
}

function keyView(record: ApiKeyRecord): z.output<typeof keySchema> {
  const { id, version, name, prefix, role } = record;
  return {
    ...{ id, version, name, prefix, role, scopes: record.scopes },
    created_at: record.createdAt.toISOString(),
    created_by: record.createdBy,
    expires_at: record.expiresAt?.toISOString() ?? null,
    last_used_at: record.lastUsedAt?.toISOString() ?? null,
  };
}
