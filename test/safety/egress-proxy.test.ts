import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { Server as ProxyServer, type ServerOptions } from 'proxy-chain';
import type { ClientCertificate } from '../../core/endpoint-auth.ts';
import { freePort } from '../../dev/free-port.ts';
import { createAddressPolicy } from '../../net/address-policy.ts';
import { createAuthorizedSend } from '../../net/authorized-client.ts';
import { selfSigned } from '../../net/test-certificates.ts';
import {
  client,
  connectionIsFree,
  DEAD_ADDRESS,
  errorOf,
  http,
  listen,
  post,
  stopAll,
  tcp,
} from '../../net/test-receivers.ts';

const CREDENTIALS = 'sluice:p%40ss';
const LOOPBACK = createAddressPolicy({ allowCidrs: ['127.0.0.0/8'] });
let receiverPair: ClientCertificate;
let clientPair: ClientCertificate;

beforeAll(() => {
  [receiverPair, clientPair] = [selfSigned('receiver', { host: 'hook.example' }), selfSigned('alice')];
});

const proxies: ProxyServer[] = [];
afterEach(async () => {
  await Promise.all(proxies.splice(0).map((proxy) => proxy.close(true)));
  await stopAll();
});

interface RunningProxy {
  url: string;
  /** Authorities that were asked for. */
  targets: string[];
  stop(): Promise<void>;
}

/** A real proxy that asks for user name and password. */
async function startProxy(options: Partial<ServerOptions> = {}): Promise<RunningProxy> {
  const targets: string[] = [];
  const proxy = new ProxyServer({
    port: 0,
    host: '127.0.0.1',
    prepareRequestFunction: ({ hostname, port, username, password }) => {
      targets.push(`${hostname}:${String(port)}`);
      return { requestAuthentication: username !== 'sluice' || password !== 'p@ss' };
    },
    ...options,
  } as ServerOptions);
  await proxy.listen();
  proxies.push(proxy);
  const scheme = options.serverType === 'https' ? 'https' : 'http';
  return {
    url: `${scheme}://${CREDENTIALS}@127.0.0.1:${String(proxy.port)}`,
    targets,
    stop: () => proxy.close(true),
  };
}

const authorityOf = (url: string): string => new URL(url).host;
const portOf = (url: string): string => new URL(url).port;

/** Says which certificate it was shown. */
async function tlsReceiver(): Promise<string> {
  const { certificate: cert, privateKey: key } = receiverPair;
  const options = { cert, key, requestCert: true, rejectUnauthorized: false };
  const server = createTlsServer(options, (request, response) => {
    const { subject } = (request.socket as TLSSocket).getPeerCertificate() as { subject?: { CN: string } };
    response.end(`${request.headers.host ?? ''} saw ${subject?.CN ?? 'nobody'}`);
  });
  return (await listen(server)).replace('http:', 'https:');
}

describe('through an egress proxy', () => {
  test('http and https are tunnelled, on connections that are kept', async () => {
    const proxy = await startProxy();
    const plain = await http(({ rawHeaders }, response) =>
      response.end(rawHeaders.join().match(/proxy/i)?.[0] ?? 'plain'),
    );
    const secure = await tlsReceiver();
    const guarded = client({ proxyUrl: proxy.url, extraCa: [receiverPair.certificate] });
    for (let round = 0; round < 3; round += 1) {
      expect(await guarded.request(post(plain))).toMatchObject({ status: 200, body: 'plain' });
      expect(await guarded.request(post(secure))).toMatchObject({
        status: 200,
        body: `${authorityOf(secure)} saw nobody`,
      });
    }
    expect(proxy.targets).toEqual([authorityOf(plain), authorityOf(secure)]);
  });

  test('the way through the proxy is one phase, TLS with the endpoint another', async () => {
    const proxy = await startProxy();
    const secure = await tlsReceiver();
    const guarded = client({ proxyUrl: proxy.url, extraCa: [receiverPair.certificate] });
    const { timings } = await guarded.request(post(secure));
    const { connectMs = 0, tlsMs = 0, firstByteMs = 0, dnsMs, totalMs } = timings;
    expect([connectMs > 0, tlsMs > 0, firstByteMs > 0, dnsMs]).toEqual([true, true, true, undefined]);
    expect(connectMs + tlsMs + firstByteMs).toBeLessThanOrEqual(totalMs);
    await connectionIsFree();
    const again = (await guarded.request(post(secure))).timings;
    expect([again.connectMs, again.tlsMs]).toEqual([undefined, undefined]);
  });

  test('a client certificate is shown to the endpoint, whose own is verified for its name', async () => {
    const proxy = await startProxy();
    const secure = await tlsReceiver();
    const resolve = () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]);
    const guarded = client({ proxyUrl: proxy.url, extraCa: [receiverPair.certificate], resolve });
    const named = (host: string) =>
      guarded.request(post(`https://${host}:${portOf(secure)}/`, { clientCertificate: clientPair }));
    expect(await named('hook.example')).toMatchObject({ body: `hook.example:${portOf(secure)} saw alice` });
    expect(errorOf(await named('other.example'))).toBe('tls_failed');
  });

  test('the proxy itself may speak TLS', async () => {
    const { certificate: cert, privateKey: key } = receiverPair;
    const proxy = await startProxy({ serverType: 'https', httpsOptions: { cert, key } });
    const secure = await tlsReceiver();
    const trusting = client({ proxyUrl: proxy.url, extraCa: [receiverPair.certificate] });
    expect(await trusting.request(post(secure))).toMatchObject({ status: 200 });
    expect(errorOf(await client({ proxyUrl: proxy.url }).request(post(secure)))).toBe('proxy_failed');
  });

  test('tokens are fetched through it too', async () => {
    const proxy = await startProxy();
    const tokens = await http((_request, response) => response.end('{"access_token":"t","token_type":"Bearer"}'));
    const endpoint = await http((request, response) => response.end(request.headers.authorization));
    const send = createAuthorizedSend(client({ proxyUrl: proxy.url }));
    const oauth2 = { tokenUrl: tokens, clientId: 'id', clientSecret: 's', sendIn: 'body' as const };
    expect(await send({ ...post(endpoint), oauth2 })).toMatchObject({ body: 'Bearer t' });
    expect(proxy.targets).toEqual([authorityOf(tokens), authorityOf(endpoint)]);
  });

  test('a host is judged before the proxy hears of it, and the proxy is asked for the judged address', async () => {
    const proxy = await startProxy();
    const receiver = await http((_request, response) => response.end('ok'));
    const answers = ['127.0.0.1', '10.0.0.1'];
    const resolve = () => Promise.resolve([{ address: answers.shift() ?? '', family: 4 }]);
    const guarded = client({ policy: LOOPBACK, proxyUrl: proxy.url, resolve });
    const ask = (host: string) => guarded.request(post(`http://${host}:${portOf(receiver)}/`));
    expect(await ask('first.example')).toMatchObject({ body: 'ok' });
    expect(errorOf(await ask('second.example'))).toBe('address_refused');
    expect(errorOf(await ask('[::1]'))).toBe('address_refused');
    expect(proxy.targets).toEqual([authorityOf(receiver)]);
  });

  test('another address of the host is tried when the proxy cannot reach the first', async () => {
    const proxy = await startProxy();
    const receiver = await http((_request, response) => response.end('ok'));
    const resolve = () => Promise.resolve(['127.0.0.2', '127.0.0.1'].map((address) => ({ address, family: 4 })));
    const guarded = client({ proxyUrl: proxy.url, resolve });
    expect(await guarded.request(post(`http://hook.example:${portOf(receiver)}/`))).toMatchObject({ body: 'ok' });
    expect(proxy.targets).toEqual(['127.0.0.2', '127.0.0.1'].map((address) => `${address}:${portOf(receiver)}`));
  });
});

describe('who is to blame', () => {
  test('an endpoint that the proxy cannot reach is', async () => {
    const proxy = await startProxy();
    expect(errorOf(await client({ proxyUrl: proxy.url }).request(post(DEAD_ADDRESS)))).toBe('host_unreachable');
  });

  test('an endpoint that the proxy does not allow is', async () => {
    const forbidding = await tcp((socket) => socket.once('data', () => socket.end('HTTP/1.1 403 No\r\n\r\n')));
    expect(errorOf(await client({ proxyUrl: forbidding }).request(post('http://127.0.0.1:9/')))).toBe(
      'address_refused',
    );
  });

  test.each<[string, (socket: Socket) => void]>([
    ['fails', (socket) => socket.end('HTTP/1.1 500 No\r\n\r\n')],
    ['asks for other credentials', (socket) => socket.end('HTTP/1.1 407 No\r\nProxy-Authenticate: Basic\r\n\r\n')],
    ['speaks something else', (socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n')],
    ['answers without an end', (socket) => socket.end(`HTTP/1.1 200 OK\r\nx: ${'x'.repeat(40_000)}\r\n\r\n`)],
  ])('a proxy that %s is, not the endpoint', async (_name, behave) => {
    const proxyUrl = await tcp((socket) =>
      socket.once('data', () => {
        behave(socket);
      }),
    );
    const outcome = await client({ proxyUrl }).request(post('http://127.0.0.1:9/secret-path'));
    expect(outcome).toMatchObject({ kind: 'error', code: 'proxy_failed' });
    expect(JSON.stringify(outcome)).not.toMatch(/secret-path|p@ss|p%40ss/);
  });

  test('a proxy that is gone, or silent before it speaks TLS, is', async () => {
    expect(errorOf(await client({ proxyUrl: DEAD_ADDRESS }).request(post('http://127.0.0.1:9/')))).toBe('proxy_failed');
    const silent = (await tcp(() => undefined)).replace('http:', 'https:');
    const request = post('http://127.0.0.1:9/', { timeoutMs: 200 });
    expect(errorOf(await client({ proxyUrl: silent }).request(request))).toBe('proxy_failed');
    expect(errorOf(await client({ proxyUrl: silent, connectTimeoutMs: 100 }).request(request))).toBe('proxy_failed');
  });

  test('a proxy whose own network is gone is, once it has failed for many hosts', async () => {
    const broken = await tcp((socket) => socket.once('data', () => socket.end('HTTP/1.1 503 No\r\n\r\n')));
    const guarded = client({ proxyUrl: broken });
    const codes: string[] = [];
    for (let host = 1; host <= 6; host += 1) {
      codes.push(errorOf(await guarded.request(post(`http://127.0.0.${String(host)}:9/`))));
    }
    expect(codes).toEqual([...Array.from({ length: 4 }, () => 'host_unreachable'), 'proxy_failed', 'proxy_failed']);
  });

  test('a proxy that dies is noticed at the next connection, and used again when it is back', async () => {
    const receiver = await http((_request, response) => response.setHeader('connection', 'close').end('ok'));
    // A port that the system gives to nobody else while the proxy is away.
    const port = await freePort();
    const proxy = await startProxy({ port });
    const guarded = client({ proxyUrl: proxy.url });
    expect(await guarded.request(post(receiver))).toMatchObject({ body: 'ok' });
    await proxy.stop();
    expect(errorOf(await guarded.request(post(receiver)))).toBe('proxy_failed');
    await startProxy({ port });
    expect(await guarded.request(post(receiver))).toMatchObject({ body: 'ok' });
  });
});

test('no proxy of the environment is used: only the setting counts', async () => {
  const asked: string[] = [];
  const stranger = createTcpServer((socket) => {
    asked.push('asked');
    socket.destroy();
  });
  const url = await listen(stranger);
  const before = { ...process.env };
  Object.assign(process.env, { HTTP_PROXY: url, http_proxy: url, HTTPS_PROXY: url, ALL_PROXY: url });
  try {
    const receiver = await http((_request, response) => response.end('direct'));
    expect(await client().request(post(receiver))).toMatchObject({ body: 'direct' });
    expect(asked).toEqual([]);
  } finally {
    process.env = before;
  }
});
