import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { answer, connectApi, type ApiClient } from './api.ts';
import { moreText, readPage, type PageOf } from './pages.ts';

/** A list of three pages, which its first one says something of. */
const PAGES: Readonly<Record<string, PageOf<string> & { manifest?: string }>> = {
  '': { items: ['a', 'b'], next_cursor: 'two/2', manifest: 'm' },
  'two/2': { items: ['c'], next_cursor: 'three' },
  three: { items: ['d'], next_cursor: null },
};

let server: Server;
let api: ApiClient;
let limits: (string | null)[] = [];
/** So many requests for a later page are too many. */
let refusals = 0;

beforeAll(async () => {
  server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://127.0.0.1');
    if (refusals > 0 && searchParams.has('cursor')) {
      refusals -= 1;
      response.writeHead(429, { 'retry-after': '0' }).end();
      return;
    }
    limits.push(searchParams.get('limit'));
    expect(searchParams.get('status')).toBe('failed,timed_out');
    response.end(JSON.stringify(PAGES[searchParams.get('cursor') ?? '']));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  api = connectApi({ url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`, key: 'sk_1' });
});
afterAll(() => {
  server.close();
});

const ID = '019f0000-0000-7000-8000-000000000001';

/** The API's runs, which are texts here. */
const read = async (options: Parameters<typeof readPage>[0]): Promise<PageOf<unknown>> => {
  limits = [];
  return readPage(options, (page) => {
    const query = { ...page, status: 'failed,timed_out' };
    return answer(api.GET('/api/v1/exports/{id}/runs', { params: { path: { id: ID }, query } }));
  });
};

test('one page is read, and says how to get on', async () => {
  const first = await read({ limit: '2' });
  expect([first, limits]).toEqual([PAGES[''], ['2']]);
  expect(moreText(first)).toBe('There are more: --cursor two/2 shows the next page, --all every one.');
  expect(await read({ limit: '2', cursor: 'two/2' })).toEqual(PAGES['two/2']);
});

test('all pages are one answer, from the cursor on, in as few requests as the API lets it', async () => {
  const all = await read({ limit: '20', all: true });
  expect(all).toEqual({ items: ['a', 'b', 'c', 'd'], next_cursor: null, manifest: 'm' });
  expect(limits).toEqual(['100', '100', '100']);
  expect(moreText(all)).toBeUndefined();
  expect((await read({ all: true, cursor: 'two/2' })).items).toEqual(['c', 'd']);
});

test('what the limit of requests refuses is asked for again, when all pages are wanted', async () => {
  refusals = 2;
  expect((await read({ all: true })).items).toEqual(['a', 'b', 'c', 'd']);
  refusals = 1;
  await expect(read({ cursor: 'two/2' })).rejects.toMatchObject({ status: 429, retryAfterSeconds: 0 });
});
