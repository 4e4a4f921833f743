import { z } from 'zod';
import { SUSPENDED_HEALTHS } from '../../core/endpoint-health.ts';
import { SluiceError } from '../../core/errors.ts';
import { retryDeliveryWorkflowId } from '../../core/ids.ts';
import type { DestinationRecord } from '../../store/destinations.ts';
import { getEndpointState } from '../../store/endpoint-state.ts';
import type { ApiDeps, ApiScope } from '../deps.ts';
import { planOf } from '../replay-plan.ts';
import { replaySchema } from '../replay-view.ts';
import { idParams, problems } from '../schemas.ts';
import { steering } from '../temporal-errors.ts';
import { findWebhook } from '../webhook-view.ts';
import { beginReplay } from './replays.ts';

/** As many as a page of attempts has. */
const MAX_EVENTS = 100;

const body = z.strictObject({
  event_uuids: z.array(z.uuid()).min(1).max(MAX_EVENTS).describe('Events and messages that the webhook did not take.'),
});

const REASONS = ['delivered', 'not_failed', 'not_in_log', 'expired'] as const;

const retrySchema = z
  .object({
    woken: z.array(z.uuid()).describe('Waited for a retry, which is made now and uses up nothing of the schedule.'),
    replay: replaySchema.nullable().describe('Sends those that were given up, are parked, or whose retry had ended.'),
    replayed: z.array(z.uuid()),
    left: z
      .array(z.object({ event_uuid: z.uuid(), because: z.enum(REASONS) }))
      .describe(
        'delivered: the endpoint has it. not_failed: it was not tried yet, or masked. expired: a message whose time is over.',
      ),
  })
  .meta({ id: 'DeliveryRetry' });
type Retry = z.output<typeof retrySchema>;

/** What failed is tried at once. */
export function webhookRetryRoutes(scope: ApiScope, deps: ApiDeps): void {
  scope.post(
    '/webhooks/:id/retry',
    {
      schema: {
        tags: ['webhooks'],
        summary: 'Try failed deliveries now',
        description:
          'Those that wait for a retry are tried at once; those that were given up or are parked are sent by a replay. What is delivered is left alone.',
        params: idParams,
        body,
        response: { 200: retrySchema, ...problems },
      },
    },
    async ({ teamId, params, body: { event_uuids: named } }) => {
      const webhook = await findWebhook(deps, { teamId, id: params.id });
      await refuseSuspended(deps, webhook);
      return retryNow(deps, webhook, [...new Set(named.map((uuid) => uuid.toLowerCase()))]);
    },
  );
}

/** A retry of it would wait all the same, and an answer that it is made would be a lie. */
async function refuseSuspended({ db }: ApiDeps, { id, status }: DestinationRecord): Promise<void> {
  const health = (await getEndpointState(db, id))?.health ?? 'healthy';
  if (status !== 'paused' && !SUSPENDED_HEALTHS.includes(health)) {
    return;
  }
  throw new SluiceError({
    code: 'webhook_suspended',
    message: `the webhook takes no events now: ${status === 'paused' ? 'it is paused' : health}`,
    retryable: false,
    fault: 'customer',
    remedy:
      status === 'paused'
        ? 'Resume it: what waits for it follows by itself.'
        : 'Mend the endpoint, then send a test event: what waits for it follows by itself.',
  });
}

async function retryNow(deps: ApiDeps, webhook: DestinationRecord, uuids: readonly string[]): Promise<Retry> {
  const { id: destinationId } = webhook;
  const standings = await deps.events.messageStates(uuids.map((uuid) => ({ destinationId, uuid })));
  const outcomes = new Map(uuids.map((uuid) => [uuid, standings.get(uuid)?.outcome]));
  const those = (...wanted: unknown[]): string[] => uuids.filter((uuid) => wanted.includes(outcomes.get(uuid)));
  const woken = await wake(deps, destinationId, those('retry_scheduled'));
  const given = [...those('discarded', 'parked'), ...those('retry_scheduled').filter((uuid) => !woken.includes(uuid))];
  const { replay, replayed, expired } = await sendAgain(deps, webhook, given);
  const taken = new Set([...woken, ...replayed]);
  const left = uuids.filter((uuid) => !taken.has(uuid));
  return { woken, replay, replayed, left: left.map((uuid) => ({ event_uuid: uuid, because: reason(uuid) })) };

  function reason(uuid: string): (typeof REASONS)[number] {
    if (given.includes(uuid)) {
      return expired.includes(uuid) ? 'expired' : 'not_in_log';
    }
    return outcomes.get(uuid) === 'delivered' ? 'delivered' : 'not_failed';
  }
}

async function wake({ controlPlane }: ApiDeps, destinationId: string, uuids: readonly string[]): Promise<string[]> {
  if (uuids.length === 0) {
    return [];
  }
  const byWorkflow = new Map(uuids.map((uuid) => [retryDeliveryWorkflowId(destinationId, uuid), uuid]));
  const told = await steering(controlPlane.retryNow([...byWorkflow.keys()]));
  return told.flatMap((workflowId) => byWorkflow.get(workflowId) ?? []);
}

async function sendAgain(
  deps: ApiDeps,
  webhook: DestinationRecord,
  uuids: string[],
): Promise<Pick<Retry, 'replay' | 'replayed'> & { expired: string[] }> {
  if (uuids.length === 0) {
    return { replay: null, replayed: [], expired: [] };
  }
  const wish = { scope: 'event', event_uuids: uuids, dry_run: false } as const;
  const plan = await planOf(deps, webhook, wish);
  const { keys, expired } = plan;
  return keys.length === 0
    ? { replay: null, replayed: [], expired }
    : { replay: await beginReplay(deps, webhook, plan), replayed: keys.map(({ uuid }) => uuid), expired };
}
