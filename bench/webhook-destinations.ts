import { setTimeout as sleep } from 'node:timers/promises';
import type { Micros } from '../core/time.ts';
import { generateSecret } from '../delivery/signing.ts';
import { deleteDestination } from '../store/delete-destination.ts';
import { createDestination } from '../store/destinations.ts';
import type { Bench } from './bench-system.ts';
import type { BenchReceiver } from './receiver.ts';

const WITHIN_MS = 10_000;
/** Webhooks made or removed: more would wait too long for a connection of the pool. */
const AT_ONCE = 100;

export interface Webhooks {
  endpoints: { url: string; destinationId: string }[];
  secret: string;
  remove(): Promise<void>;
}

export interface WantedWebhooks {
  teamId: number;
  count: number;
  startMicros: Micros;
  /** Each endpoint is a host of its own. Default: paths of one host. */
  ownHosts?: boolean;
  /** Beside the defaults. */
  settings?: Record<string, unknown>;
}

/** Webhooks with default settings, created through the store; the worker notices by notification. */
export async function createWebhooks(bench: Bench, receiver: BenchReceiver, wanted: WantedWebhooks): Promise<Webhooks> {
  const { teamId, startMicros, settings = {}, ownHosts = false } = wanted;
  const urls = ownHosts ? await receiver.hosts(wanted.count) : [];
  const secret = generateSecret();
  const create = async (index: number): Promise<Webhooks['endpoints'][number]> => {
    const url = urls[index] ?? receiver.url(index);
    const { id } = await createDestination(bench.db, bench.box, {
      teamId,
      kind: 'webhook',
      name: `bench ${String(index)}`,
      config: { url, secret, ...settings },
      secretFields: ['secret'],
      startMicros,
    });
    return { url, destinationId: id };
  };
  const endpoints = await aFewAtOnce(
    Array.from({ length: wanted.count }, (_, index) => index),
    create,
  );
  return {
    endpoints,
    secret,
    remove: async () => {
      await aFewAtOnce(endpoints, ({ destinationId }) => deleteDestination(bench.db, { teamId, id: destinationId }));
    },
  };
}

async function aFewAtOnce<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let start = 0; start < items.length; start += AT_ONCE) {
    results.push(...(await Promise.all(items.slice(start, start + AT_ONCE).map(work))));
  }
  return results;
}

export interface DeliveryFigures {
  /** Events with a 2xx, counted once per destination. */
  delivered: number;
  attempts: number;
  /** Of a request, from its start to the end of the answer. */
  durationP50Ms: number;
  durationP99Ms: number;
  /** From capture to the end of the answer. */
  latencyP50Ms: number;
  latencyP95Ms: number;
  latencyP99Ms: number;
  latencyMaxMs: number;
}

/** What the attempt log says about the deliveries of these destinations, once it holds `expected` of them. */
export async function readDeliveries(
  { clickhouse }: Bench,
  { endpoints }: Webhooks,
  query: { expected: number; sinceMicros?: Micros; withinMs?: number },
): Promise<DeliveryFigures> {
  const destinations = endpoints.map(({ destinationId }) => destinationId);
  const read = async (): Promise<DeliveryFigures | undefined> => {
    const [row] = await clickhouse.rows<DeliveryFigures>({
      sql: `SELECT uniqExactIf((destination_id, event_uuid), outcome = 'delivered') AS delivered, count() AS attempts,
          quantileExact(0.5)(duration_ms) AS durationP50Ms, quantileExact(0.99)(duration_ms) AS durationP99Ms,
          quantileExact(0.5)(latency_ms) AS latencyP50Ms, quantileExact(0.95)(latency_ms) AS latencyP95Ms,
          quantileExact(0.99)(latency_ms) AS latencyP99Ms, max(latency_ms) AS latencyMaxMs
        FROM delivery_attempts WHERE destination_id IN {destinations:Array(UUID)}
          AND event_inserted_at >= fromUnixTimestamp64Micro({since:Int64}, 'UTC')`,
      params: { destinations, since: query.sinceMicros ?? 0 },
    });
    return row;
  };
  const deadlineMs = performance.now() + (query.withinMs ?? WITHIN_MS);
  while (performance.now() < deadlineMs) {
    const row = await read();
    if (row !== undefined && row.delivered >= query.expected) {
      return row;
    }
    await sleep(100);
  }
  throw new Error(`the attempt log does not hold ${String(query.expected)} deliveries`);
}
