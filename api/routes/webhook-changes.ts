import { z } from 'zod';
import {
  openDestinationConfig,
  setDestinationStatus,
  updateDestination,
  type DestinationRecord,
} from '../../store/destinations.ts';
import { setHealth, type EndpointState } from '../../store/endpoint-state.ts';
import type { WebhookChange } from '../control-plane.ts';
import type { ApiDeps, ApiScope } from '../deps.ts';
import { idParams, problems } from '../schemas.ts';
import { tellTemporal } from '../webhook-signals.ts';
import {
  checkedConfig,
  findWebhook,
  mergeFields,
  WEBHOOK_SECRET_FIELDS,
  webhookPatch,
  webhookSchema,
  webhookView,
} from '../webhook-view.ts';

/** Health in which an endpoint gets no ordinary traffic. */
const SUSPENDED: readonly EndpointState['health'][] = ['paused_auto', 'probing', 'gone', 'misconfigured'];
const secretSchema = z.object({ secret: z.string() });
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
    async ({ teamId, params, body }) => {
      const { name, ...fields } = body;
      const record = await findWebhook(deps, { teamId, id: params.id });
      const stored = await openDestinationConfig(deps.db, deps.box, record.id);
      const values = mergeFields(stored, await checkedConfig(deps, fields));
      const config = { values, secretFields: WEBHOOK_SECRET_FIELDS };
      const patch = { expectedVersion: record.version, config, ...(name === undefined ? {} : { name }) };
      return changed(deps, await updateDestination(deps.db, deps.box, { teamId, id: record.id, patch }), 'updated');
    },
  );

  statusRoutes(scope, deps);

  scope.post(
    '/webhooks/:id/secret',
    {
      schema: {
        ...schema,
        summary: 'Reveal the signing secret',
        params: idParams,
        response: { 200: secretSchema, ...problems },
      },
    },
    async ({ teamId, params }) => {
      const { id } = await findWebhook(deps, { teamId, id: params.id });
      const config = await openDestinationConfig(deps.db, deps.box, id);
      return { secret: config['secret'] as string };
    },
  );
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
        return changed(deps, await setDestinationStatus(deps.db, { teamId, id, status }), change);
      },
    );
  }
}

/** A user who changes or resumes a webhook that Sluice has stopped serving expects it to be tried again. */
async function changed(
  deps: ApiDeps,
  record: DestinationRecord,
  change: WebhookChange['change'],
): Promise<z.output<typeof webhookSchema>> {
  if (change === 'updated' || change === 'resumed') {
    // Before Temporal hears of it: waiting retries look here whether they may go on.
    const evidence = { reason: `the webhook was ${change}` };
    await setHealth(deps.db, { destinationId: record.id, from: SUSPENDED, to: 'recovering', evidence });
  }
  await tellTemporal(deps, record, change);
  return webhookView(record);
}
