import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { answer, connectApi } from './api.ts';
import { defined } from './defined.ts';
import { table } from './output.ts';

let server: Server;
let url: string;
const seen: unknown[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    seen.push([request.method, request.url, request.headers.authorization]);
    const refused = request.url?.endsWith('/refused') === true;
    response.writeHead(refused ? 422 : 200, { 'content-type': 'application/json' });
    response.end(
      refused
        ? JSON.stringify({ code: 'interval_invalid', detail: 'no such end', remedy: 'Use another.' })
        : '{"id":1}',
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
});
afterAll(() => {
  server.close();
});

test('asks with the key, below /api/v1', async () => {
  const api = connectApi({ url: `${url}/`, key: 'sk_1' });
  expect(await answer(api.GET('/api/v1/runs/{id}', { params: { path: { id: 'a/b' } } }))).toEqual({ id: 1 });
  expect(seen).toEqual([['GET', '/api/v1/runs/a%2Fb', 'Bearer sk_1']]);
});

test('a refusal is its detail, its code and its remedy', async () => {
  const api = connectApi({ url, key: 'sk_1' });
  await expect(api.GET('/api/v1/runs/{id}', { params: { path: { id: 'refused' } } })).rejects.toMatchObject({
    message: 'no such end (interval_invalid)\nUse another.',
    code: 'interval_invalid',
  });
});

test('a server that is not there is named, and the key is not', async () => {
  const away = connectApi({ url: 'http://127.0.0.1:9', key: 'sk_secret' }).GET('/api/v1/overview');
  await expect(away).rejects.toThrow(/no answer from http:\/\/127\.0\.0\.1:9/);
  await expect(away).rejects.not.toThrow(/sk_secret/);
});

test('what no option says is not sent', () => {
  expect(defined({ from: undefined, to: null, force: false, name: '' })).toEqual({ to: null, force: false, name: '' });
});

test('a table aligns its columns', () => {
  expect(
    table(
      ['A', 'LONG'],
      [
        ['xyz', null],
        ['', 2],
      ],
    ),
  ).toBe('A    LONG\nxyz  –\n–    2');
});
