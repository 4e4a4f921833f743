import { z } from 'zod';
import {
  endDestination,
  endExport,
  endWebhook,
  planDestination,
  planExport,
  planWebhook,
  restore,
} from '../deletions.ts';
import { destinationDeletionSchema, exportDeletionSchema, webhookDeletionSchema } from '../deletion-view.ts';
import type { ApiDeps, ApiScope } from '../deps.ts';
import { idParams, problems } from '../schemas.ts';
import { webhookSchema, webhookView } from '../webhook-view.ts';

const PLAN = 'What deleting it would end, and what would stay. Of a deleted one: how far that is.';
const REPEAT = 'Answers what was ended. May be repeated: the same state follows, also after a failure half-way.';

/** For each resource the plan of a deletion, and the deletion that does just that. */
export function deletionRoutes(scope: ApiScope, deps: ApiDeps): void {
  exportRoutes(scope, deps);
  destinationRoutes(scope, deps);
  webhookRoutes(scope, deps);
}

function exportRoutes(scope: ApiScope, deps: ApiDeps): void {
  const schema = { tags: ['exports'], params: idParams, response: { 200: exportDeletionSchema, ...problems } };
  scope.get(
    '/exports/:id/deletion-plan',
    { schema: { ...schema, summary: 'Say what deleting an export does', description: PLAN } },
    async ({ teamId, params }) => planExport(deps, { teamId, id: params.id, onDemand: false }),
  );
  const description = `Its schedule ends and its open runs are cancelled; its history and what it has exported stay. ${REPEAT}`;
  scope.delete(
    '/exports/:id',
    { schema: { ...schema, summary: 'Delete an export', description } },
    async ({ teamId, params }) => endExport(deps, { teamId, id: params.id, onDemand: false }),
  );
}

const withExports = z.stringbool().default(false).describe('Also delete the exports that use it.');

function destinationRoutes(scope: ApiScope, deps: ApiDeps): void {
  const response = { 200: destinationDeletionSchema, ...problems };
  const schema = { tags: ['destinations'], params: idParams, response };
  scope.get(
    '/destinations/:id/deletion-plan',
    { schema: { ...schema, summary: 'Say what deleting a destination does', description: PLAN } },
    async ({ teamId, params }) => planDestination(deps, { teamId, id: params.id }),
  );
  const description = `Refused while an export uses it, unless with_exports is true. What was exported stays. ${REPEAT}`;
  const querystring = z.object({ with_exports: withExports });
  scope.delete(
    '/destinations/:id',
    { schema: { ...schema, summary: 'Delete a destination', description, querystring } },
    async ({ teamId, params, query }) =>
      endDestination(deps, { teamId, id: params.id, withExports: query.with_exports }),
  );
}

const forget = z.stringbool().default(false).describe('Forget its secrets and its backlog at once: no way back.');

function webhookRoutes(scope: ApiScope, deps: ApiDeps): void {
  const schema = { tags: ['webhooks'], params: idParams, response: { 200: webhookDeletionSchema, ...problems } };
  scope.get(
    '/webhooks/:id/deletion-plan',
    { schema: { ...schema, summary: 'Say what deleting a webhook does', description: PLAN } },
    async ({ teamId, params }) => planWebhook(deps, { teamId, id: params.id }),
  );
  const description = `Nothing more is sent and waiting retries end. For 30 days it can be restored, with what it has not sent. ${REPEAT}`;
  const querystring = z.object({ forget });
  scope.delete(
    '/webhooks/:id',
    { schema: { ...schema, summary: 'Delete a webhook', description, querystring } },
    async ({ teamId, params, query }) => endWebhook(deps, { teamId, id: params.id, forget: query.forget }),
  );
  scope.post(
    '/webhooks/:id/restore',
    {
      schema: {
        tags: ['webhooks'],
        summary: 'Restore a deleted webhook',
        description: 'It goes on where it was: settings, secrets, backlog and failed events. May be repeated.',
        params: idParams,
        response: { 200: webhookSchema, ...problems },
      },
    },
    async ({ teamId, params, actor }) => webhookView(await restore(deps, { teamId, id: params.id }, actor)),
  );
}
