import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { isSluiceError } from '../../core/errors.ts';
import type { ChannelConfig, NoticeMessage } from '../../core/notices.ts';
import {
  createChannel,
  deleteChannel,
  getChannel,
  listChannels,
  openChannel,
  updateChannel,
  type ChannelKey,
} from '../../store/notification-channels.ts';
import type { ApiDeps, ApiScope } from '../deps.ts';
import { assertMatches } from '../etags.ts';
import {
  changedChannelConfig,
  channelPatch,
  channelSchema,
  channelView,
  checkedChannelConfig,
  newChannel,
} from '../notification-channel-view.ts';
import { cutPage, datedCursor, pageOf, pageQuery } from '../pagination.ts';
import { idParams, problems } from '../schemas.ts';

/** A caller waits for a test: above one request of a notifier (15 s), and shorter than what a proxy allows. */
const TEST_TIMEOUT_MS = 25_000;

const createdSchema = channelSchema.extend({
  secret: z.string().nullable().describe('Of a webhook, for verifying signatures; shown here only.'),
});
const testSchema = z.object({
  ok: z.boolean(),
  error: z.object({ code: z.string(), message: z.string(), remedy: z.string().nullable() }).nullable(),
});
const schema = { tags: ['notifications'] };

/** Where a team is told what happens to its exports and webhooks. */
export function notificationChannelRoutes(scope: ApiScope, deps: ApiDeps): void {
  scope.post(
    '/notification-channels',
    {
      schema: {
        ...schema,
        summary: 'Create a notification channel',
        body: newChannel,
        response: { 201: createdSchema, ...problems },
      },
    },
    async ({ teamId, body }, reply) => {
      const { name, events, enabled } = body;
      const config = await checkedChannelConfig(deps, body);
      const record = await createChannel(deps.db, deps.box, { teamId, name, events, enabled, config });
      const secret = config.kind === 'webhook' ? config.secret : null;
      return reply.code(201).send({ ...channelView(record), secret });
    },
  );

  scope.get(
    '/notification-channels',
    {
      schema: {
        ...schema,
        summary: 'List notification channels',
        querystring: z.object(pageQuery),
        response: { 200: pageOf(channelSchema), ...problems },
      },
    },
    async ({ teamId, query }) => {
      const after = datedCursor(query.cursor);
      const rows = await listChannels(deps.db, { teamId, limit: query.limit + 1, ...(after ? { after } : {}) });
      return cutPage(rows, query.limit, {
        item: channelView,
        position: (row) => [row.createdAt.toISOString(), row.id],
      });
    },
  );

  scope.get(
    '/notification-channels/:id',
    {
      schema: {
        ...schema,
        summary: 'Read a notification channel',
        params: idParams,
        response: { 200: channelSchema, ...problems },
      },
    },
    async ({ teamId, params }) => channelView(await getChannel(deps.db, { teamId, id: params.id })),
  );

  changeRoutes(scope, deps);
  testRoute(scope, deps);
}

function changeRoutes(scope: ApiScope, deps: ApiDeps): void {
  scope.patch(
    '/notification-channels/:id',
    {
      schema: {
        ...schema,
        summary: 'Change a notification channel',
        params: idParams,
        body: channelPatch,
        response: { 200: channelSchema, ...problems },
      },
    },
    async (request) => {
      const { config, name, events, enabled } = request.body;
      const key = { teamId: request.teamId, id: request.params.id };
      const { version } = await getChannel(deps.db, key);
      assertMatches(request, { version });
      const patch = {
        ...(name === undefined ? {} : { name }),
        ...(events === undefined ? {} : { events }),
        ...(enabled === undefined ? {} : { enabled }),
        ...(config === undefined ? {} : { config: await changed(deps, key, config) }),
      };
      return channelView(await updateChannel(deps.db, deps.box, { ...key, expectedVersion: version, patch }));
    },
  );

  scope.delete(
    '/notification-channels/:id',
    {
      schema: {
        ...schema,
        summary: 'Delete a notification channel',
        description: 'What waits to be sent through it is dropped.',
        params: idParams,
        response: { 204: z.undefined(), ...problems },
      },
    },
    async ({ teamId, params }, reply) => {
      await deleteChannel(deps.db, { teamId, id: params.id });
      return reply.code(204).send();
    },
  );
}

async function changed(deps: ApiDeps, key: ChannelKey, config: Record<string, unknown>): Promise<ChannelConfig> {
  return changedChannelConfig(deps, await openChannel(deps.db, deps.box, key), config);
}

function testRoute(scope: ApiScope, deps: ApiDeps): void {
  scope.post(
    '/notification-channels/:id/test',
    {
      schema: {
        ...schema,
        summary: 'Send a test through a notification channel',
        description: 'Once, now, and also while it is disabled.',
        params: idParams,
        response: { 200: testSchema, ...problems },
      },
    },
    async ({ teamId, params }) => {
      const key = { teamId, id: params.id };
      const { name } = await getChannel(deps.db, key);
      return tried(deps, await openChannel(deps.db, deps.box, key), testMessage(name));
    },
  );
}

async function tried(
  { notifier }: ApiDeps,
  config: ChannelConfig,
  message: NoticeMessage,
): Promise<z.output<typeof testSchema>> {
  try {
    await notifier.send(config, message, AbortSignal.timeout(TEST_TIMEOUT_MS));
    return { ok: true, error: null };
  } catch (error) {
    if (!isSluiceError(error)) {
      throw error;
    }
    return { ok: false, error: { code: error.code, message: error.message, remedy: error.remedy ?? null } };
  }
}

function testMessage(name: string): NoticeMessage {
  return {
    ...{ id: `notice_${randomUUID()}`, type: 'test', at: new Date() },
    ...{ title: 'A test of Sluice', text: `The notification channel "${name}" works.`, details: {} },
  };
}
