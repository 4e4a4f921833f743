import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { LightMyRequestResponse } from 'fastify';
import { sql } from 'kysely';
import { createApiKey } from '../../store/api-keys.ts';
import { BUCKET, createdId, newExportOf, startApi, WEBHOOK, type ApiFixture, type Caller } from './fixtures.ts';

let api: ApiFixture;
let caller: Caller;

beforeAll(async () => {
  api = await startApi();
  caller = await api.newCaller();
});
afterAll(() => api.stop());

function send(
  method: 'POST' | 'PATCH',
  url: string,
  { body, headers, as = caller }: { body: object; headers: Record<string, string>; as?: Caller },
): Promise<LightMyRequestResponse> {
  const authorization = `Bearer ${as.key}`;
  return api.app.inject({ method, url: `/api/v1${url}`, payload: body, headers: { ...headers, authorization } });
}

describe('a POST with an Idempotency-Key', () => {
  const post = (key: string, body: object = WEBHOOK, as = caller) =>
    send('POST', '/webhooks', { body, headers: { 'idempotency-key': key }, as });
  const webhooks = async (): Promise<number> => (await caller.call('GET', '/api/v1/webhooks')).json().items.length;

  test('is carried out once, and answered alike, the secret too', async () => {
    const before = await webhooks();
    const first = await post('one');
    const second = await post('one');
    expect([first.statusCode, second.statusCode]).toEqual([201, 201]);
    expect(second.body).toBe(first.body);
    expect(first.json().secret).toMatch(/^whsec_/);
    expect([first.headers['idempotent-replayed'], second.headers['idempotent-replayed']]).toEqual([undefined, 'true']);
    expect(await webhooks()).toBe(before + 1);
    const audit = await caller.call('GET', `/api/v1/audit-log?resource_id=${first.json<{ id: string }>().id}`);
    expect(audit.json().items).toHaveLength(1);
    const { rows } = await sql<{ text: string }>`SELECT t::text AS text FROM idempotency_keys t`.execute(
      api.store.db.kysely,
    );
    expect(rows.map(({ text }) => text).join()).not.toContain(Buffer.from('whsec_').toString('hex'));
  });

  test('at the same time, too', async () => {
    const before = await webhooks();
    const answers = await Promise.all(Array.from({ length: 5 }, () => post('together')));
    const statuses = answers.map(({ statusCode }) => statusCode);
    expect(statuses).toContain(201);
    expect(statuses.filter((status) => status !== 201 && status !== 409)).toEqual([]);
    expect(await webhooks()).toBe(before + 1);
  });

  test('belongs to one request, and to one team', async () => {
    await post('mine');
    const other = await post('mine', { ...WEBHOOK, name: 'Another' });
    expect([other.statusCode, other.json().code]).toEqual([422, 'idempotency_key_reused']);
    const stranger = await post('mine', { ...WEBHOOK, name: 'Theirs' }, await api.newCaller());
    expect(stranger.json()).toMatchObject({ name: 'Theirs' });
  });

  test('belongs to one caller: another key of the team does not get what was shown to the first', async () => {
    const scopes = ['hooks'] as const;
    const both = await Promise.all(
      [1, 2].map(() => createApiKey(api.store.db, { teamId: caller.teamId, name: 'zapier', scopes })),
    );
    const body = { target_url: WEBHOOK.url, event: 'a' };
    const headers = { 'idempotency-key': 'hook' };
    const subscribe = (index: number) =>
      send('POST', '/hooks/subscribe', { body, headers, as: { ...caller, key: both[index]?.key ?? '' } });
    const mine = await subscribe(0);
    expect((await subscribe(0)).body).toBe(mine.body);
    const theirs = await subscribe(1);
    expect([theirs.statusCode, theirs.json().code]).toEqual([422, 'idempotency_key_reused']);
  });

  test('leaves the key free when it was refused', async () => {
    const refused = await send('POST', '/exports', {
      body: { name: 'E', interval: 'day', destination_id: '00000000-0000-4000-8000-000000000000' },
      headers: { 'idempotency-key': 'again' },
    });
    expect(refused.statusCode).toBe(422);
    expect((await post('again')).statusCode).toBe(201);
    expect((await post('x'.repeat(256))).json()).toMatchObject({ status: 422, field: 'Idempotency-Key' });
  });

  test('is forgotten after a day', async () => {
    await post('daily');
    await sql`UPDATE idempotency_keys SET created_at = now() - interval '25 hours'`.execute(api.store.db.kysely);
    expect((await post('daily')).headers['idempotent-replayed']).toBeUndefined();
  });
});

test.each([
  ['destinations', () => createdId(caller, '/api/v1/destinations', BUCKET)],
  ['exports', () => newExportOf(caller)],
  ['webhooks', () => createdId(caller, '/api/v1/webhooks', WEBHOOK)],
])('a change of %s is made only to the version that If-Match names', async (resource, make) => {
  const url = `/${resource}/${await make()}`;
  const etag = (await caller.call('GET', `/api/v1${url}`)).headers['etag'] as string;
  expect(etag).toBe('"1"');
  const rename = (name: string, match: string) =>
    send('PATCH', url, { body: { name }, headers: { 'if-match': match } });
  const changed = await rename('First', etag);
  expect([changed.statusCode, changed.headers['etag']]).toEqual([200, '"2"']);
  const late = await rename('Second', etag);
  expect([late.statusCode, late.json()]).toEqual([
    412,
    expect.objectContaining({ code: 'version_changed', remedy: expect.stringContaining('If-Match') }),
  ]);
  expect((await caller.call('GET', `/api/v1${url}`)).json()).toMatchObject({ name: 'First', version: 2 });
  expect((await rename('Third', '*')).statusCode).toBe(200);
  expect((await caller.call('PATCH', `/api/v1${url}`, { name: 'Fourth' })).statusCode).toBe(200);
});

test('a key has so many requests a minute, and is told how long to wait', async () => {
  const strict = await startApi({ requestsPerMinute: 3 });
  try {
    const [one, other] = [await strict.newCaller(), await strict.newCaller()];
    const answers = [];
    for (let request = 0; request < 4; request += 1) {
      answers.push(await one.call('GET', '/api/v1/exports'));
    }
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 429]);
    expect(answers[3]!.json()).toMatchObject({ code: 'rate_limited' });
    expect(Number(answers[3]!.headers['retry-after'])).toBeGreaterThan(0);
    expect((await other.call('GET', '/api/v1/exports')).statusCode).toBe(200);
  } finally {
    await strict.stop();
  }
});
