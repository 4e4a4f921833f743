import type { AttemptRecord } from '../core/attempts.ts';
import { MICROS_PER_MS } from '../core/time.ts';
import type { TailEvent } from '../core/webhook-event.ts';
import { recordOf, type AttemptInput } from './attempt.ts';
import { EVENT_EXPIRED, EXPIRED } from './classify.ts';
import { webhookIdOf } from './identity.ts';
import { NO_ANSWER } from './logged-answer.ts';
import type { LaneConfig } from './shard/lane-config.ts';

/**
 * From when on an event is not sent any more, in milliseconds since the epoch; infinite when there is no such time. It counts
 * from its ingestion, whatever it has waited for. A message has a time of its own.
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

/** The log row of an event whose time was over before it was sent. */
export function expiredRecord(input: AttemptInput, atMs: number): AttemptRecord {
  const { config, event } = input;
  const webhookId = webhookIdOf(config.destinationId, event.uuid);
  const judgement = event.message === undefined ? EVENT_EXPIRED : EXPIRED;
  return { ...recordOf({ input, atMs, webhookId }, judgement, NO_ANSWER, atMs), outcome: 'discarded' };
}
