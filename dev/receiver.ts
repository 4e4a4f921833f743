import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { SecureContextOptions, TlsOptions } from 'node:tls';
import { Webhook } from 'standardwebhooks';

export interface ReceivedWebhook {
  webhookId: string;
  attempt: number;
  headers: Record<string, string>;
  body: string;
  receivedAtMs: number;
  /** Answer that was given; undefined when the request was left hanging or its connection reset. */
  status: number | undefined;
}

/** What to do with a request: answer, never answer, or cut the connection. */
export type Reaction = { status: number; headers?: Record<string, string>; body?: string } | 'hang' | 'reset';

export interface ReceiverOptions {
  /** Decides each answer; 200 by default. */
  react?: (request: Omit<ReceivedWebhook, 'status'>) => Reaction | Promise<Reaction>;
  port?: number;
  /** Makes it an HTTPS server. */
  tls?: TlsOptions;
}

/** A webhook receiver on loopback for the demo and for tests: a real HTTP server that remembers every request. */
export interface Receiver {
  url: string;
  port: number;
  requests: ReceivedWebhook[];
  /** webhook-ids that were answered 2xx, in order of arrival, repeats included. */
  deliveredIds(): string[];
  /** Throws when a remembered request does not verify. */
  verifyAll(secret: string): void;
  /** Shows this certificate from the next connection on; of an HTTPS server. */
  showCertificate(certificate: SecureContextOptions): void;
  close(): Promise<void>;
}

export async function startReceiver(options: ReceiverOptions = {}): Promise<Receiver> {
  const requests: ReceivedWebhook[] = [];
  const { tls } = options;
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    void receive(request, response, options, requests).catch(() => {
      request.destroy();
    });
  };
  const secure = tls === undefined ? undefined : createSecureServer(tls, listener);
  const server: Server = secure ?? createServer(listener);
  await new Promise<void>((resolve) => {
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${String(port)}/hook`,
    port,
    requests,
    deliveredIds: () =>
      requests.filter(({ status }) => status !== undefined && status < 300).map(({ webhookId }) => webhookId),
    verifyAll: (secret) => {
      const webhook = new Webhook(secret);
      for (const { body, headers } of requests) {
        webhook.verify(body, headers);
      }
    },
    showCertificate: (certificate) => secure?.setSecureContext(certificate),
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

async function receive(
  request: IncomingMessage,
  response: ServerResponse,
  options: ReceiverOptions,
  requests: ReceivedWebhook[],
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  const received = {
    webhookId: headers['webhook-id'] ?? '',
    attempt: Number(headers['sluice-attempt'] ?? 0),
    headers,
    body: Buffer.concat(chunks).toString('utf8'),
    receivedAtMs: Date.now(),
  };
  const reaction = (await options.react?.(received)) ?? { status: 200 };
  requests.push({ ...received, status: typeof reaction === 'string' ? undefined : reaction.status });
  if (reaction === 'hang') {
    return;
  }
  if (reaction === 'reset') {
    request.socket.resetAndDestroy();
    return;
  }
  response.writeHead(reaction.status, reaction.headers).end(reaction.body ?? '');
}
