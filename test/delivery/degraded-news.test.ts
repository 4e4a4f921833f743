import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { healthChanges } from '../../activities/health-changes.ts';
import { setDestinationStatus } from '../../store/destinations.ts';
import { getEndpointState } from '../../store/endpoint-state.ts';
import { eventually } from '../support/eventually.ts';
import { EndpointWorld, type Webhook } from './endpoint-world.ts';

let world: EndpointWorld;

beforeAll(async () => {
  world = await EndpointWorld.start();
}, 120_000);
afterAll(() => world.stop());

const EVIDENCE = { failures: 5, lastError: 'total_timeout' };

/** Health of the signals to a webhook's workflow, in order. */
function toldOf({ id }: Webhook): unknown[] {
  const told = world.signals.filter(({ workflowId }) => workflowId.includes(id));
  return told.map(({ payload }) => (payload as { to?: string }).to);
}

test('endpoints that become degraded together are on record at once, and their workflows are told at different moments', async () => {
  const health = healthChanges(world.deps);
  const webhooks = await Promise.all(Array.from({ length: 20 }, () => world.webhook('healthy')));
  await Promise.all(webhooks.map(({ id }) => health.transition(id, 'degraded', EVIDENCE)));
  for (const { id } of webhooks) {
    expect(await getEndpointState(world.deps.db, id)).toMatchObject({ health: 'degraded', evidence: EVIDENCE });
  }
  const told = (): number => webhooks.filter((webhook) => toldOf(webhook).length > 0).length;
  expect(told()).toBeLessThan(webhooks.length);
  await eventually(() => expect(told()).toBeGreaterThan(0), { timeoutMs: 20_000 });
  await health.close();
  expect(webhooks.map(toldOf)).toEqual(webhooks.map(() => ['degraded']));
}, 60_000);

test('what comes next is told after it', async () => {
  const health = healthChanges(world.deps);
  const webhook = await world.webhook('healthy');
  await health.transition(webhook.id, 'degraded', EVIDENCE);
  await health.transition(webhook.id, 'paused_auto', EVIDENCE);
  await health.close();
  expect(toldOf(webhook)).toEqual(['degraded', 'paused_auto']);
});

test('a webhook that its user has paused meanwhile stays paused for its workflow', async () => {
  const health = healthChanges(world.deps);
  const webhook = await world.webhook('healthy');
  await health.transition(webhook.id, 'degraded', EVIDENCE);
  await setDestinationStatus(world.deps.db, { id: webhook.id, teamId: webhook.teamId, status: 'paused' });
  await health.close();
  expect(toldOf(webhook)).toEqual([]);
});
