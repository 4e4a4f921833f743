import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ActivityDeps } from '../../activities/deps.ts';
import { healthChanges } from '../../activities/health-changes.ts';
import { setupNamespace } from '../../client/setup.ts';
import type { TemporalClient } from '../../client/temporal.ts';
import { webhookWorkflowId } from '../../core/ids.ts';
import type { TrafficReport } from '../../core/traffic.ts';
import { newTeam, newWebhook, startStore, type StoreFixture } from '../store/fixtures.ts';
import { startTestTemporal, type TestTemporal } from '../support/temporal-server.ts';

let store: StoreFixture;
let server: TestTemporal;

beforeAll(async () => {
  [store, server] = await Promise.all([startStore(), startTestTemporal()]);
  await setupNamespace(server.temporal, { namespace: 'default', retentionDays: 1 });
}, 300_000);
afterAll(async () => {
  await Promise.all([store.stop(), server.stop()]);
});

const TRAFFIC: TrafficReport = {
  matched: 1,
  delivered: 1,
  failedAttempts: 0,
  retried: 0,
  parked: 0,
  latencyBuckets: {},
};

/** Names of the signals that the webhook's workflow has got, in order. */
async function signalsOf(destinationId: string): Promise<(string | null | undefined)[]> {
  const { events } = await server.temporal.client.workflow.getHandle(webhookWorkflowId(destinationId)).fetchHistory();
  return (events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: of }) => (of ? [of.signalName] : []));
}

/** Reports, while `before` happens between the look at the webhook and the signal. */
async function report(destinationId: string, before: () => Promise<unknown>): Promise<void> {
  const { workflow } = server.temporal.client;
  const signalWithStart = async (...args: Parameters<typeof workflow.signalWithStart>): Promise<unknown> => {
    await before();
    return workflow.signalWithStart(...args);
  };
  const temporal = { client: { workflow: { signalWithStart } } } as unknown as TemporalClient;
  await healthChanges({ db: store.db, temporal } as unknown as ActivityDeps).report(destinationId, TRAFFIC);
}

test('a report about a webhook that is deleted at that moment leaves no workflow that lives on', async () => {
  const { id } = await newWebhook(store, await newTeam(store));
  await report(id, () => Promise.resolve());
  expect(await signalsOf(id)).toEqual(['report']);

  let deleted = false;
  const { id: gone } = await newWebhook(store, await newTeam(store));
  await report(gone, async () => {
    const remove = store.db.kysely.updateTable('destinations').set({ deletedAt: new Date() }).where('id', '=', gone);
    deleted ||= (await remove.executeTakeFirst()).numUpdatedRows === 1n;
  });
  expect(deleted).toBe(true);
  // The workflow ends with it: test/workflows/webhook.test.ts.
  expect(await signalsOf(gone)).toEqual(['report', 'destinationChanged']);
});
