import { createServer, type IncomingMessage, request as httpRequest, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a statement gets instead of the engine's answer. */
export type Fault =
  | { status: number; code: number; text: string }
  /** An answer that is not ClickHouse's, as of a load balancer. */
  | { status: number; html: string }
  /** Takes this many bytes of the body, then breaks the connection. */
  | { resetAfterBytes: number }
  | 'hang';

export type Passage = 'pass' | 'cut before' | 'cut after';

export interface AuthProxy {
  url: string;
  /** Texts of the statements since the start; rows of an INSERT are not in it. */
  statements: string[];
  /** The next `times` statements that match get `fault`. */
  inject(match: RegExp, fault: Fault, times?: number): void;
  /** Decides on every statement; may wait. `cut after`: the engine does it, and nobody learns of it. */
  intercept: (statement: string) => Promise<Passage>;
  stop(): Promise<void>;
}

export const USER = 'sluice';
export const PASSWORD = 'right-horse-battery';

/** A checking proxy before the embedded ClickHouse at `upstream`; see README.md for what of it is emulated. */
export async function startAuthProxy(upstream: string): Promise<AuthProxy> {
  const statements: string[] = [];
  const faults: { match: RegExp; fault: Fault; times: number }[] = [];
  const server = createServer((request, response) => {
    void answer(request, response).catch(() => response.destroy());
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', upstream);
    const insert = url.searchParams.get('query');
    const body = insert === null ? Buffer.concat(await request.toArray()) : undefined;
    const statement = insert ?? String(body);
    statements.push(statement);
    if (!mayEnter(request, url)) {
      refuse(response, { status: 403, code: 516, text: AUTHENTICATION_FAILED });
      return;
    }
    const found = faults.find(({ match, times }) => times > 0 && match.test(statement));
    if (found === undefined) {
      await pass({ request, response, url, body }, await proxy.intercept(statement));
      return;
    }
    found.times -= 1;
    await applyFault(found.fault, request, response);
  }

  async function pass(exchange: Exchange, passage: Passage): Promise<void> {
    if (passage === 'pass') {
      forward(exchange);
      return;
    }
    if (passage === 'cut after') {
      await new Promise((resolve) => forward(exchange, resolve));
    }
    exchange.request.socket.resetAndDestroy();
  }

  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const proxy: AuthProxy = {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    statements,
    inject: (match, fault, times = 1) => faults.push({ match, fault, times }),
    intercept: () => Promise.resolve('pass'),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
}

const AUTHENTICATION_FAILED =
  'sluice: Authentication failed: password is incorrect, or there is no user with such name. (AUTHENTICATION_FAILED)';

function mayEnter({ headers }: IncomingMessage, url: URL): boolean {
  const named = ['user', 'password'].some((name) => url.searchParams.has(name));
  const isBasic = headers.authorization === `Basic ${Buffer.from(`${USER}:${PASSWORD}`).toString('base64')}`;
  return !named && (isBasic || (headers['x-clickhouse-user'] === USER && headers['x-clickhouse-key'] === PASSWORD));
}

function refuse(
  response: ServerResponse,
  { status, code, text }: { status: number; code: number; text: string },
): void {
  response.setHeader('X-ClickHouse-Exception-Code', code);
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=UTF-8', Connection: 'close' });
  response.end(`Code: ${String(code)}. DB::Exception: ${text} (version 25.8.1.1)\n`);
}

async function applyFault(fault: Fault, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (fault === 'hang') {
    return;
  }
  if ('resetAfterBytes' in fault) {
    let taken = 0;
    for await (const bytes of request as AsyncIterable<Buffer>) {
      taken += bytes.length;
      if (taken > fault.resetAfterBytes) {
        break;
      }
    }
    request.socket.resetAndDestroy();
  } else if ('html' in fault) {
    response.writeHead(fault.status, { 'Content-Type': 'text/html' }).end(fault.html);
  } else {
    refuse(response, fault);
  }
}

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  url: URL;
  /** Undefined for an INSERT, whose rows are still on their way. */
  body: Buffer | undefined;
}

/** With `onEnd` the engine's answer goes there, and not to the client. */
function forward({ request, response, url, body }: Exchange, onEnd?: (value: undefined) => void): void {
  const upstream = httpRequest(url, { method: request.method ?? 'POST', agent: false }, (answered) => {
    if (onEnd === undefined) {
      response.writeHead(answered.statusCode ?? 500, answered.headers);
      answered.pipe(response);
    } else {
      answered.resume().once('end', () => onEnd(undefined));
    }
  });
  upstream.on('error', () => response.destroy());
  response.once('close', () => upstream.destroy());
  if (body === undefined) {
    request.pipe(upstream);
    request.once('aborted', () => upstream.destroy());
  } else {
    upstream.end(body);
  }
}
