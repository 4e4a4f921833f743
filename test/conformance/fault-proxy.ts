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

/** What the server is made to answer instead. */
export interface InjectedAnswer {
  status: number;
  body: string;
  headers?: Record<string, string>;
}

export interface FaultProxy {
  /** Without a path. */
  address: string;
  seen: SeenRequest[];
  /** Asked for each request; undefined passes it on to the server. */
  inject: (request: SeenRequest) => InjectedAnswer | undefined;
  stop(): Promise<void>;
}

/** Stands before a real server and lets it fail on the wire. Signatures stay valid: the Host header is kept. */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const upstream = new URL(target);
  const proxy: FaultProxy = { address: '', seen: [], inject: () => undefined, stop: () => Promise.resolve() };
  const server = createServer((request, response) => {
    const { method = '', url = '', headers } = request;
    const seen = { method, url, headers };
    proxy.seen.push(seen);
    const injected = proxy.inject(seen);
    if (injected === undefined) {
      forward(upstream, request, response);
    } else {
      // The body is taken first, as a store does that fails late.
      request.resume().once('end', () => response.writeHead(injected.status, injected.headers).end(injected.body));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  proxy.address = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
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
