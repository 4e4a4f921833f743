import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { openDestinationConfig, setDestinationStatus, updateDestination } from '../../store/destinations.ts';
import { undeliveredFields } from '../deletion-view.ts';
import { undeliveredNow } from '../deletions.ts';
import type { ApiDeps, ApiScope } from '../deps.ts';
import { assertMatches } from '../etags.ts';
import { idParams, problems } from '../schemas.ts';
import { checkRules } from '../webhook-rules-schema.ts';
import { changedBy, webhookChanged } from '../webhook-signals.ts';
import {
  checkedConfig,
  findWebhook,
  mergeFields,
  WEBHOOK_SECRET_FIELDS,
  webhookPatch,
  webhookSchema,
  webhookView,
} from '../webhook-view.ts';

const answer = { 200: webhookSchema, ...problems };

export function webhookChangeRoutes(scope: ApiScope, deps: ApiDeps): void {
  const schema = { tags: ['webhooks'] };

  scope.patch(
    '/webhooks/:id',
    {
      schema: {
        ...schema,
        summary: 'Change a webhook',
        description: 'Takes effect within a second. Fields that are left out stay; null removes one.',
        params: idParams,
        body: webhookPatch,
        response: answer,
      },
    },
    async (request) => {
      const { teamId, params, actor } = request;
      const { name, ...fields } = request.body;
      const record = await findWebhook(deps, { teamId, id: params.id });
      assertMatches(request, record);
      const stored = await openDestinationConfig(deps.db, deps.box, record.id);
      const values = mergeFields(stored, await checkedConfig(deps, fields, stored));
      checkRules(values);
      const config = { values, secretFields: WEBHOOK_SECRET_FIELDS };
      const patch = { expectedVersion: record.version, config, ...(name === undefined ? {} : { name }) };
      return webhookView(
        await webhookChanged(deps, await updateDestination(deps.db, deps.box, { teamId, id: record.id, patch }), {
          change: 'updated',
          actor,
        }),
      );
    },
  );

  statusRoutes(scope, deps);
}

const pausedSchema = webhookSchema.extend({
  undelivered: z.object(undeliveredFields).describe('What waits until it is resumed.'),
});

function statusRoutes(scope: ApiScope, deps: ApiDeps): void {
  const schema = { tags: ['webhooks'], params: idParams };
  const change = async (
    { teamId, actor, params: { id } }: Pick<FastifyRequest, 'teamId' | 'actor'> & { params: { id: string } },
    status: 'paused' | 'active',
  ): Promise<z.output<typeof webhookSchema>> => {
    await findWebhook(deps, { teamId, id });
    const changed = await setDestinationStatus(deps.db, { teamId, id, status, by: changedBy(actor) });
    return webhookView(
      await webhookChanged(deps, changed, { change: status === 'paused' ? 'paused' : 'resumed', actor }),
    );
  };
  scope.post(
    '/webhooks/:id/pause',
    {
      schema: {
        ...schema,
        summary: 'Pause a webhook',
        description: 'Nothing is sent until it is resumed, and nothing is lost.',
        response: { 200: pausedSchema.meta({ id: 'PausedWebhook' }), ...problems },
      },
    },
    async (request) => ({
      ...(await change(request, 'paused')),
      undelivered: await undeliveredNow(deps, { teamId: request.teamId, id: request.params.id }),
    }),
  );
  scope.post(
    '/webhooks/:id/resume',
    { schema: { ...schema, summary: 'Resume a webhook', response: answer } },
    async (request) => change(request, 'active'),
  );
}
