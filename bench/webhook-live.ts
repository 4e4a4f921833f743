import { randomUUID } from 'node:crypto';
import { request } from 'undici';
import { nowMicros } from '../clickhouse/tail.ts';
import type { Bench } from './bench-system.ts';
import { percentile } from './numbers.ts';
import { measured } from './process-stats.ts';
import type { CaseContext, Outcome } from './webhook-case.ts';
import { createWebhooks, readDeliveredAtMs, readDeliveries } from './webhook-destinations.ts';
import { batching, lasting, liveProperties, paced } from './webhook-trickle.ts';

export interface LiveCase {
  eventsPerSecond: number;
  seconds: number;
  warmUpSeconds: number;
  aimP99Ms: number;
}

const WITHIN_MS = 60_000;

interface Captured {
  /** When the request that brought it was begun, by the event's uuid. */
  sentAtMs: ReadonlyMap<string, number>;
  /** How long capture took for each request. */
  answersMs: readonly number[];
}

/**
 * From the request to capture's HTTP API to the end of the 2xx, under steady traffic: what a user of one webhook sees. Beside it
 * `stored…`, from when ClickHouse has stamped the event.
 */
export async function measureLive(
  { bench, receiver }: CaseContext,
  { eventsPerSecond, seconds, warmUpSeconds, aimP99Ms }: LiveCase,
): Promise<Outcome> {
  const { teamId } = bench.system.access;
  const startMicros = await nowMicros(bench.clickhouse);
  const webhooks = await createWebhooks(bench, receiver, { teamId, count: 1, startMicros });
  await receiver.reset();
  const warmUp = (await captureFor(bench, eventsPerSecond, warmUpSeconds)).sentAtMs.size;
  await receiver.received(warmUp, WITHIN_MS);
  await readDeliveries(bench, webhooks, { expected: warmUp });
  const sinceMicros = await nowMicros(bench.clickhouse);
  const { result: sent, usage } = await measured(bench.workerPid, async () => {
    const captured = await captureFor(bench, eventsPerSecond, seconds);
    await receiver.received(warmUp + captured.sentAtMs.size, WITHIN_MS);
    return captured;
  });
  const deliveries = sent.sentAtMs.size;
  const figures = await readDeliveries(bench, webhooks, { expected: deliveries, sinceMicros });
  const latenciesMs = latencies(sent, await readDeliveredAtMs(bench, webhooks));
  await webhooks.remove();
  const p99Ms = percentile(latenciesMs, 0.99);
  return {
    ok: figures.delivered === deliveries && figures.attempts === deliveries,
    result: {
      case: `live, 1 destination at ${String(eventsPerSecond)} events/s, request to capture to 2xx p99`,
      ...{ value: p99Ms, unit: 'ms', limit: aimP99Ms, ratio: p99Ms / aimP99Ms },
      ...{ aim: `<= ${String(aimP99Ms)} ms`, met: p99Ms <= aimP99Ms },
      p50Ms: percentile(latenciesMs, 0.5),
      p95Ms: percentile(latenciesMs, 0.95),
      maxMs: Math.max(...latenciesMs),
      storedP50Ms: figures.latencyP50Ms,
      storedP99Ms: figures.latencyP99Ms,
      requestP50Ms: figures.durationP50Ms,
      requestP99Ms: figures.durationP99Ms,
      captureP99Ms: percentile(sent.answersMs, 0.99),
      deliveries,
      workerCpuShare: usage.cpuSeconds / seconds,
      workerCpuSecondsPer1000: usage.cpuSeconds / (deliveries / 1_000),
      workerPeakMiB: usage.peakMiB,
    },
  };
}

/** Both ends by the clock of this machine. */
function latencies({ sentAtMs }: Captured, deliveredAtMs: ReadonlyMap<string, number>): number[] {
  return [...sentAtMs].map(([uuid, atMs]) => (deliveredAtMs.get(uuid) ?? NaN) - atMs);
}

/** Requests at fixed times, each with a batch. */
async function captureFor({ system }: Bench, eventsPerSecond: number, seconds: number): Promise<Captured> {
  const { perBatch, everyMs } = batching(eventsPerSecond);
  const answersMs: number[] = [];
  const sentAtMs = new Map<string, number>();
  await paced(everyMs, lasting(seconds), async () => {
    const batch = Array.from({ length: perBatch }, () => ({
      ...{ event: 'order completed', uuid: randomUUID(), distinct_id: `user_${randomUUID().slice(0, 4)}` },
      properties: liveProperties(),
    }));
    const [startedMs, nowMs] = [performance.now(), Date.now()];
    const { statusCode, body } = await request(`${system.apiUrl}/batch`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ api_key: system.access.captureToken, batch }),
    });
    await body.dump();
    if (statusCode !== 200) {
      throw new Error(`capture answered ${String(statusCode)}`);
    }
    answersMs.push(performance.now() - startedMs);
    batch.forEach(({ uuid }) => sentAtMs.set(uuid, nowMs));
  });
  return { sentAtMs, answersMs };
}
