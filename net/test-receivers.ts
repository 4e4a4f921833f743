import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server as TcpServer, type Socket } from 'node:net';
import { createAddressPolicy } from './address-policy.ts';
import {
  createGuardedClient,
  type GuardedClient,
  type GuardedClientOptions,
  type HttpRequest,
} from './guarded-client.ts';
import type { HttpOutcome } from './outcome.ts';

/** Receivers of this folder's tests: real servers on free loopback ports, and a client that may reach them. */
const LOOPBACK = createAddressPolicy({ allowCidrs: ['127.0.0.0/8'] });
const closers: (() => Promise<unknown>)[] = [];

/** Stops everything that was started since the last call, newest first. For `afterEach`. */
export async function stopAll(): Promise<void> {
  for (const close of closers.splice(0).reverse()) {
    await close();
  }
}

/** Nothing listens there. Not a port that was free just now: another server, or a connection, may get it meanwhile. */
export const DEAD_ADDRESS = 'http://127.0.0.1:9';

export function client(options: Partial<GuardedClientOptions> = {}): GuardedClient {
  const created = createGuardedClient({ policy: LOOPBACK, userAgent: 'test/1', ...options });
  closers.push(() => created.destroy());
  return created;
}

export async function listen(server: Server | TcpServer): Promise<string> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  closers.push(async () => {
    if ('closeAllConnections' in server) {
      server.closeAllConnections();
    }
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export const http = (listener: RequestListener): Promise<string> => listen(createServer(listener));

/** A server that speaks TCP only; its connections are cut at the end of the test. */
export async function tcp(onConnection: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const url = await listen(
    createTcpServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      onConnection(socket);
    }),
  );
  closers.push(async () => {
    sockets.forEach((socket) => socket.destroy());
  });
  return url;
}

export const post = (url: string, rest: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'POST',
  url,
  headers: { 'content-type': 'application/json' },
  body: '{"a":1}',
  timeoutMs: 5_000,
  ...rest,
});

export async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString();
}

/** undici lends a connection again one turn of the event loop after its response has ended. */
export const connectionIsFree = (): Promise<void> =>
  new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

export const errorOf = (outcome: HttpOutcome): string =>
  outcome.kind === 'error' ? outcome.code : `status ${outcome.status}`;
