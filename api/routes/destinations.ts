import { z } from 'zod';
import { createDestination, updateDestination } from '../../store/destinations.ts';
import { toCamelCase } from '../config-case.ts';
import { changedConfig, offeredKind, parseConfig } from '../destination-config.ts';
import { refuseHosts } from '../destination-hosts.ts';
import { destinationListQuery, destinationListSchema, destinationPage } from '../destination-list.ts';
import { configSchema, destinationSchema, destinationView, findDestinationRecord } from '../destination-view.ts';
import type { ApiDeps, ApiScope } from '../deps.ts';
import { assertMatches } from '../etags.ts';
import { forField } from '../problem.ts';
import { idParams, nameSchema, problems } from '../schemas.ts';

/** Where exports are written to. Webhooks have routes of their own. */
export function destinationRoutes(scope: ApiScope, deps: ApiDeps): void {
  const schema = { tags: ['destinations'] };

  scope.post(
    '/destinations',
    {
      schema: {
        ...schema,
        summary: 'Create a destination',
        body: z.strictObject({
          kind: z.string().describe('See /destination-kinds.'),
          name: nameSchema,
          config: configSchema,
        }),
        response: { 201: destinationSchema, ...problems },
      },
    },
    async ({ teamId, body }, reply) => {
      const destination = await forField('kind', () => offeredKind(deps, body.kind));
      const values = parseConfig(destination, toCamelCase(body.config));
      await refuseHosts(deps, values);
      const { kind, name } = body;
      const input = { teamId, kind, name, config: values, secretFields: destination.secretFields };
      return reply.code(201).send(destinationView(await createDestination(deps.db, deps.box, input)));
    },
  );

  scope.get(
    '/destinations',
    {
      schema: {
        ...schema,
        summary: 'List destinations',
        description: '`q` is searched for in names and kinds.',
        querystring: destinationListQuery,
        response: { 200: destinationListSchema, ...problems },
      },
    },
    ({ teamId, query }) => destinationPage(deps, teamId, query),
  );

  scope.get(
    '/destinations/:id',
    {
      schema: {
        ...schema,
        summary: 'Read a destination',
        params: idParams,
        response: { 200: destinationSchema, ...problems },
      },
    },
    async ({ teamId, params }) => destinationView(await findDestinationRecord(deps, { teamId, id: params.id })),
  );

  changeRoutes(scope, deps);
}

function changeRoutes(scope: ApiScope, deps: ApiDeps): void {
  const schema = { tags: ['destinations'] };

  scope.patch(
    '/destinations/:id',
    {
      schema: {
        ...schema,
        summary: 'Change a destination',
        description: 'Fields of config that are left out stay as they are, secrets too; null removes one.',
        params: idParams,
        body: z.strictObject({ name: nameSchema.optional(), config: configSchema.optional() }),
        response: { 200: destinationSchema, ...problems },
      },
    },
    async (request) => {
      const { teamId, params, body } = request;
      const record = await findDestinationRecord(deps, { teamId, id: params.id });
      assertMatches(request, record);
      const patch = { expectedVersion: record.version, ...(body.name === undefined ? {} : { name: body.name }) };
      const values = body.config && (await changedConfig(deps, record, body.config));
      return destinationView(
        await updateDestination(deps.db, deps.box, {
          teamId,
          id: record.id,
          patch: { ...patch, ...(values ? { config: values } : {}) },
        }),
      );
    },
  );
}
