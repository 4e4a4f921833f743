import type { AttemptRecord } from '../core/attempts.ts';
import { MICROS_PER_MS } from '../core/time.ts';
import type { TailEvent } from '../core/webhook-event.ts';
import { recordOf, type AttemptInput, type Moment } from './attempt.ts';
import { EVENT_EXPIRED, EXPIRED } from './classify.ts';
import { webhookIdOf } from './identity.ts';
import { NO_ANSWER } from './logged-answer.ts';
import type { LaneConfig } from './shard/lane-config.ts';

/**
 * From when on an event is not sent any more, by the clock that stamps events; infinite when there is no such time. It counts from
 * its ingestion, whatever it has waited for. A message has a time of its own.
 */
export function expiresAtMs(
  { ttlMs }: Pick<LaneConfig, 'ttlMs'>,
  { insertedAtMicros, message }: Pick<TailEvent, 'insertedAtMicros' | 'message'>,
): number {
  if (message !== undefined) {
    return message.expiresAtMs;
  }
  return ttlMs === undefined ? Number.POSITIVE_INFINITY : Math.floor(insertedAtMicros / MICROS_PER_MS) + ttlMs;
}

/**
 * From when on the event is not sent any more, by the webhook's present settings and the clock that stamps events; null: there is no
 * such time. `expiresInMs`: so long after the answer, for those who have another clock.
 */
export interface WithEnd {
  expiresAtMs?: number | null;
  expiresInMs?: number;
}

/** An end for those with another clock. Empty: there is none. */
export function endFrom(
  endMs: number,
  nowMs: number | undefined,
): Omit<WithEnd, 'expiresAtMs'> & { expiresAtMs?: number } {
  if (!Number.isFinite(endMs)) {
    return {};
  }
  return { expiresAtMs: endMs, ...(nowMs !== undefined && { expiresInMs: Math.max(0, endMs - nowMs) }) };
}

/** The log row of an event whose time was over before it was sent. */
export function expiredRecord(input: AttemptInput, now: Moment): AttemptRecord {
  const { config, event } = input;
  const webhookId = webhookIdOf(config.destinationId, event.uuid);
  const judgement = event.message === undefined ? EVENT_EXPIRED : EXPIRED;
  return { ...recordOf({ input, atMs: now.atMs, webhookId }, judgement, NO_ANSWER, now), outcome: 'discarded' };
}
