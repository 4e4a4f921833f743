import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { WorkflowNotFoundError } from '@temporalio/client';
import { appendAttempts } from '../../clickhouse/attempt-log.ts';
import { listAttempts } from '../../clickhouse/attempt-queries.ts';
import { openRetries } from '../../clickhouse/delivery-audit.ts';
import { laneConfig } from '../../activities/lane-configs.ts';
import { NOTHING_MISSED, type Missed } from '../../activities/missed-deliveries.ts';
import type { ActivityDeps } from '../../activities/deps.ts';
import { tendWaiting } from '../../activities/waiting-retries.ts';
import { retryOfWorkflowId } from '../../core/ids.ts';
import { unsentRow } from '../../delivery/unsent-row.ts';
import { getWebhookRuntime } from '../../store/webhooks.ts';
import { EndpointWorld, insertedAtMicros, type Webhook } from './endpoint-world.ts';

let world: EndpointWorld;
beforeAll(async () => {
  world = await EndpointWorld.start();
}, 120_000);
afterAll(() => world.stop());

interface Started {
  eventUuid: string | undefined;
  policy: string;
}

/** Temporal, in which every retry stands like this. */
function temporalWith(status: string, started: Started[]): ActivityDeps['temporal'] {
  const describe = (): Promise<unknown> =>
    status === 'MISSING'
      ? Promise.reject(new WorkflowNotFoundError('none', 'none', undefined))
      : Promise.resolve({ status: { name: status } });
  const start = (_name: string, of: { workflowId: string; workflowIdReusePolicy: string }): Promise<void> => {
    started.push({ eventUuid: retryOfWorkflowId(of.workflowId)?.eventUuid, policy: of.workflowIdReusePolicy });
    return Promise.resolve();
  };
  return { client: { workflow: { getHandle: () => ({ describe }), start } } } as unknown as ActivityDeps['temporal'];
}

async function tended(webhook: Webhook, status: string): Promise<{ missed: Missed; started: Started[] }> {
  const runtime = await getWebhookRuntime(world.store.db, world.store.box, webhook.id);
  const started: Started[] = [];
  const range = { startMicros: insertedAtMicros(0) - 1_000_000, endMicros: Date.now() * 1_000 };
  const missed = NOTHING_MISSED();
  await world.run(async (deps) => {
    const waiting = await openRetries(deps.clickhouse, { destinationId: webhook.id, range, limit: 10 });
    const events = waiting.map((event) => ({ ...event, settledAttempt: 0 }));
    await tendWaiting({ ...deps, temporal: temporalWith(status, started) }, laneConfig(runtime!), events, missed);
  });
  return { missed, started };
}

/** An event whose retry an audit has started again so often. */
async function waiting(restarts: number): Promise<Webhook & { eventUuid: string }> {
  const webhook = await world.webhook('healthy');
  const [eventUuid = ''] = await world.capture(webhook, ['{}']);
  const owned = { ...webhook, destinationId: webhook.id, eventUuid, eventInsertedAtMicros: insertedAtMicros(0) };
  const rows = Array.from({ length: restarts + 1 }, (_, nth) =>
    unsentRow({ ...owned, attempt: 2 }, new Date(Date.now() - 60_000 + nth), {
      ...{ outcome: 'retry_scheduled', errorMessage: '', errorCode: nth === 0 ? 'http_500' : 'delivery_missed' },
    }),
  );
  await appendAttempts(world.deps.clickhouse, rows);
  return { ...webhook, eventUuid };
}

test.each<[string, number, string | undefined]>([
  ['MISSING', 9, 'REJECT_DUPLICATE'],
  ['FAILED', 0, 'ALLOW_DUPLICATE_FAILED_ONLY'],
  ['TIMED_OUT', 2, 'ALLOW_DUPLICATE_FAILED_ONLY'],
  ['RUNNING', 0, undefined],
  ['COMPLETED', 0, undefined],
])('a waiting retry that Temporal says is %s, started again %d times before', async (status, restarts, policy) => {
  const webhook = await waiting(restarts);
  const { missed, started } = await tended(webhook, status);
  const { eventUuid } = webhook;
  expect(started).toEqual(policy === undefined ? [] : [{ eventUuid, policy }]);
  expect(missed).toEqual({ retried: policy === undefined ? [] : [eventUuid], known: [], abandoned: [] });
});

test.each<[string, number, string]>([
  ['TERMINATED', 0, 'retry_terminated'],
  ['CANCELLED', 0, 'retry_terminated'],
  ['FAILED', 3, 'retry_failed'],
])('a waiting retry that is %s, after %d restarts, is given up once and on record', async (status, restarts, code) => {
  const webhook = await waiting(restarts);
  const { eventUuid } = webhook;
  expect(await tended(webhook, status)).toEqual({
    missed: { retried: [], known: [], abandoned: [eventUuid] },
    started: [],
  });
  const [last] = await listAttempts(world.deps.clickhouse, { ...webhook, destinationId: webhook.id, limit: 1 });
  expect(last).toMatchObject({ eventUuid, outcome: 'discarded', errorCode: code, attempt: 2, via: 'retry' });
  expect((await tended(webhook, status)).missed).toEqual(NOTHING_MISSED());
});
