import { createHash } from 'node:crypto';
import { SluiceError } from '../core/errors.ts';
import { microsOf, MICROS_PER_MS } from '../core/time.ts';
import type { ReplayRecord } from '../store/replays.ts';
import type { NewReplayBody } from './replay-view.ts';

/** A replay that ended so long before it was asked for did not end with the moment. */
const MOMENT_MICROS = 60_000_000;

/** The same uuid for the same key of the same webhook. */
export function keyedReplayId(webhook: { teamId: number; id: string }, key: string): string {
  const hex = createHash('sha256')
    .update(JSON.stringify([String(webhook.teamId), webhook.id, key]))
    .digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/**
 * Throws `idempotency_key_reused` when the replay was asked for with something else. What a request leaves open, or what was
 * cut off at the moment in which it came, is no difference.
 */
export function assertSameReplay(row: ReplayRecord, body: NewReplayBody): void {
  if (row.scope !== body.scope || !(row.scope === 'event' ? namesThem(row, body) : isItsRange(row, body))) {
    throw new SluiceError({
      code: 'idempotency_key_reused',
      message: 'another replay was begun with this idempotency_key',
      retryable: false,
      fault: 'customer',
      remedy: 'Use a new key for each replay, and the same one only to repeat a request as it was.',
    });
  }
}

function namesThem({ eventKeys }: ReplayRecord, { event_uuids: asked = [] }: NewReplayBody): boolean {
  const uuids = new Set(asked.map((uuid) => uuid.toLowerCase()));
  return (eventKeys ?? []).every(({ uuid }) => uuids.has(uuid));
}

function isItsRange(row: ReplayRecord, { from, until }: NewReplayBody): boolean {
  const { fromMicros, untilMicros, createdAt } = row;
  const begins = from !== undefined && microsOf(new Date(from)) === fromMicros;
  if (!begins || until === undefined) {
    return begins;
  }
  const asked = microsOf(new Date(until));
  const wasChosen = untilMicros % MICROS_PER_MS === 0 && untilMicros < microsOf(createdAt) - MOMENT_MICROS;
  return untilMicros === asked || (untilMicros < asked && !wasChosen);
}
