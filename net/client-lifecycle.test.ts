import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import { client, DEAD_ADDRESS, errorOf, http, post, stopAll } from './test-receivers.ts';

afterEach(stopAll);

describe('aborting', () => {
  test('before, during, and for all requests that share the signal', async () => {
    const waiting: (() => void)[] = [];
    const started = new Promise<void>((resolve) => {
      waiting.push(resolve);
    });
    let requests = 0;
    const url = await http(() => {
      requests += 1;
      if (requests === 20) {
        waiting[0]?.();
      }
    });
    const controller = new AbortController();
    const http1 = client();
    const running = Array.from({ length: 20 }, () => http1.request(post(url, { signal: controller.signal })));
    await started;
    controller.abort();
    expect((await Promise.all(running)).map(errorOf)).toEqual(Array.from({ length: 20 }, () => 'aborted'));
    expect(errorOf(await http1.request(post(url, { signal: controller.signal })))).toBe('aborted');
    expect(requests).toBe(20);
  });

  test('leaves requests of other signals alone', async () => {
    const open: ServerResponse[] = [];
    const url = await http((_request, response) => {
      open.push(response);
    });
    const http1 = client();
    const controller = new AbortController();
    const cut = http1.request(post(url, { signal: controller.signal }));
    const kept = http1.request(post(url, { signal: new AbortController().signal }));
    while (open.length < 2) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    controller.abort();
    expect(errorOf(await cut)).toBe('aborted');
    open.forEach((response) => response.end('late'));
    expect(await kept).toMatchObject({ status: 200, body: 'late' });
  });

  test('while waiting for a connection never sends the request', async () => {
    let requests = 0;
    const url = await http((_request, response) => {
      requests += 1;
      response.end();
    });
    const controller = new AbortController();
    const http1 = client();
    const cut = http1.request(post(url, { signal: new AbortController().signal }), controller.signal);
    controller.abort();
    expect(errorOf(await cut)).toBe('aborted');
    expect(await http1.request(post(url))).toMatchObject({ status: 200 });
    expect(requests).toBe(1);
  });
});

describe('closing', () => {
  test('lets running requests finish and refuses new ones', async () => {
    let answer: (() => void) | undefined;
    const arrived = new Promise<void>((resolve) => {
      answer = resolve;
    });
    let respond: ServerResponse | undefined;
    const url = await http((_request, response) => {
      respond = response;
      answer?.();
    });
    const http1 = client();
    const running = http1.request(post(url));
    await arrived;
    const closed = http1.close();
    expect(errorOf(await http1.request(post(url)))).toBe('client_closed');
    respond?.end('done');
    expect(await running).toMatchObject({ body: 'done' });
    await closed;
  });
});

describe('requests that cannot be made', () => {
  test.each(['not a url', 'ftp://127.0.0.1/', 'http://user@127.0.0.1/', 'http://127.0.0.1\\@x/'])('%s', async (url) => {
    expect(errorOf(await client().request(post(url)))).toBe('invalid_url');
  });

  test('a port that is not allowed', async () => {
    expect(errorOf(await client({ allowedPorts: [443] }).request(post('http://127.0.0.1:25/')))).toBe('invalid_url');
  });

  test.each([{ 'x-a': 'b\r\nx-evil: 1' }, { 'x a': 'b' }, { 'transfer-encoding': 'chunked' }])(
    'headers %j',
    async (headers) => {
      const url = await http((_request, response) => response.end());
      expect(errorOf(await client().request(post(url, { headers })))).toBe('invalid_request');
    },
  );

  test('the path stays out of error messages: it may be a secret', async () => {
    const outcome = await client().request(post(`${DEAD_ADDRESS}/services/T0/SECRET`));
    expect(JSON.stringify(outcome)).not.toContain('SECRET');
  });
});
