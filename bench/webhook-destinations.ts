import { setTimeout as sleep } from 'node:timers/promises';
import type { Micros } from '../core/time.ts';
import { generateSecret } from '../delivery/signing.ts';
import { deleteDestination } from '../store/delete-destination.ts';
import { createDestination } from '../store/destinations.ts';
import type { Bench } from './bench-system.ts';
import { fewAtOnce } from './few-at-once.ts';
import type { BenchReceiver } from './receiver.ts';
import { settleDeleted } from './webhook-workflows.ts';

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
  const endpoints = await fewAtOnce(
    Array.from({ length: wanted.count }, (_, index) => index),
    AT_ONCE,
    create,
  );
  return {
    endpoints,
    secret,
    remove: async () => {
      await fewAtOnce(endpoints, AT_ONCE, ({ destinationId }) =>
        deleteDestination(bench.db, { teamId, id: destinationId }),
      );
      await settleDeleted(bench, { endpoints });
    },
  };
}

export interface DeliveryFigures {
  /** Events with a 2xx, counted once per destination. */
  delivered: number;
  attempts: number;
  /** Of a request, from its start to the end of the answer. */
  durationP50Ms: number;
  durationP99Ms: number;
  /** From when the event was stored to the end of the answer. */
  latencyP50Ms: number;
  latencyP95Ms: number;
  latencyP99Ms: number;
  latencyMaxMs: number;
  /** From the first of these requests to the end of the answer: what an event of a backlog waits for its turn. */
  turnP50Ms: number;
  turnP95Ms: number;
  turnP99Ms: number;
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
          quantileExact(0.99)(latency_ms) AS latencyP99Ms, max(latency_ms) AS latencyMaxMs,
          min(toUnixTimestamp64Milli(attempted_at)) AS firstMs,
          quantileExact(0.5)(toUnixTimestamp64Milli(attempted_at) + duration_ms) - firstMs AS turnP50Ms,
          quantileExact(0.95)(toUnixTimestamp64Milli(attempted_at) + duration_ms) - firstMs AS turnP95Ms,
          quantileExact(0.99)(toUnixTimestamp64Milli(attempted_at) + duration_ms) - firstMs AS turnP99Ms
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

/** When the first 2xx of each event had been read to its end, by its uuid, in milliseconds since 1970. */
export async function readDeliveredAtMs(
  { clickhouse }: Bench,
  { endpoints }: Webhooks,
): Promise<ReadonlyMap<string, number>> {
  const rows = await clickhouse.rows<{ uuid: string; atMs: number }>({
    sql: `SELECT toString(event_uuid) AS uuid, min(toUnixTimestamp64Milli(attempted_at) + duration_ms) AS atMs
      FROM delivery_attempts
      WHERE destination_id IN {destinations:Array(UUID)} AND outcome = 'delivered' GROUP BY event_uuid`,
    params: { destinations: endpoints.map(({ destinationId }) => destinationId) },
  });
  return new Map(rows.map(({ uuid, atMs }) => [uuid, atMs]));
}
