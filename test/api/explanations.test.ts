import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { explainDelivery } from '../../activities/explain-delivery.ts';
import { appendAttempts } from '../../clickhouse/attempt-log.ts';
import { nowMicros } from '../../clickhouse/tail.ts';
import type { AttemptOutcome, AttemptVia } from '../../core/attempts.ts';
import { MICROS_PER_MS } from '../../core/time.ts';
import { webhookIdOf } from '../../delivery/identity.ts';
import { saveCursors, takeShard } from '../../store/delivery.ts';
import { setHealth } from '../../store/endpoint-state.ts';
import { insertAt } from '../clickhouse/events.ts';
import { startTestClickHouse, type TestClickHouse } from '../clickhouse/server.ts';
import { createdId, startApi, WEBHOOK, type ApiFixture, type Caller } from './fixtures.ts';

let api: ApiFixture;
let clickhouse: TestClickHouse;
let caller: Caller;
let createdMicros: number;
/** One for all attempts: those of a batch share it. */
const attemptedMs = Date.now();

beforeAll(async () => {
  clickhouse = await startTestClickHouse();
  createdMicros = await nowMicros(clickhouse.ch);
  api = await startApi({
    explainDelivery: (request) => explainDelivery({ ...api.store, clickhouse: clickhouse.ch }, request),
  });
  // A webhook begins at the clock of the events.
  api.events.clockMicros = createdMicros;
}, 60_000);
afterAll(async () => {
  await api.stop();
  await clickhouse.stop();
});
beforeEach(async () => {
  caller = await api.newCaller();
});

async function webhook(changes: Record<string, unknown> = {}): Promise<string> {
  return createdId(caller, '/api/v1/webhooks', { ...WEBHOOK, ...changes });
}

/** Captured a minute after the webhook was created, unless said otherwise. */
async function captured(changes: { event?: string; propertiesJson?: string; afterMs?: number } = {}): Promise<string> {
  const { afterMs = 60_000, ...rest } = changes;
  const uuid = randomUUID();
  const insertedAtMicros = createdMicros + afterMs * MICROS_PER_MS;
  await insertAt(clickhouse.ch, [{ teamId: caller.teamId, uuid, event: 'signup', insertedAtMicros, ...rest }]);
  return uuid;
}

async function attempted(
  destinationId: string,
  eventUuid: string,
  outcomes: readonly [AttemptOutcome, AttemptVia?][],
  webhookId = webhookIdOf(destinationId, eventUuid),
  errorCode = '',
): Promise<void> {
  const rows = outcomes.map(([outcome, via = 'live'], index) => ({
    ...{ teamId: caller.teamId, destinationId, eventUuid, eventInsertedAtMicros: createdMicros + 60_000_000 },
    ...{ webhookId, attempt: index + 1, attemptedAt: new Date(attemptedMs + index * 1_000), outcome, via },
    ...{
      statusCode: outcome === 'delivered' ? 200 : 503,
      errorCode,
      errorMessage: '',
      durationMs: 1,
      latencyMs: 1,
    },
    ...{ responseBody: 'busy', nextAttemptAt: outcome === 'parked' ? new Date('2026-12-01T00:00:00Z') : null },
  }));
  await appendAttempts(clickhouse.ch, rows);
}

async function explain(id: string, uuid: string): Promise<Record<string, unknown>> {
  return (await caller.call('GET', `/api/v1/webhooks/${id}/events/${uuid}`)).json();
}

test('an event that shared a request is shown with the others of its batch', async () => {
  const id = await webhook({ batch: { max_events: 10 } });
  const uuids = [await captured(), await captured(), await captured()];
  await Promise.all(uuids.map((uuid) => attempted(id, uuid, [['delivered']], 'msg_batch')));
  await attempted(id, await captured(), [['delivered']], 'msg_other');
  const answer = await explain(id, uuids[0] ?? '');
  expect(answer).toMatchObject({ state: 'delivered', batch: { webhook_id: 'msg_batch', events: 3 } });
  expect((answer['batch'] as { event_uuids: string[] }).event_uuids.toSorted()).toEqual(uuids.toSorted());
  expect((answer['request'] as { body: string }).body).toMatch(/^\[.*\]$/);
});

describe('an event that was not sent yet', () => {
  test('waits, with its request as it will be made, secrets left out', async () => {
    const id = await webhook({
      headers: { 'x-token': 'hunter2' },
      authentication: { type: 'bearer', token: 'hunter2' },
      payload: { template: { n: '{{ event.properties.n }}' } },
    });
    const uuid = await captured({ propertiesJson: '{"n":9007199254740993}' });
    const answer = await explain(id, uuid);
    expect(answer).toMatchObject({
      ...{ event: { uuid, event: 'signup' }, matched: true, unmatched_by: null, state: 'waiting', attempts: [] },
      ...{ health: 'healthy', workflow_id: null },
      request: { method: 'POST', url: WEBHOOK.url, body: '{"n":9007199254740993}', refusal: null },
    });
    expect(answer['request']).toMatchObject({
      headers: { 'x-token': '(not shown)', authorization: '(not shown)', 'webhook-id': answer['webhook_id'] },
    });
    expect(JSON.stringify(answer)).not.toContain('hunter2');
  });

  test('has expired when it is older than its webhook wants it, whether that is on record or not', async () => {
    const [id, parked, given] = [
      await webhook({ ttl_seconds: 60 }),
      await webhook({ ttl_seconds: 60 }),
      await webhook(),
    ];
    const uuid = await captured({ afterMs: -120_000 });
    const young = await captured();
    expect(await explain(id, young)).toMatchObject({ state: 'waiting' });
    await attempted(parked, uuid, [['parked']]);
    expect(await explain(parked, uuid)).toMatchObject({ state: 'expired', next_attempt_at: null });
    await attempted(parked, uuid, [['parked', 'replay']]);
    expect(await explain(parked, uuid)).toMatchObject({ state: 'parked' });
    await attempted(given, uuid, [['discarded']], undefined, 'event_expired');
    const answer = await explain(given, uuid);
    expect(answer).toMatchObject({ state: 'expired' });
    expect(answer['next']).toContain('time to live');
  });

  test('is held while the webhook is paused, by its owner or by its health', async () => {
    const [paused, broken] = [await webhook(), await webhook()];
    const uuid = await captured();
    await caller.call('POST', `/api/v1/webhooks/${paused}/pause`);
    const evidence = { lastError: 'http_401', consecutiveFailures: 10 };
    await setHealth(api.store.db, { destinationId: broken, to: 'misconfigured', evidence });
    expect(await explain(paused, uuid)).toMatchObject({ state: 'held', health: 'paused_user', health_evidence: {} });
    expect(await explain(broken, uuid)).toMatchObject({
      ...{ state: 'held', health: 'misconfigured', health_evidence: evidence },
    });
  });

  test.each([
    [{ events: ['order'] }, 'events'],
    [{ events: undefined, exclude_events: ['signup'] }, 'exclude_events'],
    [
      {
        properties: [
          { key: 'plan', source: 'event', operator: 'exact', value: 'free' },
          { key: 'plan', source: 'event', operator: 'exact', value: 'x' },
        ],
      },
      'properties.1',
    ],
    [{ sample: { percent: 0.0001, by: 'event' } }, 'sample'],
  ])('is kept out by %j', async (changes, unmatchedBy) => {
    expect(await explain(await webhook(changes), await captured())).toMatchObject({
      ...{ matched: false, unmatched_by: unmatchedBy, state: 'not_matched' },
    });
  });

  test('came before the webhook', async () => {
    expect(await explain(await webhook(), await captured({ afterMs: -60_000 }))).toMatchObject({ state: 'too_early' });
  });

  test('cannot be rendered, and the reason is told', async () => {
    const template = { t: '{% for i in (1..event.properties.many) %}x{% endfor %}' };
    const uuid = await captured({ propertiesJson: '{"many":30000000}' });
    expect(await explain(await webhook({ payload: { template } }), uuid)).toMatchObject({
      request: { refusal: { code: 'template_failed' } },
    });
  });
});

describe('an event that was sent', () => {
  test.each<[string, [AttemptOutcome, AttemptVia?][], Record<string, unknown>]>([
    ['delivered at once', [['delivered']], { state: 'delivered', workflow_id: null }],
    ['retried', [['failed_attempt'], ['retry_scheduled']], { state: 'retrying', workflow_id: expect.any(String) }],
    ['retried again', [['retry_scheduled'], ['failed_attempt', 'retry']], { state: 'retrying' }],
    ['delivered by a retry', [['retry_scheduled'], ['delivered', 'retry']], { state: 'delivered' }],
    ['parked', [['parked']], { state: 'parked', next_attempt_at: '2026-12-01T00:00:00.000Z' }],
    ['given up', [['failed_attempt'], ['discarded']], { state: 'given_up' }],
  ])('%s', async (_what, outcomes, expected) => {
    const id = await webhook();
    const uuid = await captured();
    await attempted(id, uuid, outcomes);
    const answer = await explain(id, uuid);
    expect(answer).toMatchObject(expected);
    expect((answer['attempts'] as { outcome: string }[]).map(({ outcome }) => outcome)).toEqual(
      outcomes.map(([outcome]) => outcome).reverse(),
    );
  });
});

test('a parked event whose endpoint has asked for patience more often than attempts are shown stays parked', async () => {
  const id = await webhook();
  const uuid = await captured();
  const patience = Array.from({ length: 110 }, (): [AttemptOutcome, AttemptVia] => ['failed_attempt', 'retry']);
  await attempted(id, uuid, [['parked'], ...patience]);
  const answer = await explain(id, uuid);
  expect(answer).toMatchObject({ state: 'parked', next_attempt_at: '2026-12-01T00:00:00.000Z' });
  expect(answer['attempts']).toHaveLength(100);
});

test('an attempt says what its answer means, and what to do', async () => {
  const id = await webhook();
  const uuid = await captured();
  const delivered = await captured();
  await attempted(id, uuid, [['failed_attempt']], undefined, 'http_401');
  await attempted(id, delivered, [['delivered']]);
  expect((await explain(id, delivered))['attempts']).toMatchObject([{ class: 'delivered', error: null }]);
  expect((await explain(id, uuid))['attempts']).toMatchObject([
    { class: 'misconfigured', error: { code: 'http_401', remedy: expect.stringContaining('credentials') } },
  ]);
});

describe('an event that waits says what for', () => {
  async function limitOf(id: string): Promise<unknown> {
    const { state, limited_by: limit, next } = await explain(id, await captured());
    expect(state).toBe('waiting');
    return [limit, next];
  }
  const behind = async (id: string): Promise<void> => {
    const position = { destinationId: id, positionMicros: createdMicros - 60_000_000, afterUuid: null };
    const epoch = await takeShard(api.store.db, { shard: 0, owner: 'test' });
    await saveCursors(api.store.db, { shard: 0, epoch, cursors: [position] });
  };

  test('its rate limit, where there is a backlog', async () => {
    const [limited, unlimited] = [await webhook({ rate_limit_per_second: 3 }), await webhook()];
    await behind(limited);
    await behind(unlimited);
    expect(await limitOf(limited)).toEqual(['rate_limit', expect.stringContaining('3 a second')]);
    expect(await limitOf(unlimited)).toEqual([null, expect.stringContaining('its turn')]);
  });

  test('an endpoint that has asked for patience, or is failing', async () => {
    const [throttled, degraded] = [await webhook(), await webhook()];
    await attempted(throttled, await captured(), [['failed_attempt']], undefined, 'http_429');
    await setHealth(api.store.db, { destinationId: degraded, to: 'degraded', evidence: {} });
    expect(await limitOf(throttled)).toEqual(['throttled', expect.stringContaining('patience')]);
    expect(await limitOf(degraded)).toEqual(['careful', expect.stringContaining('few requests')]);
  });
});

test('when a retried event is tried again is what its workflow says, and nothing where it says nothing', async () => {
  const id = await webhook();
  const [retried, delivered] = [await captured(), await captured()];
  await attempted(id, retried, [['failed_attempt'], ['retry_scheduled']]);
  await attempted(id, delivered, [['retry_scheduled'], ['delivered', 'retry']]);
  api.controlPlane.nextRetry = new Date('2026-12-02T00:00:00Z');
  expect(await explain(id, retried)).toMatchObject({ next_attempt_at: '2026-12-02T00:00:00.000Z' });
  expect(await explain(id, delivered)).toMatchObject({ next_attempt_at: null });
  api.controlPlane.nextRetry = null;
  expect(await explain(id, retried)).toMatchObject({ state: 'retrying', next_attempt_at: null });
});

test('an event that is not there, and one of another team, are not found', async () => {
  const id = await webhook();
  const uuid = await captured();
  const stranger = await api.newCaller();
  const theirs = await createdId(stranger, '/api/v1/webhooks', WEBHOOK);
  for (const response of [
    await caller.call('GET', `/api/v1/webhooks/${id}/events/${randomUUID()}`),
    await stranger.call('GET', `/api/v1/webhooks/${theirs}/events/${uuid}`),
  ]) {
    expect([response.statusCode, response.json().code]).toEqual([404, 'event_not_found']);
  }
  expect((await stranger.call('GET', `/api/v1/webhooks/${id}/events/${uuid}`)).json().code).toBe('webhook_not_found');
});
