import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Metrics } from './metrics.ts';

export interface MetricsServer {
  url: string;
  close(): Promise<void>;
}

/** Whether a process does its work yet, and the servers that it waits for. */
export interface ProcessState {
  ready: boolean;
  away: readonly string[];
}

/**
 * Shows a process's metrics on `/metrics`; on `/healthz` that it lives, which asks for nothing and nobody; and, of one
 * that has no API of its own, on `/readyz` whether it does its work: 200, or 503 with what is `away`. Without a port
 * nothing is served.
 */
export async function serveMetrics(
  metrics: Metrics,
  address: { host: string; port?: number },
  state?: () => ProcessState,
): Promise<MetricsServer | undefined> {
  if (address.port === undefined) {
    return undefined;
  }
  const server = createServer(answering(metrics, state));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(address.port, address.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${address.host}:${String(port)}/metrics`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function answering(metrics: Metrics, state: (() => ProcessState) | undefined): RequestListener {
  return ({ url }, response) => {
    if (url === '/metrics') {
      void metrics.text().then((text) => {
        response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(text);
      });
    } else if (url === '/healthz') {
      answer(response, 200, { status: 'ok' });
    } else if (url === '/readyz' && state !== undefined) {
      const { ready, away } = state();
      answer(response, ready ? 200 : 503, { status: ready ? 'ok' : 'starting', away });
    } else {
      response.writeHead(404).end();
    }
  };
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
