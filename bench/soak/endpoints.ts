import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from './log-lag.ts';

interface Reply {
  status: number;
  afterMs: number;
}

interface Delivery {
  webhookId: string;
  /** Requests with this id, this one included. */
  requests: number;
}

/** By the share of the load's time that is over. */
type Behaviour = (elapsed: number, delivery: Delivery) => Reply;

const OK: Reply = { status: 200, afterMs: 0 };
const FAILED: Reply = { status: 500, afterMs: 0 };
const within = (elapsed: number, from: number, until: number): boolean => elapsed >= from && elapsed < until;
/** Of what one event in twenty or so has there; ids are base64url. */
const RETRIED = /[a-c].$/;

const MAX_LATEST = 200_000;

const NAMES = ['steady', 'slow', 'flaky', 'failing'] as const;
export type EndpointName = (typeof NAMES)[number];

const BEHAVIOURS: Record<EndpointName, Behaviour> = {
  steady: () => OK,
  /** For a third of the time events come faster than it takes them. */
  slow: (elapsed) => ({ status: 200, afterMs: within(elapsed, 0.3, 0.6) ? 1_500 : 20 }),
  /** Some events are taken at their third request only, be it a probe or a retry: each has a workflow of its own. */
  flaky: (_elapsed, { webhookId, requests }) => (RETRIED.test(webhookId) && requests < 3 ? FAILED : OK),
  /** Suspended, probed, and caught up with. */
  failing: (elapsed) => (within(elapsed, 0.35, 0.5) ? FAILED : OK),
};

/** What an endpoint keeps of its requests: ids and times, so that hours of traffic fit. Times are Date.now(). */
export interface Endpoint {
  name: EndpointName;
  url: string;
  /** When each `webhook-id` was answered 200 first. */
  firstMs: Map<string, number>;
  /** When any was, repeats included; in order. */
  answeredMs: number[];
  /** Requests by `webhook-id`, while there has been no 200. */
  refused: Map<string, number>;
  /** The latest answers of any status, in order: of minutes, also while a backlog is caught up with. */
  latest: Answer[];
  /** Answers of any status. */
  answers: number;
}

export interface Endpoints {
  all: readonly Endpoint[];
  close(): void;
}

/** One server; each endpoint is a path of it. */
export async function startEndpoints(elapsed: () => number): Promise<Endpoints> {
  const all: Endpoint[] = [];
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    const endpoint = all.find(({ url }) => url.endsWith(request.url ?? ''));
    if (endpoint === undefined) {
      response.writeHead(404).end();
      return;
    }
    request.resume().once('end', () => {
      void answer(endpoint, elapsed(), request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  for (const name of NAMES) {
    all.push({
      name,
      url: `http://127.0.0.1:${String(port)}/${name}`,
      firstMs: new Map(),
      answeredMs: [],
      refused: new Map(),
      latest: [],
      answers: 0,
    });
  }
  return {
    all,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function answer(
  endpoint: Endpoint,
  elapsed: number,
  { headers }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { name, firstMs, answeredMs, refused, latest } = endpoint;
  const webhookId = String(headers['webhook-id']);
  const requests = (refused.get(webhookId) ?? 0) + 1;
  refused.set(webhookId, requests);
  const { status, afterMs } = BEHAVIOURS[name](elapsed, { webhookId, requests });
  if (afterMs > 0) {
    await sleep(afterMs);
  }
  const nowMs = Date.now();
  endpoint.answers += 1;
  latest.push({ webhookId, atMs: nowMs });
  if (latest.length > MAX_LATEST) {
    latest.splice(0, MAX_LATEST / 2);
  }
  if (status === 200) {
    answeredMs.push(nowMs);
    refused.delete(webhookId);
    firstMs.set(webhookId, firstMs.get(webhookId) ?? nowMs);
  }
  response.writeHead(status, { 'content-length': 0 }).end();
}
