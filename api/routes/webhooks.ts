import { z } from 'zod';
import { deleteDestination } from '../../store/delete-destination.ts';
import {
  createDestination,
  WEBHOOK_KIND,
  type DestinationRecord,
  type NewDestination,
} from '../../store/destinations.ts';
import { forgetWebhooks } from '../../store/restore-webhook.ts';
import type { ApiDeps, ApiScope } from '../deps.ts';
import { idParams, problems } from '../schemas.ts';
import {
  checkedConfig,
  findWebhook,
  newWebhook,
  WEBHOOK_SECRET_FIELDS,
  webhookSchema,
  webhookView,
  type WebhookFields,
} from '../webhook-view.ts';
import { webhookListQuery, webhookListSchema, webhookPage } from '../webhook-list.ts';
import { checkRules } from '../webhook-rules-schema.ts';
import { tellTemporal } from '../webhook-signals.ts';

const createdSchema = webhookSchema.extend({ secret: z.string().describe('Shown here; later only by POST …/secret.') });
const answer = { 200: webhookSchema, ...problems };

export function webhookRoutes(scope: ApiScope, deps: ApiDeps): void {
  const schema = { tags: ['webhooks'] };

  scope.post(
    '/webhooks',
    {
      schema: {
        ...schema,
        summary: 'Create a webhook',
        body: newWebhook,
        response: { 201: createdSchema, ...problems },
      },
    },
    async ({ teamId, body }, reply) => {
      const { name, ...fields } = body;
      const secret = fields.secret ?? deps.webhookRules.generateSecret();
      const record = await createWebhook(deps, { teamId, name }, { ...fields, secret });
      return reply.code(201).send({ ...webhookView(record), secret });
    },
  );

  scope.get(
    '/webhooks',
    {
      schema: {
        ...schema,
        summary: 'List webhooks',
        description: '`q` is searched for in names and addresses.',
        querystring: webhookListQuery,
        response: { 200: webhookListSchema, ...problems },
      },
    },
    async ({ teamId, query }) => webhookPage(deps, teamId, query),
  );

  scope.get(
    '/webhooks/:id',
    { schema: { ...schema, summary: 'Read a webhook', params: idParams, response: answer } },
    async ({ teamId, params }) => webhookView(await findWebhook(deps, { teamId, id: params.id })),
  );
}

/** A webhook whose workflow cannot be started is not kept. `beside`: what is stored together with it. */
export async function createWebhook(
  deps: ApiDeps,
  owner: { teamId: number; name: string } & Pick<NewDestination, 'beside'>,
  fields: WebhookFields,
): Promise<DestinationRecord> {
  const config = await checkedConfig(deps, fields);
  checkRules(config);
  const startMicros = await deps.events.nowMicros();
  const input = { ...owner, kind: WEBHOOK_KIND, config, secretFields: WEBHOOK_SECRET_FIELDS, startMicros };
  const record = await createDestination(deps.db, deps.box, input);
  try {
    await tellTemporal(deps, record, 'created');
  } catch (error) {
    await deleteDestination(deps.db, { teamId: owner.teamId, id: record.id });
    await forgetWebhooks(deps.db, { id: record.id });
    throw error;
  }
  return record;
}
