import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { connectApi } from './api.ts';
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
  expect(await connectApi({ url: `${url}/`, key: 'sk_1' })('GET', '/runs/a')).toEqual({ id: 1 });
  expect(seen).toEqual([['GET', '/api/v1/runs/a', 'Bearer sk_1']]);
});

test('a refusal is its detail, its code and its remedy', async () => {
  await expect(connectApi({ url, key: 'sk_1' })('POST', '/refused', {})).rejects.toMatchObject({
    message: 'no such end (interval_invalid)\nUse another.',
    code: 'interval_invalid',
  });
});

test('a server that is not there is named, and the key is not', async () => {
  const away = connectApi({ url: 'http://127.0.0.1:9', key: 'sk_secret' })('GET', '/runs/a');
  await expect(away).rejects.toThrow(/no answer from http:\/\/127\.0\.0\.1:9/);
  await expect(away).rejects.not.toThrow(/sk_secret/);
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
