import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { insertEvents, type CapturedEvent } from '../clickhouse/insert-events.ts';
import { nowMicros } from '../clickhouse/tail.ts';
import { clickhouseTime, microsOf } from '../core/time.ts';
import type { Bench } from './bench-system.ts';
import { measured } from './process-stats.ts';
import type { BenchReceiver } from './receiver.ts';
import type { Result } from './report.ts';
import { createWebhooks, readDeliveries } from './webhook-destinations.ts';

const EVENTS_PER_SECOND = 50;
/** As capture's group commit does it: one insert for what came in so long. */
const INSERT_EVERY_MS = 100;
const WARM_UP_SECONDS = 5;
const AIM_P99_MS = 1_000;
const INSERT_TIMEOUT_MS = 30_000;
const TIMEOUT_MS = 60_000;

/** Latency from capture to 2xx under a steady trickle, from the attempt log: what a user of one webhook sees. */
export async function measureLive(
  bench: Bench,
  receiver: BenchReceiver,
  { seconds }: { seconds: number },
): Promise<{ ok: boolean; result: Result }> {
  const teamId = await bench.newTeam('live');
  const startMicros = await nowMicros(bench.clickhouse);
  const webhooks = await createWebhooks(bench, receiver, { teamId, count: 1, startMicros });
  await receiver.reset();
  const warmUp = await trickle(bench, teamId, lasting(WARM_UP_SECONDS));
  await receiver.received(warmUp, TIMEOUT_MS);
  await readDeliveries(bench, webhooks, { expected: warmUp });
  const sinceMicros = await nowMicros(bench.clickhouse);
  const { result: sent, usage } = await measured(bench.workerPid, async () => {
    const events = await trickle(bench, teamId, lasting(seconds));
    await receiver.received(warmUp + events, TIMEOUT_MS);
    return events;
  });
  const figures = await readDeliveries(bench, webhooks, { expected: sent, sinceMicros });
  await webhooks.remove();
  return {
    ok: figures.delivered === sent && figures.attempts === sent,
    result: {
      case: `live, 1 destination at ${String(EVENTS_PER_SECOND)} events/s, capture to 2xx p99`,
      value: figures.latencyP99Ms,
      unit: 'ms',
      limit: AIM_P99_MS,
      ratio: figures.latencyP99Ms / AIM_P99_MS,
      aim: `<= ${String(AIM_P99_MS)} ms`,
      met: figures.latencyP99Ms <= AIM_P99_MS,
      p50Ms: figures.latencyP50Ms,
      maxMs: figures.latencyMaxMs,
      requestP50Ms: figures.durationP50Ms,
      requestP99Ms: figures.durationP99Ms,
      deliveries: sent,
      workerCpuShare: usage.cpuSeconds / seconds,
      workerCpuSecondsPer1000: usage.cpuSeconds / (sent / 1_000),
      workerPeakMiB: usage.peakMiB,
    },
  };
}

const lasting =
  (seconds: number) =>
  (elapsedMs: number): boolean =>
    elapsedMs >= seconds * 1_000;

/** Inserts at fixed times, whatever an insert takes, so that a slow one delays no other. How many events there were. */
export async function trickle(bench: Bench, teamId: number, isOver: (elapsedMs: number) => boolean): Promise<number> {
  const perBatch = (EVENTS_PER_SECOND * INSERT_EVERY_MS) / 1_000;
  const startedMs = performance.now();
  const inserts: Promise<void>[] = [];
  while (!isOver(inserts.length * INSERT_EVERY_MS)) {
    await sleep(Math.max(0, startedMs + inserts.length * INSERT_EVERY_MS - performance.now()));
    const events = Array.from({ length: perBatch }, () => liveEvent(teamId));
    inserts.push(
      insertEvents(bench.clickhouse, events, { deduplicationToken: randomUUID(), timeoutMs: INSERT_TIMEOUT_MS }),
    );
  }
  await Promise.all(inserts);
  return inserts.length * perBatch;
}

function liveEvent(teamId: number): CapturedEvent {
  return {
    teamId,
    uuid: randomUUID(),
    event: 'order completed',
    distinctId: `user_${String(Math.floor(Math.random() * 10_000))}`,
    propertiesJson: JSON.stringify({
      orderId: randomUUID(),
      price: 12.34,
      items: ['shoes', 'books'],
      note: 'x'.repeat(400),
    }),
    personId: randomUUID(),
    personPropertiesJson: '{"plan":"team"}',
    timestamp: clickhouseTime(microsOf(new Date())),
  };
}
