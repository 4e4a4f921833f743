import { openDestinationConfig, setDestinationStatus, updateDestination } from '../../store/destinations.ts';
import type { ApiDeps, ApiScope } from '../deps.ts';
import { assertMatches } from '../etags.ts';
import { idParams, problems } from '../schemas.ts';
import { checkRules } from '../webhook-rules-schema.ts';
import { webhookChanged } from '../webhook-signals.ts';
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
      const { teamId, params } = request;
      const { name, ...fields } = request.body;
      const record = await findWebhook(deps, { teamId, id: params.id });
      assertMatches(request, record);
      const stored = await openDestinationConfig(deps.db, deps.box, record.id);
      const values = mergeFields(stored, await checkedConfig(deps, fields, stored));
      checkRules(values);
      const config = { values, secretFields: WEBHOOK_SECRET_FIELDS };
      const patch = { expectedVersion: record.version, config, ...(name === undefined ? {} : { name }) };
      return webhookView(
        await webhookChanged(
          deps,
          await updateDestination(deps.db, deps.box, { teamId, id: record.id, patch }),
          'updated',
        ),
      );
    },
  );

  statusRoutes(scope, deps);
}

function statusRoutes(scope: ApiScope, deps: ApiDeps): void {
  for (const [action, status, change] of [
    ['pause', 'paused', 'paused'],
    ['resume', 'active', 'resumed'],
  ] as const) {
    scope.post(
      `/webhooks/:id/${action}`,
      {
        schema: {
          tags: ['webhooks'],
          summary: `${action === 'pause' ? 'Pause' : 'Resume'} a webhook`,
          params: idParams,
          response: answer,
        },
      },
      async ({ teamId, params }) => {
        const { id } = await findWebhook(deps, { teamId, id: params.id });
        return webhookView(
          await webhookChanged(deps, await setDestinationStatus(deps.db, { teamId, id, status }), change),
        );
      },
    );
  }
}
