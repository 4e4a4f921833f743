import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { probeDestination } from '../../activities/probe-destination.ts';
import { remindOfProbes } from '../../activities/remind-of-probes.ts';
import type { ProbeResult } from '../../activities/types.ts';
import { appendAttempts } from '../../clickhouse/attempt-log.ts';
import type { AttemptOutcome } from '../../core/attempts.ts';
import { webhookWorkflowId } from '../../core/ids.ts';
import { webhookIdOf } from '../../delivery/identity.ts';
import { getEndpointState } from '../../store/endpoint-state.ts';
import { EndpointWorld, insertedAtMicros, type Webhook } from './endpoint-world.ts';
import { respond } from './simulation.ts';

let world: EndpointWorld;
beforeAll(async () => {
  world = await EndpointWorld.start();
}, 120_000);
afterAll(() => world.stop());
beforeEach(() => {
  world.sent.length = 0;
  world.signals.length = 0;
});

/** Needs more memory than a text may take when `many` is large. */
const TEMPLATE = {
  contentType: 'application/json',
  template: { text: '{% for i in (1..event.properties.many) %}x{% endfor %}' },
};

function probe({ id, teamId }: Webhook, nth: number): Promise<ProbeResult> {
  return world.run((deps) => probeDestination(deps, { destinationId: id, teamId, probe: nth }));
}

async function stateOf({ id }: Webhook): Promise<{ health: string | undefined; probeInMs: number }> {
  const state = await getEndpointState(world.store.db, id);
  return { health: state?.health, probeInMs: (state?.nextProbeAt?.getTime() ?? 0) - Date.now() };
}

test('an event that can never be sent, or is never taken, does not keep its endpoint suspended', async () => {
  const webhook = await world.webhook('paused_auto', { payload: TEMPLATE });
  const [unsendable, poison = '', good] = await world.capture(webhook, [
    '{"many":30000000}',
    '{"many":1}',
    '{"many":2}',
  ]);
  world.answer = (uuid) => respond(uuid === poison ? 500 : 200);

  expect(await probe(webhook, 1)).toMatchObject({
    ...{ outcome: 'still_failing', evidence: { probe: poison, status: 500 } },
    traffic: { delivered: 0, discarded: 1, failedAttempts: 2 },
  });
  const { health, probeInMs } = await stateOf(webhook);
  expect([health, probeInMs > 0, probeInMs <= 10_000]).toEqual(['paused_auto', true, true]);

  expect(await probe(webhook, 2)).toMatchObject({
    ...{ outcome: 'recovered', evidence: { probe: good, status: 200 } },
    // An hour after its capture.
    traffic: { delivered: 1, failedAttempts: 0, latencyBuckets: { more: 1 } },
  });
  expect(world.sent).toEqual([poison, good]);
  expect(await world.attempts(webhook)).toEqual([
    { uuid: unsendable, outcome: 'discarded', attempt: 1 },
    // Settles nothing: it stays in the backlog.
    { uuid: poison, outcome: 'failed_attempt', attempt: 1 },
    { uuid: good, outcome: 'delivered', attempt: 1 },
  ]);
  expect((await stateOf(webhook)).health).toBe('recovering');
});

test('a probe that the log refuses for a moment is put on record, and not made once more', async () => {
  const webhook = await world.webhook('paused_auto');
  const [uuid] = await world.capture(webhook, ['{}']);
  world.answer = () => respond(200);
  const input = { destinationId: webhook.id, teamId: webhook.teamId, probe: 1 };
  const result = await world.runWhileRefused((deps) => probeDestination(deps, input));
  expect(result).toMatchObject({ outcome: 'recovered', evidence: { probe: uuid } });
  expect(world.sent).toEqual([uuid]);
  expect(await world.attempts(webhook)).toEqual([{ uuid, outcome: 'delivered', attempt: 1 }]);
});

test('without a backlog events whose retries wait take turns; one that was given up does not', async () => {
  const webhook = await world.webhook('paused_auto');
  const [early = '', late = '', over = ''] = await world.capture(webhook, ['{}', '{}', '{}']);
  await tried(webhook, [early, late, over], ['retry_scheduled', 'parked', 'discarded']);
  world.answer = (uuid) => respond(uuid === late ? 500 : 200);
  expect(await probe(webhook, 1)).toMatchObject({ outcome: 'still_failing', traffic: { failedAttempts: 1 } });
  // Its retry workflow tells by itself that it is delivered.
  expect(await probe(webhook, 2)).toEqual({ outcome: 'recovered', evidence: expect.anything() });
  expect(world.sent).toEqual([late, early]);
  expect((await world.attempts(webhook)).slice(-2)).toEqual([
    { uuid: late, outcome: 'failed_attempt', attempt: 3 },
    { uuid: early, outcome: 'delivered', attempt: 3 },
  ]);
});

test('a parked event that a probe delivers is counted, with its retry', async () => {
  const webhook = await world.webhook('paused_auto');
  const [parked = ''] = await world.capture(webhook, ['{}']);
  await tried(webhook, [parked], ['parked']);
  world.answer = () => respond(200);
  expect(await probe(webhook, 1)).toMatchObject({ outcome: 'recovered', traffic: { delivered: 1, retries: { 1: 1 } } });
  expect(world.sent).toEqual([parked]);
});

/** As if live delivery had tried each of them twice, one after the other. */
async function tried(webhook: Webhook, uuids: readonly string[], outcomes: readonly AttemptOutcome[]): Promise<void> {
  const rows = uuids.map((eventUuid, index) => ({
    ...{ teamId: webhook.teamId, destinationId: webhook.id, eventUuid, webhookId: webhookIdOf(webhook.id, eventUuid) },
    ...{
      attempt: 2,
      attemptedAt: new Date(Date.now() - 60_000 + index),
      eventInsertedAtMicros: insertedAtMicros(index),
    },
    ...{ statusCode: 500, errorCode: 'http_500', errorMessage: '', durationMs: 1, latencyMs: 1, responseBody: '' },
    ...{ nextAttemptAt: null, via: 'live' as const, outcome: outcomes[index] ?? ('failed_attempt' as const) },
  }));
  await appendAttempts(world.deps.clickhouse, rows);
  const position = { positionMicros: insertedAtMicros(uuids.length) };
  await world.store.db.kysely
    .updateTable('destinationCursors')
    .set(position)
    .where('destinationId', '=', webhook.id)
    .execute();
}

test('410 to a probe is the end, as it is to any other request', async () => {
  const webhook = await world.webhook('paused_auto');
  await world.capture(webhook, ['{}']);
  world.answer = () => respond(410);
  expect((await probe(webhook, 1)).outcome).toBe('still_failing');
  expect((await stateOf(webhook)).health).toBe('gone');
  expect(world.signals).toEqual([
    {
      workflowId: webhookWorkflowId(webhook.id),
      signal: 'healthChanged',
      payload: expect.objectContaining({ to: 'gone' }),
    },
  ]);
});

test('a probe sends no event that nobody wants any more, and is made with one of those after them', async () => {
  // The events of this world are an hour old, and follow each other by a microsecond.
  const webhook = await world.webhook('paused_auto', { ttlSeconds: 600 });
  await world.capture(webhook, Array<string>(300).fill('{}'));
  const [young] = await world.capture(webhook, ['{}'], { ageMs: 60_000 });
  world.answer = () => respond(500);
  expect(await probe(webhook, 1)).toMatchObject({ outcome: 'still_failing', evidence: { probe: young } });
  expect(world.sent).toEqual([young]);
  expect(await world.attempts(webhook)).toMatchObject([{ uuid: young, outcome: 'failed_attempt' }]);
});

test('an endpoint that asks to be left alone is, for as long as five minutes', async () => {
  const webhook = await world.webhook('misconfigured');
  await world.capture(webhook, ['{}']);
  world.answer = () => respond(503, { 'retry-after': '86400' });
  expect(await probe(webhook, 1)).toMatchObject({ outcome: 'still_failing', retryAfterMs: 86_400_000 });
  const { probeInMs } = await stateOf(webhook);
  expect([probeInMs > 200_000, probeInMs <= 300_000]).toEqual([true, true]);
});

test('the workflow of a suspended webhook that nobody probes is told again, and not twice', async () => {
  const [forgotten, asleep, late] = await Promise.all([
    world.webhook('paused_auto'),
    world.webhook('paused_auto'),
    world.webhook('recovering'),
  ]);
  const db = world.store.db.kysely;
  const longAgo = sql<Date>`now() - interval '1 hour'`;
  await db
    .updateTable('endpointStates')
    .set({ since: longAgo })
    .where('destinationId', 'in', [forgotten.id, late.id])
    .execute();
  await db.updateTable('endpointStates').set({ since: longAgo }).where('destinationId', '=', asleep.id).execute();
  await db.updateTable('destinations').set({ status: 'paused' }).where('id', '=', asleep.id).execute();

  expect(await world.run(remindOfProbes)).toBe(1);
  expect(world.signals).toEqual([
    {
      workflowId: webhookWorkflowId(forgotten.id),
      signal: 'healthChanged',
      payload: { to: 'paused_auto', evidence: { lastError: 'http_500' } },
    },
  ]);
  expect(await world.run(remindOfProbes)).toBe(0);
});
