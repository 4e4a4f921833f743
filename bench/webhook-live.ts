import { randomUUID } from 'node:crypto';
import { request } from 'undici';
import { nowMicros } from '../clickhouse/tail.ts';
import type { Bench } from './bench-system.ts';
import { percentile } from './numbers.ts';
import { measured } from './process-stats.ts';
import type { CaseContext, Outcome } from './webhook-case.ts';
import { createWebhooks, readDeliveries } from './webhook-destinations.ts';
import { batching, lasting, liveProperties, paced } from './webhook-trickle.ts';

export interface LiveCase {
  eventsPerSecond: number;
  seconds: number;
  warmUpSeconds: number;
  aimP99Ms: number;
}

const WITHIN_MS = 60_000;

/** Latency from capture to 2xx under steady traffic through capture's HTTP API: what a user of one webhook sees. */
export async function measureLive(
  { bench, receiver }: CaseContext,
  { eventsPerSecond, seconds, warmUpSeconds, aimP99Ms }: LiveCase,
): Promise<Outcome> {
  const { teamId } = bench.system.access;
  const startMicros = await nowMicros(bench.clickhouse);
  const webhooks = await createWebhooks(bench, receiver, { teamId, count: 1, startMicros });
  await receiver.reset();
  const warmUp = (await captureFor(bench, eventsPerSecond, warmUpSeconds)).events;
  await receiver.received(warmUp, WITHIN_MS);
  await readDeliveries(bench, webhooks, { expected: warmUp });
  const sinceMicros = await nowMicros(bench.clickhouse);
  const { result: sent, usage } = await measured(bench.workerPid, async () => {
    const captured = await captureFor(bench, eventsPerSecond, seconds);
    await receiver.received(warmUp + captured.events, WITHIN_MS);
    return captured;
  });
  const figures = await readDeliveries(bench, webhooks, { expected: sent.events, sinceMicros });
  await webhooks.remove();
  return {
    ok: figures.delivered === sent.events && figures.attempts === sent.events,
    result: {
      case: `live, 1 destination at ${String(eventsPerSecond)} events/s through capture, stored to 2xx p99`,
      value: figures.latencyP99Ms,
      unit: 'ms',
      limit: aimP99Ms,
      ratio: figures.latencyP99Ms / aimP99Ms,
      aim: `<= ${String(aimP99Ms)} ms`,
      met: figures.latencyP99Ms <= aimP99Ms,
      p50Ms: figures.latencyP50Ms,
      p95Ms: figures.latencyP95Ms,
      maxMs: figures.latencyMaxMs,
      requestP50Ms: figures.durationP50Ms,
      requestP99Ms: figures.durationP99Ms,
      captureP99Ms: percentile(sent.answersMs, 0.99),
      deliveries: sent.events,
      workerCpuShare: usage.cpuSeconds / seconds,
      workerCpuSecondsPer1000: usage.cpuSeconds / (sent.events / 1_000),
      workerPeakMiB: usage.peakMiB,
    },
  };
}

/** Requests at fixed times, each with a batch. `answersMs`: how long capture took for each. */
async function captureFor(
  { system }: Bench,
  eventsPerSecond: number,
  seconds: number,
): Promise<{ events: number; answersMs: number[] }> {
  const { perBatch, everyMs } = batching(eventsPerSecond);
  const answersMs: number[] = [];
  const batches = await paced(everyMs, lasting(seconds), async () => {
    const batch = Array.from({ length: perBatch }, () => ({
      ...{ event: 'order completed', uuid: randomUUID(), distinct_id: `user_${randomUUID().slice(0, 4)}` },
      properties: liveProperties(),
    }));
    const startedMs = performance.now();
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
  });
  return { events: batches * perBatch, answersMs };
}
