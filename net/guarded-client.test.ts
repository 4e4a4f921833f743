import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from '@jest/globals';
import { bodyOf, client, connectionIsFree, DEAD_ADDRESS, errorOf, http, post, stopAll, tcp } from './test-receivers.ts';

afterEach(stopAll);

describe('a response', () => {
  test('arrives with status, headers, body and timings; the request as it was given', async () => {
    const url = await http((request, response) => {
      void bodyOf(request).then((body) => {
        response.setHeader('X-Twice', ['a', 'b']);
        response.writeHead(201).end(`${request.method} ${request.url} ${request.headers['user-agent']} ${body}`);
      });
    });
    const outcome = await client().request(post(`${url}/hook?a=%20b#fragment`, { body: '{"snow":"☃"}' }));
    expect(outcome).toMatchObject({
      kind: 'response',
      status: 201,
      headers: { 'x-twice': 'a, b' },
      body: 'POST /hook?a=%20b test/1 {"snow":"☃"}',
      bodyTruncated: false,
    });
    expect(outcome.timings.firstByteMs).toBeLessThanOrEqual(outcome.timings.totalMs);
  });

  test('may be empty, informational first, or close the connection', async () => {
    const url = await http((request, response) => {
      response.writeProcessing();
      response.writeHead(request.url === '/close' ? 200 : 204, request.url === '/close' ? { connection: 'close' } : {});
      response.end();
    });
    const http1 = client();
    expect(await http1.request(post(`${url}/`))).toMatchObject({ status: 204, body: '' });
    expect(await http1.request(post(`${url}/close`))).toMatchObject({ status: 200, body: '' });
    expect(await http1.request(post(`${url}/`, { body: Buffer.alloc(0) }))).toMatchObject({ status: 204 });
  });

  test('that redirects is not followed', async () => {
    const paths: string[] = [];
    const url = await http((request, response) => {
      paths.push(request.url ?? '');
      response.writeHead(301, { location: '/elsewhere' }).end();
    });
    const outcome = await client().request(post(`${url}/a`));
    expect(outcome).toMatchObject({ kind: 'response', status: 301, headers: { location: '/elsewhere' } });
    expect(paths).toEqual(['/a']);
  });

  test('is cut at the cap, between characters, and the connection is kept', async () => {
    const ports = new Set<number | undefined>();
    const url = await http((request, response) => {
      ports.add(request.socket.remotePort);
      response.end('☃'.repeat(1_000));
    });
    const http1 = client({ maxResponseBytes: 100 });
    for (let index = 0; index < 3; index += 1) {
      expect(await http1.request(post(url))).toMatchObject({ body: '☃'.repeat(33), bodyTruncated: true });
      await connectionIsFree();
    }
    expect(ports.size).toBe(1);
  });

  test('that floods 50 MB is cut long before its end', async () => {
    const chunk = Buffer.alloc(64 * 1024, 'x');
    let sentBytes = 0;
    const url = await http((_request, response) => {
      const send = (): void => {
        while (sentBytes < 50_000_000 && !response.destroyed) {
          sentBytes += chunk.length;
          if (!response.write(chunk)) {
            response.once('drain', send);
            return;
          }
        }
        response.end();
      };
      send();
    });
    const outcome = await client({ maxResponseBytes: 4_096 }).request(post(url));
    expect(outcome).toMatchObject({ kind: 'response', status: 200, body: 'x'.repeat(4_096), bodyTruncated: true });
    // What fits into the sockets' buffers is on its way already.
    expect(sentBytes).toBeLessThan(25_000_000);
  });

  test('that is compressed is never expanded', async () => {
    const bomb = gzipSync(Buffer.alloc(20_000_000));
    let accepted: string | undefined;
    const url = await http((request, response) => {
      accepted = request.headers['accept-encoding'];
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
    });
    const outcome = await client().request(post(url));
    expect(outcome).toMatchObject({ kind: 'response', status: 200, body: '', bodyTruncated: true });
    expect(accepted).toBeUndefined();
  });
});

describe('time limits', () => {
  test('a receiver that never answers', async () => {
    const url = await http(() => undefined);
    const total = await client().request(post(url, { timeoutMs: 1_000 }));
    expect(errorOf(total)).toBe('total_timeout');
    expect(total.timings.totalMs).toBeGreaterThanOrEqual(999);
    expect(total.timings.totalMs).toBeLessThan(5_000);
    const headers = await client().request(post(url, { headersTimeoutMs: 100 }));
    expect(errorOf(headers)).toBe('headers_timeout');
    expect(headers.timings.totalMs).toBeLessThan(5_000);
    const limits = { timeoutMs: 1_000, headersTimeoutMs: 2_000 };
    expect(errorOf(await client().request(post(url, limits)))).toBe('total_timeout');
  });

  test('a name that is slow to look up takes nothing of the time for the headers', async () => {
    const url = await http((_request, response) => response.end('ok'));
    const slow = client({
      resolve: async () => {
        await new Promise((resolve) => setTimeout(resolve, 1_500));
        return [{ address: '127.0.0.1', family: 4 }];
      },
    });
    const request = post(url.replace('127.0.0.1', 'receiver.test'), { headersTimeoutMs: 1_000 });
    expect(await slow.request(request)).toMatchObject({ status: 200, body: 'ok' });
  });

  test('a kept connection that died begins the time for the headers anew', async () => {
    let requests = 0;
    const url = await http((request, response) => {
      requests += 1;
      if (requests === 2) {
        setTimeout(() => request.socket.destroy(), 1_200);
      } else {
        setTimeout(() => response.end('ok'), requests === 1 ? 0 : 1_200);
      }
    });
    const http1 = client();
    await http1.request(post(url));
    await connectionIsFree();
    expect(await http1.request(post(url, { headersTimeoutMs: 2_000 }))).toMatchObject({ status: 200, body: 'ok' });
    expect(requests).toBe(3);
  });

  test.each([undefined, 1_000])('a receiver that drips its body, headers limit %p', async (headersTimeoutMs) => {
    const url = await http((_request, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write('x'), 10);
      response.on('close', () => {
        clearInterval(drip);
      });
    });
    const timeoutMs = headersTimeoutMs === undefined ? 1_000 : 1_200;
    const outcome = await client().request(post(url, { timeoutMs, headersTimeoutMs }));
    expect(outcome).toMatchObject({ kind: 'error', code: 'total_timeout', message: expect.stringMatching(/complete/) });
    expect(outcome.timings.firstByteMs).toBeGreaterThan(0);
  });

  test('a receiver that drips its headers', async () => {
    const url = await tcp((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const drip = setInterval(() => socket.write('x-a: b\r\n'), 10);
      socket.on('close', () => {
        clearInterval(drip);
      });
    });
    expect(errorOf(await client().request(post(url, { timeoutMs: 1_000 })))).toBe('total_timeout');
  });

  test('a receiver whose TLS handshake hangs', async () => {
    const url = await tcp(() => undefined);
    const outcome = await client().request(post(url.replace('http:', 'https:'), { timeoutMs: 200 }));
    expect(errorOf(outcome)).toBe('connect_timeout');
    const impatient = client({ connectTimeoutMs: 100 });
    expect(errorOf(await impatient.request(post(url.replace('http:', 'https:'))))).toBe('connect_timeout');
  });

  test('each request has its own time to connect, beside others of the same pool', async () => {
    const url = (await tcp(() => undefined)).replace('http:', 'https:');
    const guarded = client({ connectTimeoutMs: 5_000 });
    let isOver = false;
    const patient = guarded.request(post(url, { timeoutMs: 2_000 })).finally(() => (isOver = true));
    const impatient = await guarded.request(post(url, { connectTimeoutMs: 100 }));
    expect(impatient).toMatchObject({ code: 'connect_timeout', message: expect.stringContaining('within 100 ms') });
    expect(isOver).toBe(false);
    const within = expect.stringContaining('within 2000 ms');
    expect(await patient).toMatchObject({ code: 'connect_timeout', message: within });
  });

  test('no free connection is our own fault, not the receiver’s', async () => {
    const url = await http(() => undefined);
    const narrow = client({ maxConnectionsPerOrigin: 2 });
    const first = [narrow.request(post(url, { timeoutMs: 1_000 })), narrow.request(post(url, { timeoutMs: 1_000 }))];
    expect(errorOf(await narrow.request(post(url, { timeoutMs: 300 })))).toBe('pool_exhausted');
    expect((await Promise.all(first)).map(errorOf)).toEqual(['total_timeout', 'total_timeout']);
  });

  test('a cut connection is closed and the next request gets a fresh one', async () => {
    let requests = 0;
    const closed: Promise<void>[] = [];
    const url = await http((request, response) => {
      requests += 1;
      if (requests === 1) {
        closed.push(new Promise((resolve) => request.socket.on('close', () => resolve())));
        return;
      }
      response.end('ok');
    });
    const http1 = client();
    expect(errorOf(await http1.request(post(url, { timeoutMs: 1_000 })))).toBe('total_timeout');
    await Promise.all(closed);
    expect(await http1.request(post(url))).toMatchObject({ status: 200, body: 'ok' });
  });
});

describe('broken receivers', () => {
  test('refuse the connection', async () => {
    expect(errorOf(await client().request(post(DEAD_ADDRESS)))).toBe('connection_refused');
  });

  test.each<[string, (socket: Socket) => void]>([
    ['reset', (socket) => socket.resetAndDestroy()],
    ['close at once', (socket) => socket.destroy()],
    ['close after the request', (socket) => socket.once('data', () => socket.destroy())],
    ['reset after the request', (socket) => socket.once('data', () => socket.resetAndDestroy())],
    ['close within the headers', (socket) => socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nx-a'))],
    [
      'close within the body',
      (socket) => socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nx')),
    ],
  ])('%s: once per connection, never retried on a fresh one', async (_name, behave) => {
    let connections = 0;
    const url = await tcp((socket) => {
      connections += 1;
      behave(socket);
    });
    expect(errorOf(await client().request(post(url)))).toBe('connection_reset');
    expect(connections).toBe(1);
  });

  test.each([
    ['no HTTP at all', 'SSH-2.0-OpenSSH\r\n'],
    ['headers without end', `HTTP/1.1 200 OK\r\n${'x-a: b\r\n'.repeat(10_000)}`],
    ['an unwanted upgrade', 'HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n', 'connection_reset'],
  ])('speak %s', async (_name, bytes, code = 'protocol_error') => {
    const url = await tcp((socket) => socket.once('data', () => socket.write(bytes)));
    expect(errorOf(await client().request(post(url)))).toBe(code);
  });
});

describe('a kept connection that died', () => {
  /** Answers the first request of each connection and kills the connection on its second. */
  async function forgetful(kill: (socket: Socket) => void): Promise<{ url: string; bodies: string[] }> {
    const bodies: string[] = [];
    const seen = new WeakSet<Socket>();
    const url = await http((request, response) => {
      void bodyOf(request).then((body) => {
        bodies.push(body);
        if (seen.has(request.socket)) {
          kill(request.socket);
          return;
        }
        seen.add(request.socket);
        response.end('ok');
      });
    });
    return { url, bodies };
  }

  test.each<[string, (socket: Socket) => void]>([
    ['closed', (socket) => socket.end()],
    ['reset', (socket) => socket.resetAndDestroy()],
  ])('is replaced once, unnoticed: %s', async (_name, kill) => {
    const { url, bodies } = await forgetful(kill);
    const http1 = client();
    expect(await http1.request(post(url, { body: 'first' }))).toMatchObject({ body: 'ok' });
    await connectionIsFree();
    expect(await http1.request(post(url, { body: 'second' }))).toMatchObject({ body: 'ok' });
    expect(bodies).toEqual(['first', 'second', 'second']);
  });

  test('but only once, and within the same time limit', async () => {
    let requests = 0;
    const url = await http((request, response) => {
      requests += 1;
      if (requests === 1) {
        response.end('ok');
      } else {
        request.socket.resetAndDestroy();
      }
    });
    const http1 = client();
    await http1.request(post(url));
    await connectionIsFree();
    expect(errorOf(await http1.request(post(url)))).toBe('connection_reset');
    expect(requests).toBe(3);
  });

  test('not after the response has begun', async () => {
    let requests = 0;
    const url = await http((request, response) => {
      requests += 1;
      if (requests === 1) {
        response.end('ok');
        return;
      }
      response.writeHead(200, { 'content-length': '9' });
      response.write('x', () => request.socket.destroy());
    });
    const http1 = client();
    await http1.request(post(url));
    await connectionIsFree();
    expect(errorOf(await http1.request(post(url)))).toBe('connection_reset');
    expect(requests).toBe(2);
  });
});
