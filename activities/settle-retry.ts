import { appendAttempts } from '../clickhouse/attempt-log.ts';
import type { AttemptRecord } from '../core/attempts.ts';
import { webhookIdOf } from '../delivery/identity.ts';
import { addOpenRetries } from '../store/endpoint-state.ts';
import { keepsBacklog, restorableUntil } from '../store/restore-webhook.ts';
import type { ActivityDeps } from './deps.ts';
import { tellExhausted } from './operations.ts';
import type { SettleRetryInput } from './types.ts';

/**
 * Ends a retried delivery: frees its place under the cap and puts a dropped event on record. That of a deleted webhook is
 * parked: when the webhook is restored it is due.
 */
export async function settleRetry(deps: ActivityDeps, input: SettleRetryInput): Promise<void> {
  if (input.outcome === 'dropped') {
    const at = new Date(await deps.eventClock.recentMs());
    const row = (await isOwed(deps, input)) ? parkedRow(input, at) : droppedRow(input, at);
    await appendAttempts(deps.clickhouse, [row]);
    await tellExhausted(deps, [row]);
  }
  await addOpenRetries(deps.db, input.destinationId, -1, deps.settings.openRetriesCap);
}

/** A deletion may have been taken back while the delivery ended for it. */
async function isOwed({ db }: ActivityDeps, { destinationId, webhookDeleted }: SettleRetryInput): Promise<boolean> {
  return webhookDeleted === true
    ? keepsBacklog(db, destinationId)
    : (await restorableUntil(db, destinationId)) !== undefined;
}

function parkedRow(input: SettleRetryInput, at: Date): AttemptRecord {
  const errorMessage = 'the webhook was deleted; the event is sent when it is restored';
  return { ...droppedRow(input, at), outcome: 'parked', nextAttemptAt: at, errorMessage };
}

function droppedRow(input: SettleRetryInput, at: Date): AttemptRecord {
  return {
    teamId: input.teamId,
    destinationId: input.destinationId,
    eventUuid: input.eventUuid,
    eventInsertedAtMicros: input.eventInsertedAtMicros,
    webhookId: webhookIdOf(input.destinationId, input.eventUuid),
    attempt: input.attempt,
    attemptedAt: at,
    outcome: 'discarded',
    statusCode: 0,
    errorCode: 'delivery_dropped',
    errorMessage: 'the delivery was cancelled, or its destination or event is gone',
    durationMs: 0,
    latencyMs: 0,
    responseBody: '',
    nextAttemptAt: null,
    via: 'retry',
  };
}
