import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { testWebhook } from '../../activities/test-webhook.ts';
import { createAddressPolicy } from '../../net/address-policy.ts';
import { createAuthorizedSend } from '../../net/authorized-client.ts';
import { createGuardedClient } from '../../net/guarded-client.ts';
import { webhookRules } from '../../activities/webhook-rules.ts';
import { setHealth } from '../../store/endpoint-state.ts';
import { createdId, startApi, WEBHOOK, type ApiFixture, type Caller } from './fixtures.ts';

let api: ApiFixture;
let caller: Caller;
let status = 200;
let url: string;
const requests: { body: string; headers: Record<string, string> }[] = [];

const policy = createAddressPolicy({ allowCidrs: ['127.0.0.0/8'] });
const client = createGuardedClient({ policy, userAgent: 'test/1' });
const receiver = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk: Buffer) => (body += chunk.toString()));
  request.on('end', () => {
    requests.push({ body, headers: request.headers as Record<string, string> });
    response.writeHead(status).end('seen');
  });
});

beforeAll(async () => {
  const send = createAuthorizedSend(client);
  api = await startApi({
    webhookRules: webhookRules(policy, { requireHttps: false }),
    testWebhook: (request) =>
      testWebhook({ ...api.store, send: (outbound, signal) => send({ ...outbound, signal }) }, request),
  });
  await new Promise<void>((resolve) => {
    receiver.listen(0, '127.0.0.1', resolve);
  });
  url = `http://127.0.0.1:${String((receiver.address() as AddressInfo).port)}/`;
});
afterAll(async () => {
  receiver.closeAllConnections();
  receiver.close();
  await client.destroy();
  await api.stop();
});
beforeEach(async () => {
  caller = await api.newCaller();
  requests.length = 0;
  status = 200;
});

test('a test is signed, goes past the filter, and lets a webhook that was given up be tried again', async () => {
  const created = (await caller.call('POST', '/api/v1/webhooks', { ...WEBHOOK, url })).json();
  await setHealth(api.store.db, { destinationId: created.id, to: 'misconfigured', evidence: {} });
  const properties = { plan: 'free', n: 1.5 };
  const answer = await caller.call('POST', `/api/v1/webhooks/${created.id}/test`, { event: 'order paid', properties });
  expect(answer.json()).toMatchObject({ delivered: true, status_code: 200, error: null, response_body: 'seen' });
  const [request] = requests;
  expect(new Webhook(created.secret).verify(request!.body, request!.headers)).toMatchObject({
    type: 'order paid',
    data: { properties },
  });
  expect((await caller.call('GET', `/api/v1/webhooks/${created.id}/state`)).json()).toMatchObject({
    health: 'recovering',
    transitions: [{ to: 'recovering', evidence: { reason: 'a test was delivered' } }, { to: 'misconfigured' }],
  });
  expect(api.controlPlane.calls.at(-1)).toMatchObject(['destinationChanged', { change: 'check_passed' }]);
});

test('a test that fails says why and what to do, and changes nothing', async () => {
  const id = await createdId(caller, '/api/v1/webhooks', { ...WEBHOOK, url });
  await setHealth(api.store.db, { destinationId: id, to: 'misconfigured', evidence: {} });
  status = 401;
  const calls = api.controlPlane.calls.length;
  expect((await caller.call('POST', `/api/v1/webhooks/${id}/test`)).json()).toMatchObject({
    ...{ delivered: false, status_code: 401, response_body: 'seen' },
    error: { code: 'http_401', remedy: expect.stringContaining('credentials') },
  });
  receiver.closeAllConnections();
  const nobody = await createdId(caller, '/api/v1/webhooks', { ...WEBHOOK, url: 'http://127.0.0.1:9/' });
  expect((await caller.call('POST', `/api/v1/webhooks/${nobody}/test`)).json()).toMatchObject({
    ...{ delivered: false, status_code: null, error: { code: 'connection_refused' } },
  });
  expect((await caller.call('GET', `/api/v1/webhooks/${id}/state`)).json().health).toBe('misconfigured');
  expect(
    api.controlPlane.calls.slice(calls).filter(([, call]) => JSON.stringify(call).includes('check_passed')),
  ).toEqual([]);
});
