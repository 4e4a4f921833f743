import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { answer, createApiClient } from './index.ts';

const ID = '019f0000-0000-7000-8000-000000000001';
let server: Server;
let url: string;
let seen: { method: string | undefined; url: string | undefined; headers: IncomingHttpHeaders }[] = [];
let reply: { status: number; body: string } = { status: 200, body: '{}' };

beforeAll(async () => {
  server = createServer((request, response) => {
    seen.push({ method: request.method, url: request.url, headers: request.headers });
    response.writeHead(reply.status, { 'content-type': 'application/problem+json' });
    response.end(reply.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;
});
beforeEach(() => {
  seen = [];
  reply = { status: 200, body: '{"id":"1"}' };
});
afterAll(() => {
  server.close();
});

test('a key travels as a bearer token, and the answer is the body', async () => {
  const client = createApiClient({ url, auth: { key: 'sk_1' } });
  const params = { path: { id: ID }, query: { limit: '5' } };
  expect(await answer(client.GET('/api/v1/webhooks/{id}/attempts', { params }))).toEqual({ id: '1' });
  expect(seen[0]).toMatchObject({ url: `/api/v1/webhooks/${ID}/attempts?limit=5` });
  expect(seen[0]?.headers.authorization).toBe('Bearer sk_1');
});

test('a session names its team, and proves itself only where something is changed', async () => {
  const client = createApiClient({ url, auth: { session: () => ({ csrfToken: 'token', teamId: 7 }) } });
  const params = { path: { id: ID } };
  await client.GET('/api/v1/webhooks/{id}', { params });
  await client.POST('/api/v1/webhooks/{id}/pause', { params });
  expect(seen.map(({ headers }) => [headers['x-sluice-team'], headers['x-csrf-token']])).toEqual([
    ['7', undefined],
    ['7', 'token'],
  ]);
});

test('a refusal is thrown with its code, its fields and its remedy', async () => {
  const errors = [{ field: 'url', message: 'is no address' }];
  const body = { code: 'validation_failed', detail: 'url: is no address', remedy: 'Correct it.', errors };
  reply = { status: 422, body: JSON.stringify({ ...body, request_id: 'r1' }) };
  const client = createApiClient({ url, auth: { key: 'sk_1' } });
  await expect(client.GET('/api/v1/webhooks/{id}', { params: { path: { id: ID } } })).rejects.toMatchObject({
    ...{ name: 'ApiProblem', status: 422, code: 'validation_failed', remedy: 'Correct it.', fields: errors },
    requestId: 'r1',
  });
});

test('what is not the API answering is thrown as well', async () => {
  reply = { status: 502, body: '<html>Bad gateway</html>' };
  const client = createApiClient({ url, auth: { key: 'sk_1' } });
  await expect(client.GET('/api/v1/webhooks/{id}', { params: { path: { id: ID } } })).rejects.toMatchObject({
    ...{ status: 502, code: undefined, detail: 'the API answered 502' },
  });
});
