import { randomUUID } from 'node:crypto';
import type { LightMyRequestResponse } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { ActivityDeps } from '../../activities/deps.ts';
import type { ClickHouse } from '../../clickhouse/client.ts';
import { sampleHook } from '../../activities/hooks.ts';
import { healthChanges } from '../../activities/health-changes.ts';
import { createLogger } from '../../observability/logger.ts';
import { createApiKey } from '../../store/api-keys.ts';
import { setHealth } from '../../store/endpoint-state.ts';
import { removeEndedHooks, removeHook } from '../../store/rest-hooks.ts';
import { startApi, WEBHOOK, type ApiFixture, type Caller } from './fixtures.ts';

const TARGET = WEBHOOK.url;
let api: ApiFixture;
let caller: Caller;
let confirmed = true;
const greeted: string[] = [];

beforeAll(async () => {
  api = await startApi({
    now: () => new Date(),
    greetHook: ({ url }) => {
      greeted.push(url);
      return Promise.resolve({ confirmed, reason: confirmed ? '' : 'it answered 200 without the secret' });
    },
    sampleHook: ({ event, limit }) => Promise.resolve([{ id: 'x', event, limit }]),
  });
});
afterAll(() => api.stop());
beforeEach(async () => {
  caller = await api.newCaller();
});

async function keyWith(
  scopes: readonly ('read' | 'hooks')[],
): Promise<(method: 'GET' | 'POST' | 'DELETE', url: string, body?: object) => Promise<LightMyRequestResponse>> {
  const { key } = await createApiKey(api.store.db, { teamId: caller.teamId, name: 'zapier', scopes });
  return (method, url, payload) =>
    api.app.inject({
      ...{ method, url: `/api/v1${url}`, headers: { authorization: `Bearer ${key}` } },
      ...(payload === undefined ? {} : { payload }),
    });
}

describe('a subscription', () => {
  test('is a signed webhook of its event until it is ended, which may be repeated', async () => {
    const created = await caller.call('POST', '/api/v1/hooks/subscribe', { hookUrl: TARGET, event: 'order placed' });
    expect([created.statusCode, created.json()]).toMatchObject([
      201,
      { event: 'order placed', target_url: TARGET, state: 'active', secret: expect.stringMatching(/^whsec_/) },
    ]);
    const { id } = created.json<{ id: string }>();
    expect((await caller.call('GET', `/api/v1/webhooks/${id}`)).json()).toMatchObject({
      ...{ url: TARGET, events: ['order placed'], status: 'active' },
      payload: { template: { id: '{{ event.uuid }}' } },
    });
    for (let time = 0; time < 2; time += 1) {
      const ended = await caller.call('DELETE', `/api/v1/hooks/${id}`);
      expect([ended.statusCode, ended.json()]).toMatchObject([200, { id, state: 'unsubscribed' }]);
    }
    expect((await caller.call('GET', `/api/v1/webhooks/${id}`)).statusCode).toBe(404);
    expect((await caller.call('GET', '/api/v1/hooks')).json().items).toMatchObject([{ id, state: 'unsubscribed' }]);
    expect(created.body).toContain('whsec_');
    expect((await caller.call('GET', `/api/v1/hooks/${id}`)).body).not.toContain('whsec_');
  });

  test('that is changed as a webhook says where it sends to now, and what', async () => {
    const body = { target_url: TARGET, event: 'a' };
    const { id } = (await caller.call('POST', '/api/v1/hooks/subscribe', body)).json<{ id: string }>();
    const change = async (patch: object): Promise<unknown[]> => {
      expect((await caller.call('PATCH', `/api/v1/webhooks/${id}`, patch)).statusCode).toBe(200);
      const [hook, list] = [await caller.call('GET', `/api/v1/hooks/${id}`), await caller.call('GET', '/api/v1/hooks')];
      return [hook.json(), ...list.json().items];
    };
    const moved = { url: 'https://moved.example.com/h', events: ['b'] };
    const shown = { id, target_url: moved.url, event: 'b', state: 'active' };
    expect(await change(moved)).toMatchObject([shown, shown]);
    expect(await change({ events: ['b', 'c'] })).toMatchObject([
      { ...shown, event: 'a' },
      { ...shown, event: 'a' },
    ]);
    expect(await change({ events: null })).toMatchObject([{ event: 'a' }, { target_url: moved.url }]);
    expect((await caller.call('DELETE', `/api/v1/hooks/${id}`)).json()).toMatchObject({
      ...{ target_url: moved.url, state: 'unsubscribed' },
    });
    const page = await caller.call('GET', '/api/v1/hooks?limit=1');
    expect(page.json()).toMatchObject({ items: [{ id, target_url: moved.url }], next_cursor: null });
  });

  test('ends when the address is gone, and when its time is over', async () => {
    const ids: string[] = [];
    for (const more of [{}, { expires_at: new Date(Date.now() + 60_000).toISOString() }]) {
      const body = { target_url: TARGET, event: 'a', ...more };
      ids.push((await caller.call('POST', '/api/v1/hooks/subscribe', body)).json<{ id: string }>().id);
    }
    const [gone = '', expiring = ''] = ids;
    expect(await removeHook(api.store.db, gone, 'gone')).toBe(true);
    expect(await removeHook(api.store.db, randomUUID(), 'gone')).toBe(false);
    await removeEndedHooks(api.store.db);
    expect((await caller.call('GET', `/api/v1/hooks/${expiring}`)).json()).toMatchObject({ state: 'active' });
    await api.store.db.kysely
      .updateTable('restHooks')
      .set({ expiresAt: new Date() })
      .where('destinationId', '=', expiring)
      .execute();
    expect(await removeEndedHooks(api.store.db)).toBe(1);
    for (const [id, state] of [
      [gone, 'gone'],
      [expiring, 'expired'],
    ]) {
      expect((await caller.call('GET', `/api/v1/hooks/${id ?? ''}`)).json()).toMatchObject({ state });
      expect((await caller.call('GET', `/api/v1/webhooks/${id ?? ''}`)).statusCode).toBe(404);
    }
  });

  test('that cannot be recorded leaves no webhook behind, which nobody could end', async () => {
    const { kysely } = api.store.db;
    await kysely.schema.alterTable('rest_hooks').renameTo('rest_hooks_away').execute();
    const failed = await caller.call('POST', '/api/v1/hooks/subscribe', { target_url: TARGET, event: 'a' });
    await kysely.schema.alterTable('rest_hooks_away').renameTo('rest_hooks').execute();
    expect(failed.statusCode).toBeGreaterThanOrEqual(500);
    expect((await caller.call('GET', '/api/v1/webhooks')).json().items).toEqual([]);
  });

  test('ends with its webhook, and goes on with it when that is restored', async () => {
    const body = { target_url: TARGET, event: 'a', expires_at: new Date(Date.now() + 3_600_000).toISOString() };
    const { id } = (await caller.call('POST', '/api/v1/hooks/subscribe', body)).json<{ id: string }>();
    for (const ending of [`/api/v1/webhooks/${id}`, `/api/v1/hooks/${id}`]) {
      expect((await caller.call('DELETE', ending)).statusCode).toBe(200);
      expect((await caller.call('GET', `/api/v1/hooks/${id}`)).json()).toMatchObject({ state: 'unsubscribed' });
      expect((await caller.call('POST', `/api/v1/webhooks/${id}/restore`)).statusCode).toBe(200);
      await removeEndedHooks(api.store.db);
      expect((await caller.call('GET', `/api/v1/webhooks/${id}`)).statusCode).toBe(200);
      expect((await caller.call('GET', `/api/v1/hooks/${id}`)).json()).toMatchObject({
        ...{ state: 'active', removed_at: null },
      });
    }
    await caller.call('DELETE', `/api/v1/hooks/${id}`);
    const plan = await caller.call('GET', `/api/v1/webhooks/${id}/deletion-plan`);
    expect(plan.json().restorable_until).toBe(body.expires_at);
    const expiresAt = new Date();
    await api.store.db.kysely.updateTable('restHooks').set({ expiresAt }).where('destinationId', '=', id).execute();
    const refused = await caller.call('POST', `/api/v1/webhooks/${id}/restore`);
    expect([refused.statusCode, refused.json().code]).toEqual([409, 'webhook_not_restorable']);
  });

  test('ends when the address is gone although nobody could be told of it just then', async () => {
    const away = { workflow: { signalWithStart: () => Promise.reject(new Error('Temporal is away')) } };
    const deps = {
      db: api.store.db,
      temporal: { client: away },
      logger: createLogger({ name: 'test', level: 'silent' }),
    };
    const ids: string[] = [];
    for (const event of ['a', 'b']) {
      const body = { target_url: TARGET, event };
      ids.push((await caller.call('POST', '/api/v1/hooks/subscribe', body)).json<{ id: string }>().id);
    }
    const [told = '', cutOff = ''] = ids;
    const changes = healthChanges(deps as unknown as ActivityDeps);
    await expect(changes.transition(told, 'gone', {})).rejects.toThrow('Temporal is away');
    expect((await caller.call('GET', `/api/v1/hooks/${told}`)).json()).toMatchObject({ state: 'gone' });
    expect((await caller.call('GET', '/api/v1/notifications')).json().items).toMatchObject([{ event: 'webhook.gone' }]);

    // A worker that died between the two.
    await setHealth(api.store.db, { destinationId: cutOff, to: 'gone', evidence: {} });
    await removeEndedHooks(api.store.db);
    expect((await caller.call('GET', `/api/v1/hooks/${cutOff}`)).json()).toMatchObject({ state: 'gone' });
    expect((await caller.call('GET', `/api/v1/webhooks/${cutOff}`)).statusCode).toBe(404);
  });

  test('is shown with something made up when no event is found in time', async () => {
    const slow = { rows: () => Promise.reject(new Error('Code: 159. TIMEOUT_EXCEEDED')) } as unknown as ClickHouse;
    const sample = await sampleHook({ clickhouse: slow }, { teamId: caller.teamId, event: 'rare', limit: 3 });
    expect(sample).toMatchObject([{ event: 'rare', distinct_id: 'sample', properties: { sample: true } }]);
  });

  test('with a handshake needs an address that confirms it', async () => {
    const body = { target_url: TARGET, event: 'a', handshake: true };
    confirmed = false;
    const refused = await caller.call('POST', '/api/v1/hooks/subscribe', body);
    expect([refused.statusCode, refused.json()]).toMatchObject([422, { code: 'hook_handshake_failed' }]);
    expect((await caller.call('GET', '/api/v1/webhooks')).json().items).toEqual([]);
    confirmed = true;
    expect((await caller.call('POST', '/api/v1/hooks/subscribe', body)).statusCode).toBe(201);
    expect(greeted).toEqual([TARGET, TARGET]);
  });

  test.each([
    ['no address', { event: 'a' }],
    ['two addresses', { event: 'a', target_url: TARGET, hookUrl: TARGET }],
    ['no event', { target_url: TARGET }],
    ['a time that is over', { event: 'a', target_url: TARGET, expires_at: '2020-01-01T00:00:00Z' }],
  ])('is refused: %s', async (_name, body) => {
    const answer = await caller.call('POST', '/api/v1/hooks/subscribe', body);
    expect([answer.statusCode, answer.json().code]).toEqual([422, 'validation_failed']);
  });
});

test('a key for hooks subscribes, samples, and sees and ends its own; nothing else', async () => {
  const [mine, other, reader] = [await keyWith(['hooks']), await keyWith(['hooks']), await keyWith(['read'])];
  const body = { target_url: TARGET, event: 'a' };
  const { id } = (await mine('POST', '/hooks/subscribe', body)).json<{ id: string }>();
  expect((await mine('GET', '/hooks/sample?event=a')).json()).toEqual([{ id: 'x', event: 'a', limit: 3 }]);
  expect((await mine('GET', '/hooks')).json().items).toMatchObject([{ id }]);
  expect((await other('GET', '/hooks')).json().items).toEqual([]);
  expect((await other('DELETE', `/hooks/${id}`)).json()).toMatchObject({ code: 'hook_not_found' });
  for (const url of ['/webhooks', '/exports', `/webhooks/${id}`, '/notifications']) {
    expect([url, (await mine('GET', url)).json().code]).toEqual([url, 'forbidden_scope']);
  }
  expect((await mine('POST', '/webhooks', WEBHOOK)).json().code).toBe('forbidden_scope');
  expect((await reader('POST', '/hooks/subscribe', body)).json().code).toBe('forbidden_scope');
  expect((await caller.call('GET', `/api/v1/hooks/${id}`)).json()).toMatchObject({ id, state: 'active' });
  expect((await mine('DELETE', `/hooks/${id}`)).json()).toMatchObject({ state: 'unsubscribed' });
});
