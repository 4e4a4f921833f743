import { z } from 'zod';
import { answerSchema, answerView } from '../attempt-view.ts';
import type { ApiDeps, ApiScope } from '../deps.ts';
import { idParams, problems } from '../schemas.ts';
import { shownRequestSchema } from './webhook-explanations.ts';
import { webhookChanged } from '../webhook-signals.ts';
import { findWebhook, kindOf, webhookNotFound } from '../webhook-view.ts';

const body = z.strictObject({
  event: z.string().min(1).max(200).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
});

const testSchema = z
  .object({
    delivered: z.boolean(),
    status_code: z.number().int().nullable(),
    error: z.object({ code: z.string(), message: z.string(), remedy: z.string().nullable() }).nullable(),
    ...answerSchema,
    request: shownRequestSchema,
  })
  .meta({ id: 'WebhookTest' });

export function webhookTestRoutes(scope: ApiScope, deps: ApiDeps): void {
  scope.post(
    '/webhooks/:id/test',
    {
      schema: {
        tags: ['webhooks'],
        summary: 'Send a test event',
        description:
          'Sends an event that nobody captured, by default the test event of its kind, whatever the filter says, and answers with what came back. A test that is delivered lets a webhook that Sluice has stopped serving be tried again.',
        params: idParams,
        body: body.nullish(),
        response: { 200: testSchema, ...problems },
      },
    },
    async ({ teamId, params, body: given, actor }) => {
      const record = await findWebhook(deps, { teamId, id: params.id });
      const sample = deps.webhookRules.kinds.find(({ kind }) => kind === kindOf(record))?.testEvent;
      const event = given?.event ?? sample?.event ?? 'Sluice test';
      const properties = given?.properties ?? sample?.properties ?? {};
      const propertiesJson = JSON.stringify(properties);
      const test = await deps.testWebhook({ teamId, destinationId: record.id, event, propertiesJson });
      if (test === undefined) {
        throw webhookNotFound(record.id);
      }
      if (test.delivered) {
        await webhookChanged(deps, record, { change: 'check_passed', actor });
      }
      const { delivered, statusCode, error, request } = test;
      return { delivered, status_code: statusCode, error, ...answerView(test), request };
    },
  );
}
