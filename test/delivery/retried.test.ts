import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { systemClock } from '../../activities/clock.ts';
import type { ActivityDeps } from '../../activities/deps.ts';
import { replayPort } from '../../activities/replay-port.ts';
import { attemptRetry } from '../../activities/retry-delivery.ts';
import { settleRetry } from '../../activities/settle-retry.ts';
import type { AttemptRetryInput, AttemptRetryResult } from '../../activities/types.ts';
import { listAttempts } from '../../clickhouse/attempt-queries.ts';
import { RetryTurns } from '../../delivery/retry-turns.ts';
import type { SendOutcome } from '../../delivery/shard/ports.ts';
import { deleteDestination } from '../../store/delete-destination.ts';
import type { EndpointHealth } from '../../core/endpoint-health.ts';
import { createDestination, setDestinationStatus } from '../../store/destinations.ts';
import { createMessage } from '../../store/messages.ts';
import { changeReplay, createReplay } from '../../store/replays.ts';
import { forgetWebhooks, restoreWebhook } from '../../store/restore-webhook.ts';
import { EndpointWorld, insertedAtMicros, SILENT, type Webhook } from './endpoint-world.ts';
import { ok, respond } from './simulation.ts';

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
  settings: { health?: EndpointHealth; paused?: boolean; ttlSeconds?: number } = {},
): Promise<{ result: AttemptRetryResult; outcome: string | undefined; webhook: Webhook }> {
  const { health = 'healthy', paused = false, ...config } = settings;
  const webhook = await world.webhook(health, { ...SLACK, ...config });
  if (paused) {
    await setDestinationStatus(world.store.db, { ...webhook, status: 'paused' });
  }
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

test('an attempt that the log refuses for a moment is put on record, and not made once more', async () => {
  const webhook = await world.webhook('healthy');
  const [eventUuid = ''] = await world.capture(webhook, ['{}']);
  world.answer = () => ok();
  const input = { destinationId: webhook.id, teamId: webhook.teamId, eventUuid, attempt: 3, lastTry: false };
  const result = await world.runWhileRefused((deps) => {
    const retryTurns = new RetryTurns(systemClock);
    return attemptRetry({ ...deps, retryTurns }, { ...input, eventInsertedAtMicros: insertedAtMicros(0) });
  });
  expect(result).toEqual({ kind: 'delivered' });
  expect(world.sent.filter((uuid) => uuid === eventUuid)).toHaveLength(1);
  expect(await world.attempts(webhook)).toEqual([{ uuid: eventUuid, outcome: 'delivered', attempt: 3 }]);
});

test('while the log refuses attempts for longer nothing is sent again, and what was sent is put on record', async () => {
  const webhook = await world.webhook('healthy');
  const [eventUuid = '', another = ''] = await world.capture(webhook, ['{}', '{}']);
  world.answer = () => ok();
  world.sent.splice(0);
  const input = { destinationId: webhook.id, teamId: webhook.teamId, attempt: 3, lastTry: false };
  await world.withRefusingLog(async ({ clickhouse, refuse }) => {
    const attempt = (uuid: string, index: number): Promise<AttemptRetryResult> => {
      const env = new MockActivityEnvironment(undefined, { logger: SILENT });
      // Its time is over as soon as somebody has warned.
      const logger = { error: () => undefined, warn: () => env.cancel() } as unknown as ActivityDeps['logger'];
      const deps = { ...world.deps, clickhouse, logger, retryTurns: new RetryTurns(systemClock) };
      const event = { eventUuid: uuid, eventInsertedAtMicros: insertedAtMicros(index) };
      return env.run(() => attemptRetry(deps, { ...input, ...event }));
    };
    refuse(true);
    const refused = { code: 'clickhouse_access_denied', retryable: true };
    await expect(attempt(eventUuid, 0)).rejects.toMatchObject(refused);
    await expect(attempt(eventUuid, 0)).rejects.toMatchObject(refused);
    await expect(attempt(another, 1)).rejects.toMatchObject(refused);
    expect(world.sent).toEqual([eventUuid]);
    refuse(false);
    expect([await attempt(eventUuid, 0), await attempt(another, 1)]).toEqual([
      { kind: 'delivered' },
      { kind: 'delivered' },
    ]);
  });
  expect(world.sent).toEqual([eventUuid, another]);
  expect((await world.attempts(webhook)).map(({ uuid, outcome }) => [uuid, outcome])).toEqual([
    [eventUuid, 'delivered'],
    [another, 'delivered'],
  ]);
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
  expect(result).toEqual({ kind: 'expired' });
  await world.run((deps) => settleRetry(deps, { ...input, outcome: 'expired' }));
  const told = await db.kysely
    .selectFrom('webhookMessages')
    .select(['eventType', 'payload'])
    .where('destinationId', '=', operations.id)
    .execute();
  expect(told).toMatchObject([{ eventType: 'delivery.exhausted', payload: expect.stringContaining(row.id) }]);
});

/** Events of this world were ingested an hour ago. */
const OVER = { ttlSeconds: 600 };
const LEFT = { ttlSeconds: 7_200 };

test.each<[string, Parameters<typeof retried>[2], Partial<AttemptRetryInput>, object, string | undefined]>([
  ['older than its webhook wants it', OVER, {}, { kind: 'expired' }, 'discarded'],
  ['too old while its webhook is suspended', { ...OVER, health: 'paused_auto' }, {}, { kind: 'expired' }, 'discarded'],
  ['too old while its webhook is paused', { ...OVER, paused: true }, {}, { kind: 'expired' }, 'discarded'],
  ['too old, but was replayed', OVER, { replayed: true }, { kind: 'delivered' }, 'delivered'],
  ['young enough', LEFT, {}, { kind: 'delivered' }, 'delivered'],
])('a retry of an event that is %s', async (_what, settings, input, expected, outcome) => {
  const before = world.sent.length;
  const seen = await retried(ok(), input, settings);
  expect(seen.result).toEqual(expected);
  expect(seen.outcome).toBe(outcome);
  expect(world.sent).toHaveLength(before + (outcome === 'delivered' ? 1 : 0));
});

/** Sets the clock of this process, not that of ClickHouse or Postgres. */
async function withClockAhead<Result>(aheadMs: number, work: () => Promise<Result>): Promise<Result> {
  const realMs = Date.now.bind(Date);
  const clock = jest.spyOn(Date, 'now').mockImplementation(() => realMs() + aheadMs);
  try {
    return await work();
  } finally {
    clock.mockRestore();
  }
}

describe.each([
  ['ahead', 1_200_000],
  ['behind', -1_200_000],
])('a worker whose clock is twenty minutes %s', (_name, aheadMs) => {
  const BARELY = { ttlSeconds: 3_000 };
  const STILL = { ttlSeconds: 4_200 };

  test('ends no retry early and none late, and tells its workflow what is left', async () => {
    await withClockAhead(aheadMs, async () => {
      expect((await retried(ok(), {}, STILL)).result).toEqual({ kind: 'delivered' });
      expect((await retried(ok(), {}, BARELY)).result).toEqual({ kind: 'expired' });
      const { result } = await retried(respond(500), {}, STILL);
      const { expiresInMs = 0 } = result as { expiresInMs?: number };
      // Ingested an hour before this file began.
      expect(expiresInMs).toBeGreaterThan(0);
      expect(expiresInMs).toBeLessThanOrEqual(600_000);
    });
  });

  test('replays what has failed until then', async () => {
    const { webhook, outcome } = await retried(respond(400), {});
    expect(outcome).toBe('discarded');
    const range = { startMicros: insertedAtMicros(0), endMicros: insertedAtMicros(1) };
    const replay = { id: randomUUID(), teamId: webhook.teamId, destinationId: webhook.id, range, planned: 1 };
    await createReplay(world.store.db, { ...replay, scope: 'failed' });
    await changeReplay(world.store.db, replay.id, 'resume');
    const counts = await withClockAhead(aheadMs, () =>
      world.run(async (deps) => {
        const port = replayPort(deps, { shard: 0, shardCount: 1, epoch: 1 });
        const task = (await port.load(new Set([webhook.id])))[0]!;
        expect(Math.abs(task.begunAt.getTime() - Date.now() + aheadMs)).toBeLessThan(60_000);
        const query = { after: task.position, untilMicros: task.untilMicros, limit: 10, filter: {}, skipMasked: false };
        return (await port.readPage(task, query)).events.length;
      }),
    );
    expect(counts).toBe(1);
  });

  test('ends no message early and none late', async () => {
    const webhook = await world.webhook('healthy', SLACK);
    const retry = async (ttlSeconds: number): Promise<AttemptRetryResult> => {
      const message = { teamId: webhook.teamId, destinationId: webhook.id, eventType: 'x', payload: '{}', ttlSeconds };
      const { row } = await createMessage(world.store.db, message);
      const ids = { destinationId: webhook.id, teamId: webhook.teamId, eventUuid: row.id };
      const input = { ...ids, eventInsertedAtMicros: row.createdAt.getTime() * 1_000, attempt: 3, lastTry: false };
      const retryTurns = new RetryTurns(systemClock);
      return world.run((deps) => attemptRetry({ ...deps, retryTurns }, input));
    };
    world.answer = () => ok();
    await withClockAhead(aheadMs, async () => {
      expect(await retry(600)).toEqual({ kind: 'delivered' });
      expect(await retry(-600)).toEqual({ kind: 'expired' });
    });
  });
});

test('a retry that goes on knows how long it may, by the settings of now', async () => {
  const expiresAtMs = Math.floor(insertedAtMicros(0) / 1_000) + 7_200_000;
  const failed = await retried(respond(500), {}, LEFT);
  expect(failed.result).toMatchObject({ kind: 'failed', expiresAtMs, expiresInMs: expect.any(Number) });
  expect((await retried(respond(500), {}, { ...LEFT, paused: true })).result).toEqual({
    ...{ kind: 'deferred', health: 'paused_user', expiresAtMs, expiresInMs: expect.any(Number) },
  });
  expect((await retried(respond(500), { replayed: true }, LEFT)).result).toMatchObject({ expiresAtMs: null });
});

test('a retry of a paused webhook ends when the log has its event no more', async () => {
  const gone = { eventInsertedAtMicros: insertedAtMicros(0) - 31 * 86_400_000_000 };
  expect((await retried(ok(), gone, { paused: true })).result).toMatchObject({ kind: 'dropped' });
});

test('a retry beyond the rate limit of its webhook comes again without having been sent', async () => {
  const webhook = await world.webhook('healthy', { ...SLACK, rateLimitPerSecond: 1 });
  const uuids = await world.capture(webhook, ['{}', '{}']);
  const retryTurns = new RetryTurns(systemClock);
  const attempt = (nth: number): Promise<AttemptRetryResult> => {
    const ids = { destinationId: webhook.id, teamId: webhook.teamId, eventUuid: uuids[nth] ?? '' };
    const input = { ...ids, eventInsertedAtMicros: insertedAtMicros(nth), attempt: 3, lastTry: false };
    return world.run((deps) => attemptRetry({ ...deps, retryTurns }, input));
  };
  world.answer = () => ok();
  expect(await attempt(0)).toEqual({ kind: 'delivered' });
  const refused = await attempt(1).catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: 'retry_turn_awaited', message: expect.stringContaining('rate limit') });
  expect((refused as { retryAfterMs: number }).retryAfterMs).toBeGreaterThan(1_000);
  expect(await world.attempts(webhook)).toHaveLength(1);
});

const DAY_MICROS = 86_400_000_000;

test.each<[string, { ageDays: number; paused?: boolean; deleted?: boolean }, string, string[]]>([
  ['was cancelled', { ageDays: 1 }, 'delivery_dropped', []],
  ['has outlived the log', { ageDays: 31 }, 'event_forgotten', ['1 lost']],
  ['has outlived it in a pause by a user', { ageDays: 31, paused: true }, 'event_forgotten', ['1 lost_paused']],
  ['has outlived it, and nobody has the webhook', { ageDays: 31, deleted: true }, 'delivery_dropped', []],
])('a retry that ends because its event %s counts as what it is', async (_what, settings, code, counted) => {
  const { db } = world.store;
  const webhook = await world.webhook('healthy');
  if (settings.paused === true) {
    await setDestinationStatus(db, { ...webhook, status: 'paused' });
  }
  if (settings.deleted === true) {
    await deleteDestination(db, webhook);
    await forgetWebhooks(db, webhook);
  }
  const lost: string[] = [];
  const deliveriesLost = (events: number, action: string): void => void lost.push(`${String(events)} ${action}`);
  const eventInsertedAtMicros = Date.now() * 1_000 - settings.ageDays * DAY_MICROS;
  const ids = { destinationId: webhook.id, teamId: webhook.teamId, eventUuid: randomUUID(), eventInsertedAtMicros };
  await world.run((deps) => {
    const metrics = { ...deps.metrics, deliveriesLost };
    return settleRetry({ ...deps, metrics }, { ...ids, attempt: 3, outcome: 'dropped' });
  });
  const rows = await listAttempts(world.deps.clickhouse, { ...webhook, destinationId: webhook.id, limit: 9 });
  expect(rows).toMatchObject([{ eventUuid: ids.eventUuid, outcome: 'discarded', errorCode: code, attempt: 3 }]);
  expect(lost).toEqual(counted);
});
