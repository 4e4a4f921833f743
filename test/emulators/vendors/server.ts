import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ANALYTICS } from './analytics.ts';
import { AUTOMATION } from './automation.ts';
import { CHAT } from './chat.ts';

/**
 * One server for the interfaces of many vendors: `https://host/path` of a vendor is `<url>/host/path` here. It takes
 * what the vendor's pages say that it takes, refuses everything else as they say, and keeps what it took.
 *
 * It does not prove that the vendors' own servers agree with their pages, nor anything about their limits, their
 * de-duplication, or what becomes of an event that was taken.
 */
export interface VendorServer {
  url: string;
  /** The address here of a vendor's URL. */
  addressOf(url: string): string;
  /** What was taken, newest last. */
  taken: Received[];
  /** The next answer, whatever is sent. */
  answerOnce(answer: VendorAnswer): void;
  stop(): Promise<void>;
}

export interface Received {
  method: string;
  host: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  body: string;
}

export interface VendorAnswer {
  status: number;
  body: string;
  headers?: Record<string, string>;
}

/** Checks one request and answers it as the vendor would. */
export type Receiver = (request: Received) => VendorAnswer;

const RECEIVERS: Readonly<Record<string, Receiver>> = { ...CHAT, ...AUTOMATION, ...ANALYTICS };

export async function startVendors(): Promise<VendorServer> {
  const taken: Received[] = [];
  let next: VendorAnswer | undefined;
  const server = createServer((request, response) => {
    void receive(request).then((received) => {
      const answer = next ?? answerTo(received);
      if (next === undefined && answer.status < 300) {
        taken.push(received);
      }
      next = undefined;
      response.writeHead(answer.status, answer.headers ?? {}).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return {
    ...{ url, taken },
    addressOf: (vendorUrl) => `${url}/${vendorUrl.replace(/^https:\/\//, '')}`,
    answerOnce: (answer) => {
      next = answer;
    },
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}

async function receive(request: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  const [, host = '', rest = ''] = /^\/([^/]+)(\/.*)$/.exec(request.url ?? '') ?? [];
  const parsed = new URL(rest, 'https://vendor.example');
  return {
    ...{ method: request.method ?? '', host, path: parsed.pathname, query: parsed.searchParams },
    ...{ headers: request.headers, body: Buffer.concat(chunks).toString() },
  };
}

function answerTo(request: Received): VendorAnswer {
  const receiver = RECEIVERS[request.host];
  if (receiver === undefined) {
    return { status: 599, body: `no vendor at ${request.host}` };
  }
  return request.method === 'POST' && request.headers['content-type'] === 'application/json'
    ? receiver(request)
    : { status: 405, body: 'POST JSON' };
}
