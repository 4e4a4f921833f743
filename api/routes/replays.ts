import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import {
  changeReplay,
  createReplay,
  findReplay,
  forgetReplay,
  getReplay,
  isUnbegun,
  listReplays,
  type ReplayRecord,
} from '../../store/replays.ts';
import type { DestinationRecord } from '../../store/destinations.ts';
import type { ApiDeps, ApiScope } from '../deps.ts';
import { cutPage, datedCursor, pageOf, pageQuery } from '../pagination.ts';
import { assertSameReplay, keyedReplayId } from '../repeated-replay.ts';
import { planOf, refuseWithoutEvents, type PlannedReplay } from '../replay-plan.ts';
import {
  newReplay,
  preciseTime,
  replayPlanSchema,
  replaySchema,
  replayView,
  type NewReplayBody,
} from '../replay-view.ts';
import { idParams, problems } from '../schemas.ts';
import { steering } from '../temporal-errors.ts';
import { findWebhook } from '../webhook-view.ts';

type ReplayView = z.output<typeof replaySchema>;

/** Sending events to a webhook again. */
export function replayRoutes(scope: ApiScope, deps: ApiDeps): void {
  const schema = { tags: ['replays'], params: idParams };

  scope.post(
    '/webhooks/:id/replays',
    {
      schema: {
        ...schema,
        summary: 'Send events again',
        description:
          'At low priority, in half of the limits of the webhook, with the webhook-id of the first delivery.',
        body: newReplay,
        response: { 200: replayPlanSchema, 201: replaySchema, ...problems },
      },
    },
    async ({ teamId, params, body }, reply) => {
      const webhook = await findWebhook(deps, { teamId, id: params.id });
      if (body.dry_run) {
        return reply.code(200).send(planView(body, await planOf(deps, webhook, body)));
      }
      const isKeyed = body.idempotency_key !== undefined;
      return reply.code(201).send(await begin(deps, webhook, { row: await replayFor(deps, webhook, body), isKeyed }));
    },
  );

  scope.get(
    '/webhooks/:id/replays',
    {
      schema: {
        ...schema,
        summary: 'List replays',
        querystring: z.object(pageQuery),
        response: { 200: pageOf(replaySchema), ...problems },
      },
    },
    async ({ teamId, params, query }) => {
      const { id: destinationId } = await findWebhook(deps, { teamId, id: params.id });
      const after = datedCursor(query.cursor);
      const rows = await listReplays(deps.db, {
        ...{ teamId, destinationId, limit: query.limit + 1 },
        ...(after === undefined ? {} : { after }),
      });
      return cutPage(rows, query.limit, {
        item: (row) => replayView(row, nowOf(deps)),
        position: (row) => [row.createdAt.toISOString(), row.id],
      });
    },
  );

  scope.get(
    '/replays/:id',
    { schema: { ...schema, summary: 'Read a replay', response: { 200: replaySchema, ...problems } } },
    async ({ teamId, params }) => replayView(await getReplay(deps.db, { teamId, id: params.id }), nowOf(deps)),
  );

  steeringRoutes(scope, deps);
}

function steeringRoutes(scope: ApiScope, deps: ApiDeps): void {
  for (const [change, summary] of [
    ['pause', 'Pause a replay'],
    ['resume', 'Let a replay go on'],
    ['cancel', 'End a replay'],
  ] as const) {
    scope.post(
      `/replays/:id/${change}`,
      {
        schema: {
          ...{ tags: ['replays'], params: idParams, summary },
          description: 'Acts within a second. A replay that has ended stays as it is.',
          response: { 200: replaySchema, ...problems },
        },
      },
      async ({ teamId, params }) => {
        const { id } = await getReplay(deps.db, { teamId, id: params.id });
        const row = await changeReplay(deps.db, id, change);
        await steering(deps.controlPlane.replayChanged(id));
        return replayView(row ?? (await getReplay(deps.db, { teamId, id })), nowOf(deps));
      },
    );
  }
}

/** That of the key, if there is one; otherwise a new one that waits for its workflow. */
async function replayFor(deps: ApiDeps, webhook: DestinationRecord, body: NewReplayBody): Promise<ReplayRecord> {
  const { idempotency_key: key } = body;
  const id = key === undefined ? randomUUID() : keyedReplayId(webhook, key);
  const known = key === undefined ? undefined : await findReplay(deps.db, { teamId: webhook.teamId, id });
  if (known !== undefined) {
    assertSameReplay(known, body);
    return known;
  }
  const plan = await planOf(deps, webhook, body);
  refuseWithoutEvents(body, plan);
  const row = await newReplayRow(deps, webhook, { id, scope: body.scope }, plan);
  assertSameReplay(row, body);
  return row;
}

function newReplayRow(
  { db }: ApiDeps,
  { id: destinationId, teamId }: DestinationRecord,
  { id, scope }: Pick<ReplayRecord, 'id' | 'scope'>,
  { range, keys, events: planned, isMinimum: plannedIsMinimum }: PlannedReplay,
): Promise<ReplayRecord> {
  return createReplay(db, {
    ...{ id, teamId, destinationId, scope, range, planned, plannedIsMinimum },
    ...(scope === 'event' ? { keys } : {}),
  });
}

/** Sends the events that a plan has named. */
export async function beginReplay(deps: ApiDeps, webhook: DestinationRecord, plan: PlannedReplay): Promise<ReplayView> {
  const row = await newReplayRow(deps, webhook, { id: randomUUID(), scope: 'event' }, plan);
  return begin(deps, webhook, { row, isKeyed: false });
}

/** Nothing is sent before its workflow, which is its record, has started. One with a key waits for the next request. */
async function begin(
  deps: ApiDeps,
  { id: destinationId, teamId, name }: DestinationRecord,
  { row, isKeyed }: { row: ReplayRecord; isKeyed: boolean },
): Promise<ReplayView> {
  const { id, scope } = row;
  try {
    await steering(deps.controlPlane.startReplay({ replayId: id, destinationId, teamId, name, scope }));
  } catch (error) {
    if (!isKeyed) {
      await forgetReplay(deps.db, id);
    }
    throw error;
  }
  const begun = isUnbegun(row) ? await changeReplay(deps.db, id, 'resume') : row;
  return replayView(begun ?? row, nowOf(deps));
}

function planView(
  { scope }: NewReplayBody,
  { range, events, isMinimum, masked, etaSeconds, sample, unknown }: PlannedReplay,
): z.output<typeof replayPlanSchema> {
  return {
    dry_run: true,
    scope,
    from: preciseTime(range.startMicros),
    until: preciseTime(range.endMicros),
    planned: events,
    planned_is_minimum: isMinimum,
    masked,
    eta_seconds: etaSeconds,
    sample: sample.map(({ uuid, insertedAtMicros }) => ({
      event_uuid: uuid,
      inserted_at: preciseTime(insertedAtMicros),
    })),
    unknown_event_uuids: unknown,
  };
}

function nowOf({ now }: ApiDeps): Date {
  return now?.() ?? new Date();
}
