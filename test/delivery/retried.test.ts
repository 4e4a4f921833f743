import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { systemClock } from '../../activities/clock.ts';
import { attemptRetry, settleRetry } from '../../activities/retry-delivery.ts';
import type { AttemptRetryInput, AttemptRetryResult } from '../../activities/types.ts';
import { RetryTurns } from '../../delivery/retry-turns.ts';
import type { SendOutcome } from '../../delivery/shard/ports.ts';
import { deleteDestination } from '../../store/delete-destination.ts';
import { createDestination } from '../../store/destinations.ts';
import { createMessage } from '../../store/messages.ts';
import { forgetWebhooks, restoreWebhook } from '../../store/restore-webhook.ts';
import { EndpointWorld, insertedAtMicros, type Webhook } from './endpoint-world.ts';
import { respond } from './simulation.ts';

let world: EndpointWorld;
beforeAll(async () => {
  world = await EndpointWorld.start();
}, 120_000);
afterAll(() => world.stop());

/** Whose 400 says that an event is invalid. */
const SLACK = { url: 'https://slack.com/api/chat.postMessage' };
const AWAY: SendOutcome = { kind: 'error', code: 'proxy_failed', message: 'no', timings: { totalMs: 1 } };

async function retried(
  answer: SendOutcome,
  input: Partial<AttemptRetryInput>,
): Promise<{ result: AttemptRetryResult; outcome: string | undefined; webhook: Webhook }> {
  const webhook = await world.webhook('healthy', SLACK);
  const [eventUuid = ''] = await world.capture(webhook, ['{}']);
  world.answer = () => answer;
  const ids = { destinationId: webhook.id, teamId: webhook.teamId, eventUuid };
  const attempt = { eventInsertedAtMicros: insertedAtMicros(0), attempt: 3, lastTry: false, ...input };
  const retryTurns = new RetryTurns(systemClock);
  const result = await world.run((deps) => attemptRetry({ ...deps, retryTurns }, { ...ids, ...attempt }));
  return { result, outcome: (await world.attempts(webhook))[0]?.outcome, webhook };
}

test.each<[string, SendOutcome, Partial<AttemptRetryInput>, Partial<AttemptRetryResult>, string]>([
  ['fails', respond(500), {}, { kind: 'failed', isOver: false }, 'failed_attempt'],
  ['fails for the last time', respond(500), { lastTry: true }, { kind: 'failed', isOver: true }, 'discarded'],
  ['is refused as invalid', respond(400), {}, { kind: 'failed', isOver: true }, 'discarded'],
  ['meets patience at the end', respond(429), { lastTry: true }, { kind: 'failed', isOver: false }, 'failed_attempt'],
  [
    'meets patience without an end',
    respond(429),
    { lastTry: true, outOfPatience: true },
    { kind: 'failed', isOver: true },
    'discarded',
  ],
  ['meets a fault of ours', AWAY, { lastTry: true }, { kind: 'failed', chargesAttempt: false }, 'failed_attempt'],
  [
    'meets a fault of ours for long',
    AWAY,
    { lastTry: true, outOfPatience: true },
    { kind: 'deferred' },
    'failed_attempt',
  ],
  ['hears that the endpoint is gone', respond(410), { lastTry: true }, { kind: 'deferred' }, 'failed_attempt'],
])('a retry that %s says so, in the log too', async (_what, answer, input, expected, outcome) => {
  const seen = await retried(answer, input);
  expect(seen.result).toMatchObject(expected);
  expect(seen.outcome).toBe(outcome);
});

test.each<[string, (webhook: Webhook) => Promise<unknown>, string]>([
  ['stays deleted', () => Promise.resolve(), 'parked'],
  ['is restored', (webhook: Webhook) => restoreWebhook(world.store.db, webhook), 'parked'],
  ['is forgotten', (webhook: Webhook) => forgetWebhooks(world.store.db, webhook), 'discarded'],
])('an event whose retry ends for a deletion, and whose webhook %s by then', async (_what, then, outcome) => {
  const webhook = await world.webhook('healthy');
  const [eventUuid = ''] = await world.capture(webhook, ['{}']);
  await deleteDestination(world.store.db, webhook);
  const ids = { destinationId: webhook.id, teamId: webhook.teamId, eventUuid };
  const input = { ...ids, eventInsertedAtMicros: insertedAtMicros(0), attempt: 3 };
  const result = await world.run((deps) =>
    attemptRetry({ ...deps, retryTurns: new RetryTurns(systemClock) }, { ...input, lastTry: false }),
  );
  expect(result).toMatchObject({ kind: 'dropped', webhookDeleted: true });
  await then(webhook);
  await world.run((deps) => settleRetry(deps, { ...input, outcome: 'dropped', webhookDeleted: true }));
  expect(await world.attempts(webhook)).toMatchObject([{ uuid: eventUuid, outcome }]);
});

test('programs are told of a message whose time was over before its retry', async () => {
  const webhook = await world.webhook('healthy');
  const { db, box } = world.store;
  const operations = await createDestination(db, box, {
    ...{ teamId: webhook.teamId, kind: 'webhook', name: 'ops', secretFields: [], startMicros: 0 },
    config: { url: 'https://example.com/ops', source: 'operations' },
  });
  const message = { teamId: webhook.teamId, destinationId: webhook.id, eventType: 'x', payload: '{}', ttlSeconds: -1 };
  const { row } = await createMessage(db, message);
  const ids = { destinationId: webhook.id, teamId: webhook.teamId, eventUuid: row.id };
  const input = { ...ids, eventInsertedAtMicros: row.createdAt.getTime() * 1_000, attempt: 3 };
  const result = await world.run((deps) =>
    attemptRetry({ ...deps, retryTurns: new RetryTurns(systemClock) }, { ...input, lastTry: false }),
  );
  expect(result).toMatchObject({ kind: 'dropped' });
  await world.run((deps) => settleRetry(deps, { ...input, outcome: 'dropped' }));
  const told = await db.kysely
    .selectFrom('webhookMessages')
    .select(['eventType', 'payload'])
    .where('destinationId', '=', operations.id)
    .execute();
  expect(told).toMatchObject([{ eventType: 'delivery.exhausted', payload: expect.stringContaining(row.id) }]);
});
