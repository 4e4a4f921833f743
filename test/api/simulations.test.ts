import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { previewWebhook } from '../../activities/preview-webhook.ts';
import { simulateWebhook } from '../../activities/simulate-webhook.ts';
import { nowMicros } from '../../clickhouse/tail.ts';
import { MICROS_PER_MS } from '../../core/time.ts';
import { insertAt } from '../clickhouse/events.ts';
import { startTestClickHouse, type TestClickHouse } from '../clickhouse/server.ts';
import { createdId, startApi, WEBHOOK, type ApiFixture, type Caller } from './fixtures.ts';

let api: ApiFixture;
let clickhouse: TestClickHouse;
let caller: Caller;
let now: number;
let held: Promise<void> | undefined;

beforeAll(async () => {
  clickhouse = await startTestClickHouse();
  now = await nowMicros(clickhouse.ch);
  api = await startApi({
    now: () => new Date(now / MICROS_PER_MS),
    simulateWebhook: async (request) => {
      await held;
      return simulateWebhook({ ...api.store, clickhouse: clickhouse.ch }, request);
    },
    previewWebhook: (request) => previewWebhook({ clickhouse: clickhouse.ch }, request),
  });
  api.events.clockMicros = now;
}, 60_000);
afterAll(async () => {
  await api.stop();
  await clickhouse.stop();
});
beforeEach(async () => {
  caller = await api.newCaller();
  held = undefined;
});

/** One each, a second apart, the first the oldest; the last a second ago. */
async function captured(events: readonly { event: string; properties?: string }[]): Promise<string[]> {
  const rows = events.map(({ event, properties = '{}' }, index) => ({
    ...{ teamId: caller.teamId, uuid: randomUUID(), event, propertiesJson: properties },
    insertedAtMicros: now - (events.length - index) * 1_000 * MICROS_PER_MS,
  }));
  await insertAt(clickhouse.ch, rows);
  return rows.map(({ uuid }) => uuid);
}

interface Answer {
  captured: number;
  matched_before: number;
  ceases: { count: number; events: { uuid: string }[] };
  request: unknown[];
  payloads: { examples: { differences: unknown[] }[] };
  /** Of a refusal. */
  status?: number;
}

async function simulate(id: string, change: unknown, more: Record<string, unknown> = {}): Promise<Answer> {
  return (await caller.call('POST', `/api/v1/webhooks/${id}/simulate`, { change, ...more })).json<Answer>();
}

test('a mask is simulated over the events that are examined', async () => {
  const id = await createdId(caller, '/api/v1/webhooks', WEBHOOK);
  await captured(
    Array.from({ length: 6 }, (_, index) => ({ event: 'signup', properties: `{"n":${String(index % 2)}}` })),
  );
  const mask = { every_seconds: 4, by: { path: ['n'] } };
  // A second apart, so three of one value span four seconds.
  expect(await simulate(id, { mask })).toMatchObject({ matched_after: 6, masked_before: 0, masked_after: 2 });
  await caller.call('PATCH', `/api/v1/webhooks/${id}`, { mask: { ...mask, every_seconds: 5 } });
  expect(await simulate(id, { mask: null })).toMatchObject({ masked_before: 4, masked_after: 0 });
});

describe('a changed filter', () => {
  test('says which events begin and cease to match', async () => {
    const id = await createdId(caller, '/api/v1/webhooks', WEBHOOK);
    const [free, , order, pro] = await captured([
      { event: 'signup', properties: '{"plan":"free"}' },
      { event: 'page' },
      { event: 'order', properties: '{"plan":"pro"}' },
      { event: 'signup', properties: '{"plan":"pro"}' },
    ]);
    const properties = [{ key: 'plan', source: 'event', operator: 'exact', value: 'pro' }];
    const answer = await simulate(id, { events: ['signup', 'order'], properties });
    expect(answer).toMatchObject({
      ...{ captured: 4, matched_before: 2, matched_after: 2, request: [] },
      begins: { count: 1, events: [{ uuid: order, event: 'order', distinct_id: 'user-1' }] },
      ceases: { count: 1, events: [{ uuid: free }] },
      payloads: { compared: 1, changed: 0, examples: [] },
      failed: { count: 0, examples: [] },
    });
    expect(JSON.stringify(answer)).not.toContain(pro);
  });

  test('is looked at in the newest events and the range only, each event once, and in no other team', async () => {
    const id = await createdId(caller, '/api/v1/webhooks', WEBHOOK);
    const uuids = await captured(Array.from({ length: 30 }, () => ({ event: 'signup' })));
    const again = { teamId: caller.teamId, uuid: uuids[29]!, event: 'signup', insertedAtMicros: now - 5_000 };
    await insertAt(clickhouse.ch, [again]);
    const all = { events: ['nothing'] };
    const ten = await simulate(id, all, { last: 10 });
    expect([ten.matched_before, ten.ceases.count, ten.ceases.events[0]?.uuid]).toEqual([9, 9, uuids[29]]);
    expect(ten.captured).toBe(10);
    const whole = await simulate(id, all);
    expect([whole.captured, whole.ceases.count, whole.ceases.events.length]).toEqual([31, 30, 20]);
    const from = new Date(now / MICROS_PER_MS - 5_500).toISOString();
    expect(await simulate(id, all, { from })).toMatchObject({ captured: 6, ceases: { count: 5 } });
    const stranger = await api.newCaller();
    const theirs = await createdId(stranger, '/api/v1/webhooks', { ...WEBHOOK, events: undefined });
    const seen = await stranger.call('POST', `/api/v1/webhooks/${theirs}/simulate`, { change: all });
    expect(seen.json()).toMatchObject({ captured: 0, matched_before: 0 });
  });
});

describe('a changed payload', () => {
  test('is compared place by place, with what cannot be rendered', async () => {
    const template = { n: '{{ event.properties.n }}', same: '{{ event.name }}' };
    const id = await createdId(caller, '/api/v1/webhooks', { ...WEBHOOK, payload: { template } });
    const many = '{"n":9,"many":30000000}';
    const [first, second, third] = await captured([
      { event: 'signup', properties: '{"n":9007199254740993}' },
      { event: 'signup', properties: '{"n":1}' },
      { event: 'signup', properties: many },
    ]);
    const changed = {
      n: '{{ event.properties.n | plus: 0 }}',
      same: '{{ event.name }}',
      t: '{% for i in (1..event.properties.many) %}x{% endfor %}',
    };
    const answer = await simulate(id, { payload: { template: changed } });
    expect(answer).toMatchObject({
      ...{ matched_before: 3, matched_after: 3, begins: { count: 0 } },
      payloads: { compared: 2, changed: 2, examples: [{ uuid: second }, { uuid: first }] },
      failed: { count: 1, examples: [{ uuid: third, code: 'template_failed' }] },
    });
    expect(answer.payloads.examples[1]?.differences).toEqual([
      { path: '/n', before: '9007199254740993', after: '"9007199254740992"' },
      { path: '/t', before: null, after: '""' },
    ]);
    expect(answer.request).toEqual([]);
  });

  test('tells what changes beside the body, without secrets', async () => {
    const inputs = { routing_key: 'pagerdutykey0000000000000000abcd' };
    const id = await createdId(caller, '/api/v1/webhooks', { name: 'Alerts', kind: 'pagerduty', inputs });
    await captured([{ event: '$exception' }]);
    const change = { inputs: { region: 'eu', severity: 'info', routing_key: 'anotherkey00000000000000000abcde' } };
    const answer = await simulate(id, change);
    expect(answer).toMatchObject({
      request: [
        { part: 'url', before: expect.stringContaining('events.pagerduty'), after: expect.stringContaining('.eu.') },
      ],
      payloads: {
        changed: 1,
        examples: [{ differences: [{ path: '/payload/severity', before: '"error"', after: '"info"' }] }],
      },
    });
    expect(JSON.stringify(answer)).not.toMatch(/pagerdutykey|anotherkey/);
  });
});

test('changes nothing, and refuses what a change would be refused for', async () => {
  const id = await createdId(caller, '/api/v1/webhooks', WEBHOOK);
  const url = `/api/v1/webhooks/${id}`;
  const before = (await caller.call('GET', url)).json();
  const calls = api.controlPlane.calls.length;
  await simulate(id, { name: 'Other', events: null, timeout_ms: 2_000 });
  expect((await caller.call('GET', url)).json()).toEqual(before);
  expect(api.controlPlane.calls).toHaveLength(calls);
  const refused = await Promise.all([
    caller.call('POST', `${url}/simulate`, { change: { url: 'http://10.0.0.1/' } }),
    caller.call('POST', `${url}/simulate`, { change: { nothing: 1 } }),
    caller.call('POST', `${url}/simulate`, {
      change: { batch: { max_events: 10 }, payload: { template: 'x', content_type: 'text/plain' } },
    }),
    caller.call('POST', `${url}/simulate`, { change: {}, last: 1_001 }),
    caller.call('POST', `${url}/simulate`, { change: {}, from: '2026-01-01T00:00:00Z', to: '2026-01-01T00:00:00Z' }),
    caller.call('POST', `${url}/simulate`, { change: {}, from: '2025-01-01T00:00:00Z', to: '2026-01-01T00:00:00Z' }),
  ]);
  expect(refused.map((answer) => [answer.statusCode, answer.json().field])).toEqual([
    [422, 'url'],
    [422, 'change.nothing'],
    [422, 'batch'],
    [422, 'last'],
    [422, 'to'],
    [422, 'from'],
  ]);
});

test('one at a time for a team', async () => {
  const id = await createdId(caller, '/api/v1/webhooks', WEBHOOK);
  let release: () => void = () => undefined;
  held = new Promise((resolve) => {
    release = resolve;
  });
  const both = [simulate(id, {}), simulate(id, {})];
  expect(await Promise.race(both)).toMatchObject({ status: 429, code: 'simulation_busy' });
  release();
  expect((await Promise.all(both)).map(({ captured: seen, status }) => status ?? seen)).toEqual(
    expect.arrayContaining([0, 429]),
  );
});

describe('a webhook that does not exist yet', () => {
  interface Preview {
    event: { uuid: string; event: string; inserted_at: string | null };
    example_because: string | null;
    request: { url: string; headers: Record<string, string>; body: string; refusal: { code: string } | null };
  }
  const preview = async (body: unknown): Promise<Preview> =>
    (await caller.call('POST', '/api/v1/webhooks/preview', body)).json<Preview>();

  test('shows the newest event that it takes, as it would send it, and stores nothing', async () => {
    const [, pro, , again] = await captured([
      { event: 'order', properties: '{"total":1}' },
      { event: 'order', properties: '{"total":9007199254740993}' },
      { event: 'order', properties: '{"total":2}' },
      { event: 'page' },
    ]);
    // It was captured before: only its first arrival is sent.
    await insertAt(clickhouse.ch, [
      { teamId: caller.teamId, uuid: again!, event: 'order', propertiesJson: '{"total":8}', insertedAtMicros: now - 5 },
    ]);
    const calls = api.controlPlane.calls.length;
    const answer = await preview({
      ...{ url: WEBHOOK.url, events: ['order'], headers: { 'x-key': 'hunter2' } },
      properties: [{ key: 'total', source: 'event', operator: 'gte', value: 3 }],
      payload: { template: { sum: '{{ event.properties.total }}' } },
    });
    expect(answer).toMatchObject({
      ...{ example_because: null, event: { uuid: pro, event: 'order', inserted_at: expect.any(String) } },
      request: { method: 'POST', url: WEBHOOK.url, body: '{"sum":9007199254740993}', refusal: null },
    });
    expect(answer.request.headers).toMatchObject({
      ...{ 'content-type': 'application/json', 'webhook-id': expect.stringMatching(/^msg_/) },
      ...{ 'x-key': '(not shown)', 'webhook-signature': '(not shown)' },
    });
    expect(JSON.stringify(answer)).not.toMatch(/hunter2|whsec_/);
    expect((await caller.call('GET', '/api/v1/webhooks')).json().items).toEqual([]);
    expect((await caller.call('GET', '/api/v1/audit-log')).json().items).toEqual([]);
    expect(api.controlPlane.calls).toHaveLength(calls);
  });

  test('shows an example where there is none, and says why', async () => {
    await captured([{ event: 'page' }]);
    expect(await preview({ ...WEBHOOK })).toMatchObject({
      ...{ example_because: 'none_matches', event: { event: 'signup', inserted_at: null } },
      request: { body: expect.stringContaining('"type":"signup"') },
    });
    const messages = { url: WEBHOOK.url, source: 'messages' };
    expect(await preview(messages)).toMatchObject({ example_because: 'takes_no_events' });
    const inputs = { routing_key: 'pagerdutykey0000000000000000abcd' };
    const vendor = await preview({ kind: 'pagerduty', inputs });
    expect(vendor.request).toMatchObject({ url: expect.stringContaining('pagerduty.com'), refusal: null });
    expect(JSON.stringify(vendor)).not.toContain(inputs.routing_key);
  });

  test('is refused for what it would be refused for when it is created', async () => {
    const answers = await Promise.all(
      [{ url: 'http://10.0.0.1/' }, {}, { url: WEBHOOK.url, payload: { template: '{{ broken' } }].map((body) =>
        caller.call('POST', '/api/v1/webhooks/preview', body),
      ),
    );
    expect(answers.map((answer) => [answer.statusCode, answer.json().field])).toEqual([
      [422, 'url'],
      [422, 'url'],
      [422, 'payload'],
    ]);
  });
});
