import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { buildDeliveryHeaders } from '../../delivery/headers.ts';
import { createdId, startApi, WEBHOOK, type ApiFixture, type Caller, type Method } from './fixtures.ts';

const READING = ['GET', 'HEAD'];

let api: ApiFixture;
let caller: Caller;
beforeAll(async () => {
  api = await startApi({ now: () => new Date() });
  caller = await api.newCaller();
});
afterAll(() => api.stop());

/** As a webhook has them that got a key of the API as its bearer token. */
function deliveryHeaders(): Record<string, string> {
  return buildDeliveryHeaders({
    custom: { authorization: `Bearer ${caller.key}` },
    ...{ contentType: 'application/json', webhookId: randomUUID(), timestampSeconds: 1, signature: 'v1,x', attempt: 1 },
  });
}

test('a delivery of a webhook changes nothing, on any route, and may read', async () => {
  const routes = api.routes.filter(({ url }) => url.startsWith('/api/v1/') && !/\/(?:auth|downloads)\b/.test(url));
  expect(routes.filter(({ method }) => !READING.includes(method)).length).toBeGreaterThan(50);
  for (const { method, url } of routes) {
    const address = url.replace(':id', randomUUID());
    const answer = await api.app.inject({ method: method as Method, url: address, headers: deliveryHeaders() });
    const code = method === 'HEAD' ? undefined : answer.json<{ code?: string }>().code;
    expect([method, url, code === 'delivery_loop']).toEqual([method, url, !READING.includes(method)]);
    expect([method, url, answer.statusCode === 403]).toEqual([method, url, !READING.includes(method)]);
  }
});

test('a webhook whose endpoint is its own messages makes none, and is told what to do', async () => {
  const id = await createdId(caller, '/api/v1/webhooks', { ...WEBHOOK, source: 'messages' });
  const url = `/api/v1/webhooks/${id}/messages`;
  const payload = { event_type: 'invoice.paid', payload: {} };
  const answer = await api.app.inject({ method: 'POST', url, payload, headers: deliveryHeaders() });
  expect([answer.statusCode, answer.json()]).toMatchObject([
    403,
    { code: 'delivery_loop', remedy: expect.stringContaining('another URL') },
  ]);
  expect((await caller.call('GET', url)).json().items).toEqual([]);
  const { authorization = '' } = deliveryHeaders();
  expect((await api.app.inject({ method: 'POST', url, payload, headers: { authorization } })).statusCode).toBe(202);
});
