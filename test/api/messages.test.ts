import { randomUUID } from 'node:crypto';
import type { LightMyRequestResponse } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createdId, startApi, WEBHOOK, type ApiFixture, type Caller } from './fixtures.ts';

let api: ApiFixture;
let caller: Caller;
let webhookId: string;
let url: string;

beforeAll(async () => {
  api = await startApi({ now: () => new Date() });
});
afterAll(() => api.stop());
beforeEach(async () => {
  caller = await api.newCaller();
  webhookId = await createdId(caller, '/api/v1/webhooks', { ...WEBHOOK, source: 'messages' });
  url = `/api/v1/webhooks/${webhookId}/messages`;
});

function send(body: unknown, key?: string): Promise<LightMyRequestResponse> {
  return api.app.inject({
    ...{ method: 'POST', url, payload: body as object },
    headers: { authorization: `Bearer ${caller.key}`, ...(key === undefined ? {} : { 'idempotency-key': key }) },
  });
}

describe('a message', () => {
  test('is stored when it is answered, once for a key, and can be followed and listed', async () => {
    const body = { event_type: 'invoice.paid', payload: { amount: 12, lines: [null] } };
    const first = await send(body, 'k1');
    const { id } = first.json<{ id: string }>();
    expect([first.statusCode, first.json()]).toMatchObject([
      202,
      { state: 'waiting', attempts: 0, event_type: 'invoice.paid', idempotency_key: 'k1', last_error_code: null },
    ]);
    expect((await send(body, 'k1')).json()).toMatchObject({ id });
    const at = [await send(body, 'k2'), await send(body)].map((answer) => answer.json<{ id: string }>().id);
    expect(new Set([id, ...at]).size).toBe(3);

    api.events.messages.set(id, {
      ...{ attempts: 3, outcome: 'parked', nextAttemptAt: new Date(0), statusCode: 500, errorCode: 'http_500' },
    });
    expect((await caller.call('GET', `${url}/${id}`)).json()).toMatchObject({
      ...{ id, state: 'parked', attempts: 3, next_attempt_at: '1970-01-01T00:00:00.000Z', last_status_code: 500 },
      ...{ payload: { amount: 12, lines: [null] }, delivery_attempts: [] },
    });
    const page = await caller.call('GET', `${url}?limit=2`);
    const rest = await caller.call('GET', `${url}?limit=2&cursor=${String(page.json().next_cursor)}`);
    expect([...page.json().items, ...rest.json().items].map((one: { id: string }) => one.id).sort()).toEqual(
      [id, ...at].sort(),
    );
  });

  test('another body with a key is refused, and the same key at another webhook is another message', async () => {
    const { id } = (await send({ event_type: 'a', payload: 1 }, 'k')).json<{ id: string }>();
    for (const body of [
      { event_type: 'a', payload: 2 },
      { event_type: 'b', payload: 1 },
      { event_type: 'a', payload: 1, ttl_seconds: 60 },
    ]) {
      expect([(await send(body, 'k')).statusCode, (await send(body, 'k')).json().code]).toEqual([
        422,
        'idempotency_key_reused',
      ]);
    }
    url = `/api/v1/webhooks/${await createdId(caller, '/api/v1/webhooks', WEBHOOK)}/messages`;
    expect((await send({ event_type: 'a', payload: 2 }, 'k')).json().id).not.toBe(id);
  });

  test('sent many times at once with one key is one', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => send({ event_type: 'a', payload: 'x' }, 'same')));
    expect(new Set(answers.map((answer) => answer.json<{ id: string }>().id)).size).toBe(1);
    expect(answers.every(({ statusCode }) => statusCode === 202)).toBe(true);
  });

  test.each([
    ['no payload', { event_type: 'a' }, 'validation_failed'],
    ['a type with spaces', { event_type: 'a b', payload: 1 }, 'validation_failed'],
    ['too much', { event_type: 'a', payload: 'x'.repeat(262_144) }, 'message_too_large'],
    ['no time', { event_type: 'a', payload: 1, ttl_seconds: 1 }, 'validation_failed'],
  ])('is refused: %s', async (_name, body, code) => {
    const answer = await send(body);
    expect([answer.statusCode, answer.json()]).toMatchObject([422, { code, remedy: expect.any(String) }]);
    expect((await caller.call('GET', url)).json().items).toEqual([]);
  });

  test('is answered once it is stored, whether ClickHouse is there or not', async () => {
    const away = jest.spyOn(api.events, 'messageStates').mockRejectedValue(new Error('ClickHouse is away'));
    const answer = await send({ event_type: 'a', payload: 1 });
    away.mockRestore();
    expect([answer.statusCode, answer.json()]).toMatchObject([202, { state: 'waiting', attempts: 0 }]);
    expect((await caller.call('GET', url)).json().items).toMatchObject([{ id: answer.json().id }]);
  });

  test('cannot take the place of an operational event', async () => {
    webhookId = await createdId(caller, '/api/v1/webhooks', { ...WEBHOOK, source: 'operations' });
    url = `/api/v1/webhooks/${webhookId}/messages`;
    const body = { event_type: 'destination.gone', payload: {} };
    const refused = await send(body, 'sluice:health/1');
    expect([refused.statusCode, refused.json().code]).toEqual([422, 'validation_failed']);
    expect((await send(body, 'my-sluice:health/1')).statusCode).toBe(202);
  });

  test('is held while its webhook is paused, and expires', async () => {
    await caller.call('POST', `/api/v1/webhooks/${webhookId}/pause`);
    const { id } = (await send({ event_type: 'a', payload: null })).json<{ id: string }>();
    expect((await caller.call('GET', `${url}/${id}`)).json()).toMatchObject({ state: 'held', payload: null });
    await api.store.db.kysely
      .updateTable('webhookMessages')
      .set({ expiresAt: new Date(0) })
      .where('id', '=', id)
      .execute();
    expect((await caller.call('GET', `${url}/${id}`)).json()).toMatchObject({ state: 'expired' });
  });

  test('of another webhook or nobody is not found', async () => {
    const { id } = (await send({ event_type: 'a', payload: 1 })).json<{ id: string }>();
    const other = await createdId(caller, '/api/v1/webhooks', WEBHOOK);
    for (const path of [`/api/v1/webhooks/${other}/messages/${id}`, `${url}/${randomUUID()}`]) {
      const answer = await caller.call('GET', path);
      expect([answer.statusCode, answer.json().code]).toEqual([404, 'message_not_found']);
    }
  });
});

test('a webhook for messages says so', async () => {
  expect((await caller.call('GET', `/api/v1/webhooks/${webhookId}`)).json()).toMatchObject({ source: 'messages' });
});
