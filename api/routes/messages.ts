import { z } from 'zod';
import { createMessage, getMessage, listMessages } from '../../store/messages.ts';
import type { ApiDeps, ApiScope } from '../deps.ts';
import {
  idempotencyKey,
  messageDetails,
  messageSchema,
  messageViews,
  newMessage,
  payloadText,
  storyOfMessage,
  viewOfMessage,
  viewOfNewMessage,
} from '../message-view.ts';
import { cutPage, datedCursor, pageOf, pageQuery } from '../pagination.ts';
import { idParams, problems } from '../schemas.ts';
import { findWebhook } from '../webhook-view.ts';

/** Messages that are no events, to one webhook: for other teams' automation. */
export function messageRoutes(scope: ApiScope, deps: ApiDeps): void {
  const schema = { tags: ['messages'], params: idParams };

  scope.post(
    '/webhooks/:id/messages',
    {
      schema: {
        ...schema,
        summary: 'Send a message to a webhook',
        description:
          'Stored when it is answered; delivered like an event: signed, retried, in the limits of the webhook, whatever its filter. ' +
          'The same Idempotency-Key is answered with its first message for 30 days.',
        headers: z.object({ 'idempotency-key': idempotencyKey.optional() }),
        body: newMessage,
        response: { 202: messageSchema, ...problems },
      },
    },
    async ({ teamId, params, body, headers }, reply) => {
      const { id: destinationId } = await findWebhook(deps, { teamId, id: params.id });
      const key = headers['idempotency-key'];
      const { row, isNew } = await createMessage(deps.db, {
        ...{ teamId, destinationId, eventType: body.event_type, payload: payloadText(body.payload) },
        ...(key === undefined ? {} : { idempotencyKey: key }),
        ttlSeconds: body.ttl_seconds,
      });
      return reply.code(202).send(await (isNew ? viewOfNewMessage(deps, row) : viewOfMessage(deps, row)));
    },
  );

  scope.get(
    '/webhooks/:id/messages',
    {
      schema: {
        ...schema,
        summary: 'List messages of a webhook',
        description: 'Of the last 30 days.',
        querystring: z.object(pageQuery),
        response: { 200: pageOf(messageSchema), ...problems },
      },
    },
    async ({ teamId, params, query }) => {
      const { id: destinationId } = await findWebhook(deps, { teamId, id: params.id });
      const after = datedCursor(query.cursor);
      const rows = await listMessages(deps.db, { destinationId, limit: query.limit + 1, ...(after ? { after } : {}) });
      const page = cutPage(rows, query.limit, {
        item: (row) => row,
        position: (row) => [row.createdAt.toISOString(), row.id],
      });
      return { ...page, items: await messageViews(deps, destinationId, page.items) };
    },
  );

  scope.get(
    '/webhooks/:id/messages/:message_id',
    {
      schema: {
        ...schema,
        summary: 'Follow a message',
        params: idParams.extend({ message_id: z.uuid() }),
        response: { 200: messageDetails, ...problems },
      },
    },
    async ({ teamId, params }) => {
      const { id: destinationId } = await findWebhook(deps, { teamId, id: params.id });
      return storyOfMessage(deps, await getMessage(deps.db, { teamId, destinationId, id: params.message_id }));
    },
  );
}
