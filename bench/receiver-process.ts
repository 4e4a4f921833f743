/**
 * The receiver of benchmarks, a process of its own: answers every POST with 200 and counts it, or misbehaves as it is
 * told. Talks to its parent over IPC and ends with it.
 */
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostOf } from './loopback-hosts.ts';

export interface ReceiverStats {
  /** Those that were answered 200. */
  requests: number;
  bytes: number;
  /** Milliseconds of Date.now(); undefined before the first request. */
  firstMs: number | undefined;
  lastMs: number | undefined;
}

/** No answer; headers and then a byte at a time, without an end; 500. */
export type Fault = 'hanging' | 'dripping' | 'failing';

/** Endpoints with a lower index have the fault. */
export interface Misbehaviour {
  fault: Fault;
  below: number;
}

export type ReceiverMessage = 'stats' | 'reset' | { hosts: number } | Misbehaviour;

const DRIP_EVERY_MS = 250;

function empty(): ReceiverStats {
  return { requests: 0, bytes: 0, firstMs: undefined, lastMs: undefined };
}

let stats = empty();
let misbehaviour: Misbehaviour = { fault: 'failing', below: 0 };
const hosts: Server[] = [];

function answer(request: IncomingMessage, response: ServerResponse, bytes: number): void {
  const index = Number(request.url?.split('/').at(-1));
  if (index < misbehaviour.below) {
    misbehave(misbehaviour.fault, response);
    return;
  }
  stats.requests += 1;
  stats.bytes += bytes;
  stats.lastMs = Date.now();
  response.writeHead(200, { 'content-length': 0 }).end();
}

function misbehave(fault: Fault, response: ServerResponse): void {
  if (fault === 'failing') {
    response.writeHead(500, { 'content-length': 0 }).end();
  } else if (fault === 'dripping') {
    response.writeHead(200, { 'content-length': 1_000_000 });
    const timer = setInterval(() => response.write('.'), DRIP_EVERY_MS);
    response.on('close', () => {
      clearInterval(timer);
    });
  }
}

const listener: RequestListener = (request, response) => {
  stats.firstMs ??= Date.now();
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  request.on('end', () => {
    answer(request, response, bytes);
  });
};
const newServer = (): Server => createServer({ keepAliveTimeout: 60_000 }, listener);
const server = newServer();

/** One listener for each address, on the same port. */
async function listenOn(count: number): Promise<void> {
  const { port } = server.address() as AddressInfo;
  while (hosts.length < count) {
    const host = newServer();
    hosts.push(host);
    await new Promise<void>((resolve) => host.listen(port, hostOf(hosts.length - 1), resolve));
  }
}

async function obey(message: ReceiverMessage): Promise<ReceiverStats> {
  const before = stats;
  if (message === 'reset') {
    stats = empty();
  } else if (message !== 'stats' && 'hosts' in message) {
    await listenOn(message.hosts);
  } else if (message !== 'stats') {
    misbehaviour = message;
  }
  return before;
}

process.on('message', (message: ReceiverMessage) => {
  void obey(message).then((answered) => process.send?.(answered));
});
process.on('disconnect', () => {
  process.exit(0);
});
server.listen(0, '127.0.0.1', () => {
  process.send?.((server.address() as AddressInfo).port);
});
