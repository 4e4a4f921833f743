import { setTimeout as sleep } from 'node:timers/promises';
import { nowMicros } from '../clickhouse/tail.ts';
import type { Bench } from './bench-system.ts';
import type { CaseContext, Outcome } from './webhook-case.ts';
import { createWebhooks, readDeliveries, type Webhooks } from './webhook-destinations.ts';
import { lasting, trickle } from './webhook-trickle.ts';

export interface OutageCase {
  /** How long the endpoint answers 500. */
  outageSeconds: number;
  eventsPerSecond: number;
}

/** Retried events come back within a minute of the recovery, whatever step of a longer schedule they had reached. */
const RETRY_SCHEDULE_MS = [5_000, ...Array.from({ length: 29 }, () => 60_000)];
/** Events that are younger may still be on their way: a poll, a request, a flush of the attempt log. */
const ON_THEIR_WAY_MS = 2_000;
const LOOK_EVERY_MS = 500;
const WITHIN_MS = 30 * 60_000;
const AIM_P99_MS = 1_000;

interface Sent {
  events: number;
  /** Counts of the past, oldest first. */
  history: { atMs: number; events: number }[];
}

/**
 * One of two endpoints fails for a while, under steady traffic that goes on all the time: how long after the repair its
 * backlog is gone, how fast it is caught up with, and what the other endpoint felt.
 */
export async function measureOutage(
  { bench, receiver, onProgress }: CaseContext,
  { outageSeconds, eventsPerSecond }: OutageCase,
): Promise<Outcome> {
  const teamId = await bench.newTeam('outage');
  const startMicros = await nowMicros(bench.clickhouse);
  const settings = { retryScheduleMs: RETRY_SCHEDULE_MS };
  const webhooks = await createWebhooks(bench, receiver, { teamId, count: 2, startMicros, ownHosts: true, settings });
  const [broken, healthy] = [only(webhooks, 0), only(webhooks, 1)];
  await receiver.misbehave({ fault: 'failing', below: 1 });

  const sent: Sent = { events: 0, history: [] };
  const trickling = startTrickle(bench, teamId, eventsPerSecond, sent);
  await sleep(outageSeconds * 1_000);
  const backlog = sent.events - (await countDelivered(bench, broken));
  await receiver.misbehave({ fault: 'failing', below: 0 });
  const repairedMs = performance.now();
  onProgress(`repaired with a backlog of ${String(backlog)}`);

  const first = await until(async () => (await countDelivered(bench, broken)) > 0);
  const caughtUp = await until(async () => (await countAttempted(bench, broken)) >= sentBefore(sent, ON_THEIR_WAY_MS));
  await trickling.stop();
  const all = await until(async () => (await countDelivered(bench, broken)) >= sent.events);
  const figures = await readDeliveries(bench, healthy, { expected: sent.events, withinMs: WITHIN_MS });
  await webhooks.remove();

  const seconds = (atMs: number): number => (atMs - repairedMs) / 1_000;
  onProgress(`caught up ${seconds(caughtUp).toFixed(1)} s after the repair`);
  return {
    ok: figures.delivered === sent.events && figures.attempts === sent.events,
    result: {
      case: `outage of ${String(outageSeconds)} s at ${String(eventsPerSecond)} events/s, until caught up`,
      ...{ value: seconds(caughtUp), unit: 's', limit: null, ratio: null },
      aim: `the other endpoint's p99 <= ${String(AIM_P99_MS)} ms`,
      met: figures.latencyP99Ms <= AIM_P99_MS,
      firstDeliverySeconds: seconds(first),
      allDeliveredSeconds: seconds(all),
      backlog,
      catchUpPerSecond: backlog / Math.max(0.001, (caughtUp - first) / 1_000),
      otherP50Ms: figures.latencyP50Ms,
      otherP99Ms: figures.latencyP99Ms,
      events: sent.events,
    },
  };
}

const only = (webhooks: Webhooks, index: number): Webhooks => ({
  ...webhooks,
  endpoints: webhooks.endpoints.slice(index, index + 1),
});

function startTrickle(bench: Bench, teamId: number, eventsPerSecond: number, sent: Sent): { stop(): Promise<unknown> } {
  let over = false;
  const ended = trickle(bench, teamId, {
    eventsPerSecond,
    isOver: (elapsedMs) => over || lasting(WITHIN_MS)(elapsedMs),
    onSent: (events) => {
      sent.events = events;
      sent.history.push({ atMs: performance.now(), events });
    },
  });
  return {
    stop: () => {
      over = true;
      return ended;
    },
  };
}

function sentBefore({ history }: Sent, agoMs: number): number {
  const untilMs = performance.now() - agoMs;
  return history.findLast(({ atMs }) => atMs <= untilMs)?.events ?? 0;
}

/** When it became true. */
async function until(isTrue: () => Promise<boolean>): Promise<number> {
  const deadlineMs = performance.now() + WITHIN_MS;
  while (!(await isTrue())) {
    if (performance.now() > deadlineMs) {
      throw new Error('the endpoint did not recover');
    }
    await sleep(LOOK_EVERY_MS);
  }
  return performance.now();
}

const countDelivered = (bench: Bench, webhooks: Webhooks): Promise<number> =>
  countEvents(bench, webhooks, `outcome = 'delivered'`);
const countAttempted = (bench: Bench, webhooks: Webhooks): Promise<number> => countEvents(bench, webhooks, 'true');

async function countEvents({ clickhouse }: Bench, { endpoints }: Webhooks, condition: string): Promise<number> {
  const [row] = await clickhouse.rows<{ events: number }>({
    sql: `SELECT uniqExact(event_uuid) AS events FROM delivery_attempts WHERE destination_id = {destination:UUID} AND ${condition}`,
    params: { destination: endpoints[0]?.destinationId ?? '' },
  });
  return row?.events ?? 0;
}
