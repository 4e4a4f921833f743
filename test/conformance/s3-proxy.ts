import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as httpRequest,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it comes in. */
export interface SeenRequest {
  method: string;
  /** Path and query. */
  url: string;
  headers: IncomingHttpHeaders;
}

/** What the store is made to answer instead. */
export interface InjectedAnswer {
  status: number;
  code: string;
  message?: string;
  /** More elements of the error's XML. */
  extra?: string;
  headers?: Record<string, string>;
}

export interface S3Proxy {
  endpoint: string;
  seen: SeenRequest[];
  /** Asked for each request; undefined passes it on to the real store. */
  inject: (request: SeenRequest) => InjectedAnswer | undefined;
  stop(): Promise<void>;
}

/** Stands before a real S3 server and lets it fail on the wire. Signatures stay valid: the Host header is kept. */
export async function startS3Proxy(target: string): Promise<S3Proxy> {
  const upstream = new URL(target);
  const proxy: S3Proxy = { endpoint: '', seen: [], inject: () => undefined, stop: () => Promise.resolve() };
  const server = createServer((request, response) => {
    const { method = '', url = '', headers } = request;
    const seen = { method, url, headers };
    proxy.seen.push(seen);
    const injected = proxy.inject(seen);
    if (injected === undefined) {
      forward(upstream, request, response);
    } else {
      // The body is taken first, as a store does that fails late.
      request.resume().once('end', () => answer(response, injected));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  proxy.endpoint = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  proxy.stop = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  };
  return proxy;
}

function forward(upstream: URL, request: IncomingMessage, response: ServerResponse): void {
  const { method, url, headers } = request;
  const passed = httpRequest(
    { host: upstream.hostname, port: upstream.port, method, path: url, headers },
    (answered) => {
      response.writeHead(answered.statusCode ?? 502, answered.headers);
      answered.pipe(response);
    },
  );
  passed.once('error', () => response.destroy());
  request.pipe(passed);
}

function answer(
  response: ServerResponse,
  { status, code, message = 'injected', extra = '', headers }: InjectedAnswer,
): void {
  const body = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${message}</Message>${extra}</Error>`;
  response.writeHead(status, { 'content-type': 'application/xml', ...headers }).end(body);
}

/** What kind of call a request is. */
export function callOf({ method, url }: SeenRequest): string {
  const query = new URL(url, 'http://s3').searchParams;
  if (query.has('partNumber')) {
    return `part ${query.get('partNumber') ?? ''}`;
  }
  if (query.has('uploads')) {
    return method === 'POST' ? 'create' : 'list uploads';
  }
  return query.has('uploadId') ? `${method} upload` : method;
}
