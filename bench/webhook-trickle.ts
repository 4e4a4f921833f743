import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { insertEvents, type CapturedEvent } from '../clickhouse/insert-events.ts';
import { clickhouseTime, microsOf } from '../core/time.ts';
import type { Bench } from './bench-system.ts';

export interface Trickle {
  /** Default 50. */
  eventsPerSecond?: number;
  /** Asked before each batch, with the time since the first one. */
  isOver(elapsedMs: number): boolean;
  /** Told after each batch how many events there are. */
  onSent?(events: number): void;
}

const EVENTS_PER_SECOND = 50;
/** As capture's group commit does it: one insert for what came in so long. */
const INSERT_EVERY_MS = 100;
const INSERT_TIMEOUT_MS = 30_000;

export const lasting =
  (seconds: number) =>
  (elapsedMs: number): boolean =>
    elapsedMs >= seconds * 1_000;

/** Calls at fixed times, whatever a call takes, so that a slow one delays no other. How many calls there were. */
export async function paced(everyMs: number, isOver: Trickle['isOver'], call: () => Promise<void>): Promise<number> {
  const startedMs = performance.now();
  const calls: Promise<void>[] = [];
  while (!isOver(calls.length * everyMs)) {
    await sleep(Math.max(0, startedMs + calls.length * everyMs - performance.now()));
    calls.push(call());
  }
  await Promise.all(calls);
  return calls.length;
}

/** Size and distance of batches that make this rate. */
export function batching(eventsPerSecond: number): { perBatch: number; everyMs: number } {
  const perBatch = Math.max(1, Math.round((eventsPerSecond * INSERT_EVERY_MS) / 1_000));
  return { perBatch, everyMs: (perBatch * 1_000) / eventsPerSecond };
}

/** Inserts events as they come in. How many there were. */
export async function trickle(bench: Bench, teamId: number, wanted: Trickle): Promise<number> {
  const { perBatch, everyMs } = batching(wanted.eventsPerSecond ?? EVENTS_PER_SECOND);
  let sent = 0;
  await paced(everyMs, wanted.isOver, async () => {
    const events = Array.from({ length: perBatch }, () => liveEvent(teamId));
    await insertEvents(bench.clickhouse, events, {
      deduplicationToken: randomUUID(),
      timeoutMs: INSERT_TIMEOUT_MS,
    });
    sent += perBatch;
    wanted.onSent?.(sent);
  });
  return sent;
}

/** What an event of the live cases says, about 550 bytes. */
export function liveProperties(): Record<string, unknown> {
  return { orderId: randomUUID(), price: 12.34, items: ['shoes', 'books'], note: 'x'.repeat(400) };
}

function liveEvent(teamId: number): CapturedEvent {
  return {
    teamId,
    uuid: randomUUID(),
    event: 'order completed',
    distinctId: `user_${String(Math.floor(Math.random() * 10_000))}`,
    propertiesJson: JSON.stringify(liveProperties()),
    personId: randomUUID(),
    personPropertiesJson: '{"plan":"team"}',
    timestamp: clickhouseTime(microsOf(new Date())),
  };
}
