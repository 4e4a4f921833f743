import { createServer } from 'node:https';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createAddressPolicy } from './address-policy.ts';
import { createGuardedConnector } from './connector.ts';
import { failureOf } from './error-codes.ts';
import { ReachBlame } from './reach-blame.ts';
import type { ResolvedAddress } from './resolver.ts';
import { client, connectionIsFree, errorOf, http, listen, post, stopAll } from './test-receivers.ts';

/** Self-signed for localhost and 127.0.0.1, valid for 100 years. It protects nothing: it exists for these tests. */
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBmjCCAUGgAwIBAgIUeEUyoqLlTk7mY83NWjhRN/CchR8wCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMTA2MTgzOVoYDzIxMjYxMDI4
MDYxODM5WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAST65pI8QUXWKhyDdtVfFx953bsW1sMRjRBZ+Bx+8M1Bu8iUcTj3c76
OmMWkQ6Cwrx7MKEbztm/gimq4St9l65Zo28wbTAdBgNVHQ4EFgQUyH8bDLHbsa47
kEKU8xOfgnqfXoEwHwYDVR0jBBgwFoAUyH8bDLHbsa47kEKU8xOfgnqfXoEwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDRwAwRAIgdWBc+uoqI0YC/ZRBCxY2jvKU7Oc8feGVzqKOJk6+9EYCIDMy
jkSV9Vxr0O4I9YuCdAzKRFr9R6FCg0nSyuHDQFtz
-----END CERTIFICATE-----
`;
const PRIVATE_KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgvVVrpKkxoQ9qflfz
GNIBGFzBhjEXG7dV8kiyPd3DLfKhRANCAAST65pI8QUXWKhyDdtVfFx953bsW1sM
RjRBZ+Bx+8M1Bu8iUcTj3c76OmMWkQ6Cwrx7MKEbztm/gimq4St9l65Z
-----END PRIVATE KEY-----
`;

const LOOPBACK: ResolvedAddress = { address: '127.0.0.1', family: 4 };
const nothing = createAddressPolicy({ allowCidrs: [] });

afterEach(stopAll);

const portOf = (url: string): string => new URL(url).port;

/** Counts connections, so that a refusal is seen to happen before one is made. */
async function countingReceiver(): Promise<{ port: string; requests: () => number }> {
  let requests = 0;
  const url = await http((_request, response) => {
    requests += 1;
    response.end('ok');
  });
  return { port: portOf(url), requests: () => requests };
}

describe('literal addresses, which are never looked up', () => {
  test.each([
    '127.0.0.1',
    '127.1',
    '2130706433',
    '0x7f.1',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '0.0.0.0',
  ])('%s is refused', async (host) => {
    const { port, requests } = await countingReceiver();
    const outcome = await client({ policy: nothing }).request(post(`http://${host}:${port}/`));
    expect(errorOf(outcome)).toBe('address_refused');
    expect(requests()).toBe(0);
  });

  test('an allowed network is reached', async () => {
    const { port } = await countingReceiver();
    expect(await client().request(post(`http://127.1:${port}/`))).toMatchObject({ body: 'ok' });
  });
});

describe('names', () => {
  const answer = (addresses: ResolvedAddress[]) => () => Promise.resolve(addresses);

  test('are reached at the address they resolve to', async () => {
    const { port } = await countingReceiver();
    const outcome = await client({ resolve: answer([LOOPBACK]) }).request(post(`http://hook.example:${port}/`));
    expect(outcome).toMatchObject({ body: 'ok' });
  });

  test.each<[string, ResolvedAddress[]]>([
    ['private first', [LOOPBACK, { address: '8.8.8.8', family: 4 }]],
    ['private last', [{ address: '8.8.8.8', family: 4 }, LOOPBACK]],
    [
      'private in IPv6',
      [
        { address: '::ffff:127.0.0.1', family: 6 },
        { address: '8.8.8.8', family: 4 },
      ],
    ],
    ['metadata', [{ address: '169.254.169.254', family: 4 }]],
    ['no address at all', []],
  ])('with one refused address among all are refused: %s', async (_name, addresses) => {
    const { port, requests } = await countingReceiver();
    const http1 = client({ policy: nothing, resolve: answer(addresses) });
    const outcome = await http1.request(post(`http://hook.example:${port}/`));
    expect(errorOf(outcome)).toBe(addresses.length === 0 ? 'dns_failed' : 'address_refused');
    expect(JSON.stringify(outcome)).not.toContain('127.0.0.1');
    expect(requests()).toBe(0);
  });

  test('localhost goes through the same check', async () => {
    const { port, requests } = await countingReceiver();
    for (const name of ['localhost', 'localhost.']) {
      const outcome = await client({ policy: nothing }).request(post(`http://${name}:${port}/`));
      expect(['address_refused', 'dns_failed', 'dns_unavailable']).toContain(errorOf(outcome));
    }
    expect(requests()).toBe(0);
  });

  test('are checked at each connection, whatever the answer was before (rebinding)', async () => {
    const { port } = await countingReceiver();
    const answers = [[LOOPBACK], [{ address: '10.0.0.1', family: 4 }]];
    const connect = createGuardedConnector({
      policy: createAddressPolicy({ allowCidrs: ['127.0.0.0/8'] }),
      resolve: () => Promise.resolve(answers.shift() ?? []),
      connectTimeoutMs: 1_000,
      extraCa: [],
      reach: new ReachBlame(),
      onUsedSocketError: () => undefined,
    });
    const outcome = (): Promise<string> =>
      new Promise((resolve) => {
        connect({ hostname: 'hook.example', protocol: 'http:', port }, (error, socket) => {
          socket?.destroy();
          resolve(error === null ? 'connected' : failureOf(error).code);
        });
      });
    expect([await outcome(), await outcome()]).toEqual(['connected', 'address_refused']);
  });

  test('that do not resolve', async () => {
    const failing = (code: string) => () => Promise.reject(Object.assign(new Error('no'), { code }));
    const request = post('http://hook.example/');
    expect(errorOf(await client({ resolve: failing('ENOTFOUND') }).request(request))).toBe('dns_failed');
    expect(errorOf(await client({ resolve: failing('EAI_AGAIN') }).request(request))).toBe('dns_unavailable');
  });

  test('that resolve too slowly are given up at the total time, and hold up nobody else', async () => {
    const { port } = await countingReceiver();
    const http1 = client({
      resolve: (name) => (name === 'slow.example' ? new Promise(() => undefined) : Promise.resolve([LOOPBACK])),
    });
    const slow = http1.request(post('http://slow.example/', { timeoutMs: 300 }));
    expect(await http1.request(post(`http://fast.example:${port}/`))).toMatchObject({ body: 'ok' });
    expect(errorOf(await slow)).toBe('dns_unavailable');
  });
});

describe('TLS', () => {
  async function httpsReceiver(): Promise<string> {
    let requests = 0;
    const server = createServer({ cert: CERTIFICATE, key: PRIVATE_KEY }, (request, response) => {
      requests += 1;
      if (request.url === '/forgetful' && requests > 1) {
        request.socket.destroy();
        requests = 0;
        return;
      }
      response.end('secure');
    });
    return (await listen(server)).replace('http:', 'https:');
  }

  test('a certificate that nobody vouches for is refused', async () => {
    expect(errorOf(await client().request(post(await httpsReceiver())))).toBe('tls_failed');
  });

  test('an added authority is trusted, for its own names only', async () => {
    const url = await httpsReceiver();
    const http1 = client({ extraCa: [CERTIFICATE], resolve: () => Promise.resolve([LOOPBACK]) });
    expect(await http1.request(post(url))).toMatchObject({ status: 200, body: 'secure' });
    expect(await http1.request(post(`https://localhost:${portOf(url)}/`))).toMatchObject({ body: 'secure' });
    expect(errorOf(await http1.request(post(`https://hook.example:${portOf(url)}/`)))).toBe('tls_failed');
  });

  test('plain HTTP where TLS is expected', async () => {
    const { port } = await countingReceiver();
    expect(errorOf(await client().request(post(`https://127.0.0.1:${port}/`)))).toBe('tls_failed');
  });

  test('a kept connection that died is replaced once, a fresh one never', async () => {
    const url = await httpsReceiver();
    const http1 = client({ extraCa: [CERTIFICATE] });
    expect(await http1.request(post(`${url}/forgetful`))).toMatchObject({ body: 'secure' });
    await connectionIsFree();
    expect(await http1.request(post(`${url}/forgetful`))).toMatchObject({ body: 'secure' });
  });

  test('a fresh connection that is reset after the handshake is no dead kept connection', async () => {
    let connections = 0;
    const server = createServer({ cert: CERTIFICATE, key: PRIVATE_KEY });
    server.on('secureConnection', (socket) => {
      connections += 1;
      socket.on('data', () => socket.destroy());
    });
    const url = (await listen(server)).replace('http:', 'https:');
    expect(errorOf(await client({ extraCa: [CERTIFICATE] }).request(post(url)))).toBe('connection_reset');
    expect(connections).toBe(1);
  });
});
