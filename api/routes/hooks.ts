import { z } from 'zod';
import { actorAllows } from '../../core/access.ts';
import { SluiceError } from '../../core/errors.ts';
import { HOOK_PAYLOAD, type HookGreetingRequest } from '../../core/rest-hooks.ts';
import { addHook, getHook, listHooks, removeHook, type HookOwner, type HookRecord } from '../../store/rest-hooks.ts';
import { requireScope } from '../access/permissions.ts';
import { undeliveredFields } from '../deletion-view.ts';
import { undeliveredNow } from '../deletions.ts';
import type { ApiDeps, ApiScope } from '../deps.ts';
import { createWebhook } from './webhooks.ts';
import { cutPage, datedCursor, pageOf, pageQuery } from '../pagination.ts';
import { fieldError } from '../problem.ts';
import { idParams, problems, timestamp } from '../schemas.ts';
import { boundedByTeam } from '../taking-turns.ts';
import { tellTemporal } from '../webhook-signals.ts';
import type { FastifyRequest } from 'fastify';

const SAMPLES = 3;
/** Of a team: each may wait for an address for ten seconds. */
const OPEN_HANDSHAKES = 10;
const STATES = ['active', 'unsubscribed', 'gone', 'expired'] as const;

const target = z.string().min(1).max(2_048);
const eventName = z.string().min(1).max(200).describe('Name of the events that are sent.');

const subscription = z.strictObject({
  target_url: target.optional().describe('Gets a request for each event.'),
  hookUrl: target.optional().describe('Another name of target_url, as some tools send it.'),
  event: eventName,
  name: z.string().trim().min(1).max(200).optional(),
  expires_at: z.iso.datetime({ offset: true }).optional().describe('The subscription ends by itself then.'),
  handshake: z
    .boolean()
    .default(false)
    .describe('The address first gets X-Hook-Secret in an empty request and has to answer 2xx with that header.'),
});

const hookSchema = z
  .object({
    id: z.uuid(),
    event: z.string(),
    target_url: z.string(),
    state: z.enum(STATES).describe('`gone`: the address answered 410.'),
    expires_at: timestamp.nullable(),
    removed_at: timestamp.nullable(),
    created_at: timestamp,
  })
  .meta({ id: 'Hook' });
const newHookSchema = hookSchema.extend({ secret: z.string().describe('Signs the requests. Shown only here.') });

/** Subscriptions that programs make for themselves, by the conventions of REST hooks (Zapier and others). */
const unsubscribedSchema = hookSchema
  .extend({ undelivered: z.object(undeliveredFields).describe('What was left undelivered.') })
  .meta({ id: 'UnsubscribedHook' });

export function hookRoutes(scope: ApiScope, deps: ApiDeps): void {
  const schema = { tags: ['hooks'] };
  const options = requireScope('hooks');
  const busy = { code: 'hook_handshake_busy', message: `${String(OPEN_HANDSHAKES)} handshakes of the team are open` };
  const bounded = boundedByTeam(OPEN_HANDSHAKES, busy);
  const greetHook: ApiDeps['greetHook'] = (asked) => bounded(asked.teamId, () => deps.greetHook(asked));

  scope.post(
    '/hooks/subscribe',
    {
      ...options,
      schema: {
        ...schema,
        summary: 'Subscribe an address to an event',
        description:
          'A 410 from the address ends the subscription. Deliveries are those of a webhook: signed, retried.',
        body: subscription,
        response: { 201: newHookSchema, ...problems },
      },
    },
    async (request, reply) => reply.code(201).send(await subscribe({ ...deps, greetHook }, request, request.body)),
  );

  scope.get(
    '/hooks/sample',
    {
      ...options,
      schema: {
        ...schema,
        summary: 'Show what a subscription gets',
        description: 'The last events as they would be delivered, or a made-up one when there are none.',
        querystring: z.object({ event: eventName }),
        response: { 200: z.array(z.unknown()), ...problems },
      },
    },
    async ({ teamId, query }) => deps.sampleHook({ teamId, event: query.event, limit: SAMPLES }),
  );

  ownHookRoutes(scope, deps);
}

function ownHookRoutes(scope: ApiScope, deps: ApiDeps): void {
  const schema = { tags: ['hooks'] };
  const options = requireScope('hooks');

  scope.get(
    '/hooks',
    {
      ...options,
      schema: {
        ...schema,
        summary: 'List subscriptions',
        description: 'A key with the scope hooks alone sees its own.',
        querystring: z.object(pageQuery),
        response: { 200: pageOf(hookSchema), ...problems },
      },
    },
    async (request) => {
      const { limit, cursor } = request.query;
      const after = datedCursor(cursor);
      const rows = await listHooks(deps.db, ownerOf(request), { limit: limit + 1, ...(after ? { after } : {}) });
      return cutPage(rows, limit, {
        item: hookView,
        position: (row) => [row.createdAt.toISOString(), row.destinationId],
      });
    },
  );

  scope.get(
    '/hooks/:id',
    {
      ...options,
      schema: {
        ...schema,
        summary: 'Read a subscription',
        params: idParams,
        response: { 200: hookSchema, ...problems },
      },
    },
    async (request) => hookView(await getHook(deps.db, ownerOf(request), request.params.id)),
  );

  scope.delete(
    '/hooks/:id',
    {
      ...options,
      schema: {
        ...schema,
        summary: 'Unsubscribe',
        description: 'May be repeated.',
        params: idParams,
        response: { 200: unsubscribedSchema, ...problems },
      },
    },
    async (request) => {
      const owner = ownerOf(request);
      const { id } = request.params;
      // Asked for first: afterwards open retries end.
      const { teamId } = await getHook(deps.db, owner, id);
      const undelivered = await undeliveredNow(deps, { teamId, id });
      return { ...(await unsubscribe(deps, owner, id)), undelivered };
    },
  );
}

/** A key that may only subscribe has to do with its own subscriptions; everybody else with the team's. */
function ownerOf({ teamId, actor }: Pick<FastifyRequest, 'teamId' | 'actor'>): HookOwner {
  return actor === null || actorAllows(actor, 'write') ? { teamId } : { teamId, createdBy: actor.id };
}

async function subscribe(
  deps: ApiDeps,
  { teamId, actor }: Pick<FastifyRequest, 'teamId' | 'actor'>,
  body: z.output<typeof subscription>,
): Promise<z.output<typeof newHookSchema>> {
  const targetUrl = targetOf(body);
  const expiresAt = expiryOf(deps, body.expires_at);
  deps.webhookRules.validateUrl(targetUrl);
  if (body.handshake) {
    await confirm(deps, { teamId, url: targetUrl });
  }
  const secret = deps.webhookRules.generateSecret();
  const { id } = await createWebhook(
    deps,
    {
      ...{ teamId, name: body.name ?? `hook: ${body.event}` },
      beside: (tx, { id: destinationId }) =>
        addHook(tx, {
          ...{ destinationId, teamId, event: body.event, targetUrl, expiresAt },
          createdBy: actor?.id ?? destinationId,
        }),
    },
    {
      ...{ url: targetUrl, events: [body.event], secret, timeout_ms: 15_000, max_concurrency: 16 },
      payload: { content_type: HOOK_PAYLOAD.contentType, template: HOOK_PAYLOAD.template },
    },
  );
  return { ...hookView(await getHook(deps.db, { teamId }, id)), secret };
}

function targetOf({ target_url: url, hookUrl }: z.output<typeof subscription>): string {
  const found = url ?? hookUrl;
  if (found === undefined || (url !== undefined && hookUrl !== undefined)) {
    throw fieldError('target_url', {
      code: 'validation_failed',
      message: 'target_url: name the address once, as target_url or as hookUrl',
      remedy: 'Send one of them.',
    });
  }
  return found;
}

function expiryOf({ now }: ApiDeps, text: string | undefined): Date | null {
  if (text === undefined) {
    return null;
  }
  const at = new Date(text);
  if (at <= (now?.() ?? new Date())) {
    throw fieldError('expires_at', {
      code: 'validation_failed',
      message: 'expires_at: it is in the past',
      remedy: 'Name a time that is to come, or leave it out.',
    });
  }
  return at;
}

async function confirm(deps: ApiDeps, request: HookGreetingRequest): Promise<void> {
  const { confirmed, reason } = await deps.greetHook(request);
  if (!confirmed) {
    throw new SluiceError({
      code: 'hook_handshake_failed',
      message: `the address did not confirm the subscription: ${reason}`,
      retryable: false,
      fault: 'customer',
      remedy: 'Answer the request that has X-Hook-Secret with a 2xx status and the same header.',
    });
  }
}

async function unsubscribe(deps: ApiDeps, owner: HookOwner, id: string): Promise<z.output<typeof hookSchema>> {
  const hook = await getHook(deps.db, owner, id);
  if (await removeHook(deps.db, id, 'unsubscribed')) {
    // Otherwise the clean-up does it.
    await tellTemporal(deps, { id, teamId: hook.teamId, name: `hook: ${hook.event}` }, 'deleted').catch(
      () => undefined,
    );
  }
  return hookView(await getHook(deps.db, owner, id));
}

function hookView(row: HookRecord): z.output<typeof hookSchema> {
  return {
    ...{ id: row.destinationId, event: row.event, target_url: row.targetUrl, state: row.removedReason ?? 'active' },
    expires_at: row.expiresAt?.toISOString() ?? null,
    removed_at: row.removedAt?.toISOString() ?? null,
    created_at: row.createdAt.toISOString(),
  };
}
