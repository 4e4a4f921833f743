import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { gunzipSync } from 'node:zlib';
import type { Answer } from './answers.ts';

/** Ends the connection without an answer. */
export const DROP = Symbol('drop');

export interface Request {
  method: string;
  path: string;
  query: URLSearchParams;
  token: string;
  body: unknown;
}

export type Handler = (request: Request) => Promise<Answer | typeof DROP | { status: number }>;
export type RawHandler = (path: string, request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

async function readBody(request: IncomingMessage): Promise<unknown> {
  const pieces: Buffer[] = [];
  for await (const piece of request) {
    pieces.push(piece as Buffer);
  }
  const bytes = Buffer.concat(pieces);
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const text = (isGzip ? gunzipSync(bytes) : bytes).toString('utf8');
  return text === '' ? {} : JSON.parse(text);
}

async function toRequest(message: IncomingMessage, url: URL): Promise<Request> {
  return {
    method: message.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    token: /Token="([^"]*)"/.exec(message.headers.authorization ?? '')?.[1] ?? '',
    body: await readBody(message),
  };
}

async function serve(
  message: IncomingMessage,
  response: ServerResponse,
  raw: RawHandler,
  handler: Handler,
): Promise<void> {
  const url = new URL(message.url ?? '/', 'http://emulator');
  if (await raw(url.pathname, message, response)) {
    return;
  }
  const answer = await handler(await toRequest(message, url));
  if (answer === DROP) {
    message.socket.destroy();
  } else if ('status' in answer) {
    response.writeHead(answer.status).end();
  } else {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  }
}

/** An HTTP server on the loopback. `raw` may take a request before its body is read as JSON. */
export async function listen(raw: RawHandler, handler: Handler): Promise<{ server: Server; port: number }> {
  const server = createServer((message, response) => {
    serve(message, response, raw, handler).catch(() => message.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return { server, port: typeof address === 'object' && address !== null ? address.port : 0 };
}
