import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { microsOf } from '../../core/time.ts';
import { noteLost, saveLogEnd } from '../../store/log-ends.ts';
import { setHealth } from '../../store/endpoint-state.ts';
import { readCursors } from '../../store/delivery.ts';
import { openDestinationConfig } from '../../store/destinations.ts';
import { createdId, NOW, startApi, WEBHOOK, type ApiFixture, type Caller } from './fixtures.ts';

let api: ApiFixture;
let caller: Caller;

beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());
beforeEach(async () => {
  caller = await api.newCaller();
  api.controlPlane.calls = [];
});

describe('a webhook', () => {
  test('is filtered by properties, and null removes that', async () => {
    const properties = [{ key: 'plan', source: 'event', operator: 'is_not', value: 'free' }];
    const id = await createdId(caller, '/api/v1/webhooks', { ...WEBHOOK, properties });
    const url = `/api/v1/webhooks/${id}`;
    expect((await caller.call('GET', url)).json()).toMatchObject({ properties });
    expect((await caller.call('PATCH', url, { timeout_ms: 2_000 })).json()).toMatchObject({ properties });
    expect((await caller.call('PATCH', url, { properties: null })).json()).toMatchObject({ properties: null });
    const refused = await caller.call('PATCH', url, {
      properties: [{ ...properties[0], operator: 'regex', value: '(' }],
    });
    expect([refused.statusCode, refused.json().field]).toEqual([422, 'properties.0.value']);
  });

  test('has no statistics of its history while Temporal is away, and says when to ask again', async () => {
    const id = await createdId(caller, '/api/v1/webhooks', WEBHOOK);
    api.controlPlane.failure = new Error('14 UNAVAILABLE');
    const refused = await caller.call('GET', `/api/v1/stats/${id}`);
    expect([refused.statusCode, refused.json().code]).toEqual([503, 'control_plane_unavailable']);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect((await caller.call('GET', `/api/v1/stats/${id}`)).statusCode).toBe(200);
  });

  test('takes a sample, thresholds of its health, a time to live and limits of its requests and retries', async () => {
    const thresholds = { health_thresholds: { consecutive_failures: 3 }, ttl_seconds: 3_600 };
    const timeouts = { connect_timeout_ms: 1_000, headers_timeout_ms: 2_000 };
    const limits = { ...timeouts, max_open_retries: 0, max_retry_after_seconds: 60 };
    const rules = { sample: { percent: 12.5, by: 'person' }, ...thresholds, ...limits };
    const id = await createdId(caller, '/api/v1/webhooks', { ...WEBHOOK, ...rules, sample: { percent: 12.5 } });
    const url = `/api/v1/webhooks/${id}`;
    expect((await caller.call('GET', url)).json()).toMatchObject(rules);
    expect(await openDestinationConfig(api.store.db, api.store.box, id)).toMatchObject({
      ...{ sample: { percent: 12.5, by: 'person' }, healthThresholds: { consecutiveFailures: 3 } },
      ...{ ttlSeconds: 3_600, connectTimeoutMs: 1_000, headersTimeoutMs: 2_000 },
      ...{ maxOpenRetries: 0, maxRetryAfterSeconds: 60 },
    });
    const removed = Object.fromEntries(Object.keys(rules).map((field) => [field, null]));
    expect((await caller.call('PATCH', url, removed)).json()).toMatchObject(removed);
    const refused = await caller.call('PATCH', url, { sample: { percent: 101 } });
    expect([refused.statusCode, refused.json().field]).toEqual([422, 'sample.percent']);
  });

  test('takes a mask by person, distinct id or property', async () => {
    const id = await createdId(caller, '/api/v1/webhooks', { ...WEBHOOK, mask: { every_seconds: 60 } });
    const url = `/api/v1/webhooks/${id}`;
    expect((await caller.call('GET', url)).json()).toMatchObject({ mask: { every_seconds: 60, by: 'person' } });
    const by = { source: 'event', path: ['order', 'id'] };
    const changed = await caller.call('PATCH', url, { mask: { every_seconds: 86_400, by: { path: by.path } } });
    expect(changed.json()).toMatchObject({ mask: { every_seconds: 86_400, by } });
    expect(await openDestinationConfig(api.store.db, api.store.box, id)).toMatchObject({
      mask: { everySeconds: 86_400, by },
    });
    const refused = await caller.call('PATCH', url, { mask: { every_seconds: 0 } });
    expect([refused.statusCode, refused.json().field]).toEqual([422, 'mask.every_seconds']);
    expect((await caller.call('PATCH', url, { mask: null })).json()).toMatchObject({ mask: null });
  });

  test('has the body that PostHog sent, instead of another', async () => {
    const posthog_body = { format: 'action', message: '[event] by [person]' };
    const id = await createdId(caller, '/api/v1/webhooks', { ...WEBHOOK, posthog_body });
    const url = `/api/v1/webhooks/${id}`;
    expect((await caller.call('GET', url)).json()).toMatchObject({ posthog_body, payload: null });
    const refused = await caller.call('PATCH', url, { payload: { template: { a: 1 } } });
    expect([refused.statusCode, refused.json().field]).toEqual([422, 'posthog_body']);
    expect((await caller.call('PATCH', url, { posthog_body: null })).json()).toMatchObject({ posthog_body: null });
  });

  test('takes batches, of JSON only', async () => {
    const id = await createdId(caller, '/api/v1/webhooks', { ...WEBHOOK, batch: { max_events: 100 } });
    const url = `/api/v1/webhooks/${id}`;
    const batch = { max_events: 100, max_wait_seconds: 5, max_bytes: 1_048_576 };
    expect((await caller.call('GET', url)).json()).toMatchObject({ batch });
    const payload = { content_type: 'text/plain', template: '{{ event.name }}' };
    const refused = await caller.call('PATCH', url, { payload });
    expect([refused.statusCode, refused.json().field]).toEqual([422, 'batch']);
    expect((await caller.call('PATCH', url, { payload, batch: null })).json()).toMatchObject({ payload, batch: null });
  });

  test('sends a body of its own, and a wrong template is refused with its place', async () => {
    const payload = { content_type: 'application/json', template: { text: '{{ event.name }}' } };
    const id = await createdId(caller, '/api/v1/webhooks', { ...WEBHOOK, method: 'PUT', payload });
    const url = `/api/v1/webhooks/${id}`;
    expect((await caller.call('GET', url)).json()).toMatchObject({ method: 'PUT', payload });
    expect((await caller.call('PATCH', url, { timeout_ms: 2_000 })).json()).toMatchObject({ payload });
    const template = { nested: ['{{ event.name | shell }}'] };
    const refused = await caller.call('PATCH', url, { payload: { template } });
    expect([refused.statusCode, refused.json()]).toMatchObject([
      422,
      { code: 'webhook_template_invalid', field: 'payload', detail: expect.stringContaining('/nested/0') },
    ]);
    expect((await caller.call('PATCH', url, { payload: null })).json()).toMatchObject({ payload: null, method: 'PUT' });
  });

  test('is created, changed, paused, resumed and deleted, and Temporal hears of each', async () => {
    const id = await createdId(caller, '/api/v1/webhooks', WEBHOOK);
    const url = `/api/v1/webhooks/${id}`;
    expect((await caller.call('GET', url)).json()).toMatchObject({
      ...WEBHOOK,
      status: 'active',
      exclude_events: null,
      headers: { configured: false },
      timeout_ms: 15_000,
      max_concurrency: 16,
      rate_limit_per_second: null,
      retry_schedule_ms: null,
      version: 1,
    });
    const patch = { events: null, timeout_ms: 1_000, rate_limit_per_second: 2.5, headers: { 'X-Token': 'hunter2' } };
    expect((await caller.call('PATCH', url, patch)).json()).toMatchObject({
      events: null,
      timeout_ms: 1_000,
      rate_limit_per_second: 2.5,
      headers: { configured: true },
      version: 2,
    });
    expect((await caller.call('POST', `${url}/pause`)).json()).toMatchObject({
      status: 'paused',
      undelivered: { open_retries: 0, waiting_events: expect.any(Number), parked: expect.any(Number) },
    });
    expect((await caller.call('POST', `${url}/resume`)).json()).toMatchObject({ status: 'active' });
    expect((await caller.call('DELETE', url)).json()).toMatchObject({ webhook_id: id, state: 'deleted' });
    expect((await caller.call('GET', url)).json()).toMatchObject({ status: 404, code: 'webhook_not_found' });
    expect(api.controlPlane.calls).toEqual(
      ['created', 'updated', 'paused', 'resumed', 'deleted'].map((change) => [
        'destinationChanged',
        { destinationId: id, teamId: caller.teamId, name: 'Hook', change },
      ]),
    );
  });

  test("begins at the clock that stamps events, and not at the database's", async () => {
    const id = await createdId(caller, '/api/v1/webhooks', WEBHOOK);
    const cursors = await readCursors(api.store.db, [id]);
    expect(cursors.get(id)).toEqual({ positionMicros: api.events.clockMicros, afterUuid: null });
  });

  test('is stored as delivery reads it', async () => {
    const id = await createdId(caller, '/api/v1/webhooks', {
      ...WEBHOOK,
      exclude_events: ['noise'],
      headers: { Authorization: 'Basic x' },
      retry_schedule_ms: [1_000],
      max_concurrency: 2,
    });
    expect(await openDestinationConfig(api.store.db, api.store.box, id)).toEqual({
      url: WEBHOOK.url,
      events: ['signup'],
      excludeEvents: ['noise'],
      method: 'POST',
      headers: { authorization: 'Basic x' },
      source: 'events',
      timeoutMs: 15_000,
      maxConcurrency: 2,
      retryScheduleMs: [1_000],
      secret: expect.stringMatching(/^whsec_/),
    });
  });

  test('is not kept when Temporal does not take it', async () => {
    api.controlPlane.failure = new Error('14 UNAVAILABLE');
    expect((await caller.call('POST', '/api/v1/webhooks', WEBHOOK)).statusCode).toBe(503);
    expect((await caller.call('GET', '/api/v1/webhooks')).json().items).toEqual([]);
  });

  test.each([
    [{ url: 'http://10.0.0.1/' }, 'url', 'webhook_url_invalid'],
    [{ url: 'http://[::ffff:127.0.0.1]/' }, 'url', 'webhook_url_invalid'],
    [{ url: 'nonsense' }, 'url', 'webhook_url_invalid'],
    [{ url: undefined }, 'url', 'validation_failed'],
    [{ secret: 'short' }, 'secret', 'webhook_secret_invalid'],
    [{ headers: { host: 'x' } }, 'headers', 'webhook_header_invalid'],
    [{ headers: { a: 'b\r\nc: d' } }, 'headers', 'webhook_header_invalid'],
    [{ timeout_ms: 30_001 }, 'timeout_ms', 'validation_failed'],
    [{ max_concurrency: 0 }, 'max_concurrency', 'validation_failed'],
    [{ retry_schedule_ms: [1] }, 'retry_schedule_ms.0', 'validation_failed'],
    [{ connect_timeout_ms: 99 }, 'connect_timeout_ms', 'validation_failed'],
    [{ headers_timeout_ms: 30_001 }, 'headers_timeout_ms', 'validation_failed'],
    [{ max_open_retries: -1 }, 'max_open_retries', 'validation_failed'],
    [{ max_retry_after_seconds: 86_401 }, 'max_retry_after_seconds', 'validation_failed'],
    [{ secrets: [] }, 'secrets', 'validation_failed'],
  ])('is refused with %j', async (change, field, code) => {
    const response = await caller.call('POST', '/api/v1/webhooks', { ...WEBHOOK, ...change });
    expect([response.statusCode, response.json()]).toEqual([422, expect.objectContaining({ code, field })]);
    expect((await caller.call('GET', '/api/v1/webhooks')).json().items).toEqual([]);
    expect(api.controlPlane.calls).toEqual([]);
  });
});

test('the secret is shown at creation and by asking for it, nowhere else', async () => {
  const created = await caller.call('POST', '/api/v1/webhooks', {
    ...WEBHOOK,
    headers: { 'x-token': 'hunter2-header' },
  });
  const { id, secret } = created.json();
  expect(secret).toMatch(/^whsec_/);
  const url = `/api/v1/webhooks/${id}`;
  expect((await caller.call('POST', `${url}/secret`)).json()).toEqual({ secret, public_key: null, previous: [] });
  const answers = [
    await caller.call('GET', url),
    await caller.call('GET', '/api/v1/webhooks'),
    await caller.call('PATCH', url, { secret }),
    await caller.call('POST', `${url}/pause`),
    await caller.call('GET', `${url}/state`),
  ];
  expect(answers.map((answer) => answer.statusCode)).toEqual([200, 200, 200, 200, 200]);
  expect(answers.filter((answer) => answer.body.includes(secret) || answer.body.includes('hunter2'))).toEqual([]);
  expect(api.logged()).not.toContain(secret);
  expect(JSON.stringify(api.controlPlane.calls)).not.toContain(secret);
});

describe('authentication to the endpoint', () => {
  const OAUTH2 = {
    type: 'oauth2',
    token_url: 'https://id.example.com/token',
    client_id: 'sluice',
    client_secret: 'hunter2',
    scope: 'events',
  };

  test('is stored sealed and shown by its type alone', async () => {
    const id = await createdId(caller, '/api/v1/webhooks', { ...WEBHOOK, authentication: OAUTH2 });
    const url = `/api/v1/webhooks/${id}`;
    const shown = await caller.call('GET', url);
    expect(shown.json()).toMatchObject({
      authentication: { type: 'oauth2' },
      client_certificate: { configured: false },
    });
    expect(shown.body).not.toContain('hunter2');
    const { client_secret: clientSecret, client_id: clientId, token_url: tokenUrl, type, scope } = OAUTH2;
    expect(await openDestinationConfig(api.store.db, api.store.box, id)).toMatchObject({
      authentication: { type, clientId, clientSecret, tokenUrl, scope, sendIn: 'header' },
    });
    const row = await api.store.db.kysely.selectFrom('destinations').selectAll().where('id', '=', id).execute();
    expect(JSON.stringify(row)).not.toContain('hunter2');
    const basic = { type: 'basic', username: 'u', password: 'p:w' };
    expect((await caller.call('PATCH', url, { authentication: basic })).json().authentication).toEqual({
      type: 'basic',
    });
    expect((await caller.call('PATCH', url, { authentication: null })).json().authentication).toBeNull();
  });

  test.each([
    [{ authentication: { ...OAUTH2, token_url: 'http://169.254.169.254/' } }, 'authentication.token_url'],
    [{ authentication: { type: 'bearer', token: 'a\r\nb' } }, 'authentication.token'],
    [{ authentication: { type: 'basic', username: 'a:b', password: 'x' } }, 'authentication.username'],
    [{ authentication: { type: 'digest' } }, 'authentication.type'],
    [{ client_certificate: { certificate: 'x', private_key: 'hunter2' } }, 'client_certificate'],
  ])('is refused with %j', async (change, field) => {
    const response = await caller.call('POST', '/api/v1/webhooks', { ...WEBHOOK, ...change });
    expect([response.statusCode, response.json().field]).toEqual([422, field]);
    expect(response.body).not.toContain('hunter2');
  });
});

test('a rotated secret signs on until its overlap ends, unless it leaked', async () => {
  const { id, secret: first } = (await caller.call('POST', '/api/v1/webhooks', WEBHOOK)).json();
  const url = `/api/v1/webhooks/${id}/secret`;
  const second = (await caller.call('POST', `${url}/rotate`, { kind: 'asymmetric', overlap_hours: 2 })).json();
  const until = new Date(NOW.getTime() + 2 * 3_600_000);
  expect(second).toMatchObject({
    secret: expect.stringMatching(/^whsk_/),
    public_key: expect.stringMatching(/^whpk_/),
    previous: [{ valid_until: until.toISOString() }],
  });
  expect(await openDestinationConfig(api.store.db, api.store.box, id)).toMatchObject({
    secret: second.secret,
    previousSecrets: [{ secret: first, validUntilMs: until.getTime() }],
  });
  expect(api.controlPlane.calls.at(-1)).toMatchObject(['destinationChanged', { destinationId: id, change: 'updated' }]);
  const { version, ...third } = (await caller.call('POST', `${url}/rotate`, { overlap_hours: 0 })).json();
  expect(version).toBe(3);
  expect(third).toMatchObject({ secret: expect.stringMatching(/^whsec_/), public_key: null, previous: [] });
  expect((await caller.call('POST', url)).json()).toEqual(third);
  const refused = await caller.call('POST', `${url}/rotate`, { secret: 'short' });
  expect([refused.statusCode, refused.json().code]).toEqual([422, 'webhook_secret_invalid']);
  const row = await api.store.db.kysely.selectFrom('destinations').selectAll().where('id', '=', id).executeTakeFirst();
  expect(JSON.stringify(row)).not.toContain(third.secret);
});

test('a given secret is kept', async () => {
  const secret = `whsec_${Buffer.alloc(24, 3).toString('base64')}`;
  expect((await caller.call('POST', '/api/v1/webhooks', { ...WEBHOOK, secret })).json().secret).toBe(secret);
});

test.each([
  ['POST', '/resume', undefined, 'gone', 'the webhook was resumed'],
  ['PATCH', '', { timeout_ms: 2_000 }, 'paused_auto', 'the webhook was updated'],
] as const)('%s …%s lets a webhook that was given up be tried again', async (method, path, body, health, reason) => {
  const destinationId = await createdId(caller, '/api/v1/webhooks', WEBHOOK);
  const url = `/api/v1/webhooks/${destinationId}`;
  await setHealth(api.store.db, { destinationId, to: health, evidence: {} });
  expect((await caller.call(method, `${url}${path}`, body)).statusCode).toBe(200);
  expect((await caller.call('GET', `${url}/state`)).json()).toMatchObject({
    health: 'recovering',
    transitions: [
      { from: health, to: 'recovering', evidence: { reason } },
      { from: 'healthy', to: health },
    ],
  });
});

describe('activity', () => {
  test('state shows health and its history with evidence', async () => {
    const destinationId = await createdId(caller, '/api/v1/webhooks', WEBHOOK);
    const evidence = { failures: 20 };
    await setHealth(api.store.db, { destinationId, to: 'paused_auto', evidence, nextProbeAt: NOW });
    expect((await caller.call('GET', `/api/v1/webhooks/${destinationId}/state`)).json()).toMatchObject({
      health: 'paused_auto',
      evidence,
      next_probe_at: NOW.toISOString(),
      open_retries: 0,
      transitions: [{ from: 'healthy', to: 'paused_auto', evidence, by: null }],
    });
    await caller.call('POST', `/api/v1/webhooks/${destinationId}/pause`);
    const { transitions } = (await caller.call('GET', `/api/v1/webhooks/${destinationId}/state`)).json();
    expect(transitions[0]).toMatchObject({ from: 'paused_auto', to: 'paused_user', by: { kind: 'key' } });
  });

  test('state and overview say what the event log will soon forget, and the state what it has forgotten', async () => {
    const { db } = api.store;
    const destinationId = await createdId(caller, '/api/v1/webhooks', WEBHOOK);
    const url = `/api/v1/webhooks/${destinationId}`;
    expect((await caller.call('GET', `${url}/state`)).json()).toMatchObject({ near_log_end: null, lost: [] });
    expect((await caller.call('POST', `${url}/pause`)).statusCode).toBe(200);
    const daysAgo = (days: number): Date => new Date(NOW.getTime() - days * 86_400_000);
    const [from, until, waiting] = [daysAgo(31), daysAgo(30), daysAgo(28)];
    const [startMicros, endMicros, waitingMicros] = [microsOf(from), microsOf(until), microsOf(waiting)];
    const range = { startMicros, endMicros };
    await noteLost(db, { destinationId, teamId: caller.teamId, name: 'orders', range, events: 7 });
    await saveLogEnd(db.kysely, destinationId, { toldMicros: endMicros, waitingMicros });
    const waiting_since = waiting.toISOString();
    const kept_until = new Date(waiting.getTime() + 30 * 86_400_000).toISOString();
    expect((await caller.call('GET', `${url}/state`)).json()).toMatchObject({
      near_log_end: { waiting_since, kept_until },
      lost: [{ from: from.toISOString(), until: until.toISOString(), events: 7 }],
    });
    const { attention } = (await caller.call('GET', '/api/v1/overview')).json();
    expect(attention.filter(({ id }: { id: string }) => id === destinationId)).toMatchObject([
      { health: 'paused', reason: expect.stringContaining(kept_until), remedy: expect.stringContaining('Resume') },
    ]);
  });

  test('attempts page from new to old, for this team and webhook', async () => {
    const destinationId = await createdId(caller, '/api/v1/webhooks', WEBHOOK);
    api.events.attempts = [3, 2, 1].map((attempt) => ({
      ...{ teamId: caller.teamId, destinationId, attempt, eventUuid: randomUUID(), webhookId: 'msg_1', via: 'live' },
      attemptedAt: new Date(NOW.getTime() + attempt),
      eventInsertedAtMicros: 1_795_238_400_123_457,
      ...{ outcome: 'failed_attempt' as const, statusCode: 0, errorCode: 'connect_timeout', errorMessage: 'late' },
      ...{ durationMs: 1.5, latencyMs: 2.5, responseBody: '', nextAttemptAt: null },
    }));
    const url = `/api/v1/webhooks/${destinationId}/attempts?limit=2&outcome=failed_attempt`;
    const first = (await caller.call('GET', url)).json();
    expect(first.items.map((item: { attempt: number }) => item.attempt)).toEqual([3, 2]);
    expect(first.items[0]).toMatchObject({
      status_code: null,
      error: { code: 'connect_timeout', message: 'late' },
      event_inserted_at: '2026-11-21T05:20:00.123457Z',
    });
    const second = (await caller.call('GET', `${url}&cursor=${first.next_cursor}`)).json();
    expect(second.items.map((item: { attempt: number }) => item.attempt)).toEqual([1]);
    expect(second.next_cursor).toBeNull();
    expect((await caller.call('GET', `${url}&cursor=x`)).json()).toMatchObject({ status: 422, field: 'cursor' });
  });

  test('stats are those of this team and webhook since a time', async () => {
    const destinationId = await createdId(caller, '/api/v1/webhooks', WEBHOOK);
    const stats = await caller.call('GET', `/api/v1/webhooks/${destinationId}/stats?since=2026-11-21T00:00:00Z`);
    expect(stats.json()).toEqual({ delivered: 3, discarded: 1, attempts: 5, p50_ms: 12.5, p99_ms: null, points: [] });
    const since = new Date('2026-11-21T00:00:00Z');
    expect(api.events.queries.at(-1)).toMatchObject({ teamId: caller.teamId, destinationId, since });
  });
});
