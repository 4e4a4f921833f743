import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { explainDelivery } from '../../activities/explain-delivery.ts';
import { laneConfig } from '../../activities/lane-configs.ts';
import { readDeliverables } from '../../activities/messages.ts';
import { testWebhook } from '../../activities/test-webhook.ts';
import { webhookRules } from '../../activities/webhook-rules.ts';
import { appendAttempts } from '../../clickhouse/attempt-log.ts';
import { findEvents } from '../../clickhouse/replay-range.ts';
import { nowMicros } from '../../clickhouse/tail.ts';
import { attemptDelivery } from '../../delivery/attempt.ts';
import { EventClock } from '../../delivery/event-clock.ts';
import { createAddressPolicy } from '../../net/address-policy.ts';
import { createAuthorizedSend } from '../../net/authorized-client.ts';
import { createGuardedClient, type GuardedClient } from '../../net/guarded-client.ts';
import { selfSigned } from '../../net/test-certificates.ts';
import { getWebhookRuntime } from '../../store/webhooks.ts';
import { insertAt } from '../clickhouse/events.ts';
import { startTestClickHouse, type TestClickHouse } from '../clickhouse/server.ts';
import { createdId, startApi, WEBHOOK, type ApiFixture, type Caller } from './fixtures.ts';

/** Longer than anything else of a request takes, on a busy machine too. */
const SLOW_MS = 600;
const TOKEN = 'hunter2-of-the-endpoint';

let api: ApiFixture;
let caller: Caller;
let clickhouse: TestClickHouse;
let guarded: GuardedClient;
let send: ReturnType<typeof createAuthorizedSend>;
let receiver: Server;
let url: string;

/** Says back what it was sent, after a while. */
beforeAll(async () => {
  clickhouse = await startTestClickHouse();
  const { certificate, privateKey } = selfSigned('receiver');
  receiver = createServer({ cert: certificate, key: privateKey }, (request, response) => {
    const headers = { 'X-Request-Id': 'r1', 'Set-Cookie': 'session=1', 'X-Echo': request.headers.authorization ?? '' };
    setTimeout(() => response.writeHead(200, headers).end(`I got ${TOKEN}`), SLOW_MS);
  });
  await new Promise<void>((resolve) => {
    receiver.listen(0, '127.0.0.1', resolve);
  });
  url = `https://localhost:${String((receiver.address() as AddressInfo).port)}/`;
  const policy = createAddressPolicy({ allowCidrs: ['127.0.0.0/8'] });
  const resolve = () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]);
  guarded = createGuardedClient({ policy, userAgent: 'test/1', extraCa: [certificate], resolve });
  send = createAuthorizedSend(guarded);
  api = await startApi({
    webhookRules: webhookRules(policy, { requireHttps: true }),
    explainDelivery: (request) => explainDelivery({ ...api.store, clickhouse: clickhouse.ch }, request),
    testWebhook: (request) =>
      testWebhook({ ...api.store, send: (outbound, signal) => send({ ...outbound, signal }) }, request),
  });
  caller = await api.newCaller();
}, 60_000);
afterAll(async () => {
  receiver.closeAllConnections();
  receiver.close();
  await guarded.destroy();
  await api.stop();
  await clickhouse.stop();
});

async function webhook(changes: Record<string, unknown> = {}): Promise<string> {
  const authentication = { type: 'bearer', token: TOKEN };
  return createdId(caller, '/api/v1/webhooks', { ...WEBHOOK, url, authentication, ...changes });
}

async function captured(): Promise<string> {
  const uuid = randomUUID();
  const insertedAtMicros = await nowMicros(clickhouse.ch);
  await insertAt(clickhouse.ch, [{ teamId: caller.teamId, uuid, event: 'signup', insertedAtMicros }]);
  return uuid;
}

/** Sends the event as a shard does, and logs the attempt. */
async function delivered(destinationId: string, uuid: string, attempt: number): Promise<void> {
  const runtime = await getWebhookRuntime(api.store.db, api.store.box, destinationId);
  const keys = await findEvents(clickhouse.ch, caller.teamId, [uuid]);
  const eventClock = new EventClock(() => nowMicros(clickhouse.ch));
  const [event] = await readDeliverables({ ...api.store, clickhouse: clickhouse.ch, eventClock }, caller.teamId, keys);
  const clock = { nowMs: () => Date.now() };
  const { record } = await attemptDelivery(
    { clock, eventClock, send: (outbound, signal) => send({ ...outbound, signal }) },
    { config: laneConfig(runtime!), event: event!, attempt, via: 'live' },
    new AbortController().signal,
  );
  await appendAttempts(clickhouse.ch, [{ ...record, outcome: record.statusCode === 200 ? 'delivered' : 'parked' }]);
}

interface Answer extends Record<'duration_ms' | 'dns_ms' | 'connect_ms' | 'tls_ms' | 'first_byte_ms', number> {
  response_headers: Record<string, string>;
}

async function attempts(id: string, uuid: string): Promise<Answer[]> {
  return (await caller.call('GET', `/api/v1/webhooks/${id}/events/${uuid}`)).json().attempts as Answer[];
}

const HEADERS = { 'x-request-id': 'r1', 'set-cookie': '(not shown)', 'x-echo': 'Bearer (not shown)' };

test('an explanation tells where the time of each attempt went, and what the endpoint said, without secrets', async () => {
  const id = await webhook();
  const uuid = await captured();
  await delivered(id, uuid, 1);
  await delivered(id, uuid, 2);
  const [second, first] = await attempts(id, uuid);
  const { dns_ms: dns, connect_ms: connect, tls_ms: tls, first_byte_ms: firstByte, duration_ms: total } = first!;
  expect([dns, connect, tls].map((ms) => ms >= 0 && ms < firstByte)).toEqual([true, true, true]);
  expect(firstByte).toBeGreaterThan(SLOW_MS - 5);
  expect(dns + connect + tls + firstByte).toBeLessThanOrEqual(total);
  expect(second).toMatchObject({ dns_ms: null, connect_ms: null, tls_ms: null, first_byte_ms: expect.any(Number) });
  for (const { response_headers: headers } of [first!, second!]) {
    expect(headers).toMatchObject(HEADERS);
    expect(Object.keys(headers)).toEqual(expect.arrayContaining(['date', 'connection']));
  }
  const stored = await clickhouse.ch.rows({ sql: 'SELECT * FROM delivery_attempts' });
  expect(stored).toHaveLength(2);
  expect(JSON.stringify(stored)).not.toMatch(/hunter2|session=1/);
});

test('a connection that was refused has no phases, and no headers', async () => {
  const id = await webhook({ url: 'https://127.0.0.1:9/' });
  const uuid = await captured();
  await delivered(id, uuid, 1);
  expect(await attempts(id, uuid)).toMatchObject([
    {
      ...{ status_code: null, error: { code: 'connection_refused' }, response_headers: {} },
      ...{ dns_ms: null, connect_ms: null, tls_ms: null, first_byte_ms: null },
    },
  ]);
});

test('a test tells the same', async () => {
  const answer = (await caller.call('POST', `/api/v1/webhooks/${await webhook()}/test`)).json();
  expect(answer).toMatchObject({ delivered: true, response_headers: HEADERS, response_body: 'I got (not shown)' });
  expect(answer.first_byte_ms).toBeGreaterThan(SLOW_MS - 5);
  expect(answer.first_byte_ms).toBeLessThanOrEqual(answer.duration_ms);
});
