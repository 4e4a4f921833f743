import { Agent } from 'undici';
import { buildDeliveryHeaders } from '../delivery/headers.ts';
import { webhookIdOf } from '../delivery/identity.ts';
import { renderEventBody } from '../delivery/payload.ts';
import { signStandard } from '../delivery/signing.ts';
import type { TailEvent } from '../core/webhook-event.ts';

/** A request as the worker would send it. A body that is a function is made when its turn comes. */
export interface PreparedRequest {
  url: string;
  headers: Record<string, string>;
  body: string | Buffer | (() => Promise<Buffer>);
}

export function prepareRequests(
  events: readonly TailEvent[],
  endpoints: readonly { url: string; destinationId: string }[],
  secret: string,
): PreparedRequest[] {
  const secrets = [secret];
  const timestampSeconds = Math.floor(Date.now() / 1_000);
  return events.flatMap((event) => {
    const body = renderEventBody(event);
    return endpoints.map(({ url, destinationId }) => {
      const webhookId = webhookIdOf(destinationId, event.uuid);
      const signature = signStandard({ id: webhookId, timestampSeconds, body, secrets });
      return {
        url,
        body,
        headers: buildDeliveryHeaders({
          custom: {},
          contentType: 'application/json',
          webhookId,
          timestampSeconds,
          signature,
          attempt: 1,
        }),
      };
    });
  });
}

export interface LoopFigures {
  perSecond: number;
  /** Milliseconds per request. */
  durationsMs: number[];
  /** Of this process, which does nothing else meanwhile. */
  cpuSeconds: number;
}

/** The machine's limit for deliveries: nothing but requests and their bodies, with as many at a time as the worker has. */
export async function postAll(
  requests: readonly PreparedRequest[],
  { concurrency, connections }: { concurrency: number; connections: number },
): Promise<LoopFigures> {
  const agent = new Agent({ connections, pipelining: 1 });
  const durationsMs: number[] = [];
  let next = 0;
  const loop = async (): Promise<void> => {
    for (let request = requests[next++]; request !== undefined; request = requests[next++]) {
      const startedMs = performance.now();
      await post(agent, request);
      durationsMs.push(performance.now() - startedMs);
    }
  };
  const startedMs = performance.now();
  const cpuBefore = process.cpuUsage();
  try {
    await Promise.all(Array.from({ length: concurrency }, loop));
    const perSecond = (requests.length / (performance.now() - startedMs)) * 1_000;
    const { user, system } = process.cpuUsage(cpuBefore);
    return { perSecond, durationsMs, cpuSeconds: (user + system) / 1_000_000 };
  } finally {
    await agent.close();
  }
}

async function post(agent: Agent, { url, headers, body }: PreparedRequest): Promise<void> {
  const { origin, pathname } = new URL(url);
  const response = await agent.request({
    origin,
    path: pathname,
    method: 'POST',
    headers,
    body: typeof body === 'function' ? await body() : body,
  });
  await response.body.dump();
  if (response.statusCode !== 200) {
    throw new Error(`the receiver answered ${String(response.statusCode)}`);
  }
}
