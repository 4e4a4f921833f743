import { appendAttempts } from '../clickhouse/attempt-log.ts';
import type { AttemptRecord } from '../core/attempts.ts';
import { isBeyondLog } from '../core/log-reach.ts';
import { FORGOTTEN, unsentRow } from '../delivery/unsent-row.ts';
import { getDestinationById } from '../store/destinations.ts';
import { addOpenRetries } from '../store/endpoint-state.ts';
import { keepsBacklog, restorableUntil } from '../store/restore-webhook.ts';
import type { ActivityDeps } from './deps.ts';
import { countLost } from './lost-deliveries.ts';
import { tellExhausted } from './operations.ts';
import type { SettleRetryInput } from './types.ts';

/** Ends a retried delivery: frees its place under the cap and puts a dropped event on record. */
export async function settleRetry(deps: ActivityDeps, input: SettleRetryInput): Promise<void> {
  if (input.outcome === 'dropped') {
    await settleDropped(deps, input);
  }
  await addOpenRetries(deps.db, input.destinationId, -1, deps.settings.openRetriesCap);
}

/**
 * That of a deleted webhook is parked: when the webhook is restored it is due. One that the event log has forgotten meanwhile is
 * lost, and counted as such; what a user has cancelled or deleted is not.
 */
async function settleDropped(deps: ActivityDeps, input: SettleRetryInput): Promise<void> {
  const at = new Date(await deps.eventClock.recentMs());
  const isOld = input.webhookDeleted !== true && isBeyondLog(input.eventInsertedAtMicros, at.getTime());
  const webhook = isOld ? await getDestinationById(deps.db, input.destinationId) : undefined;
  const row = (await isOwed(deps, input))
    ? parkedRow(input, at)
    : unsentRow(input, at, webhook === undefined ? DROPPED : FORGOTTEN);
  await appendAttempts(deps.clickhouse, [row]);
  if (webhook !== undefined && row.errorCode === FORGOTTEN.errorCode) {
    countLost(deps, webhook.status, 1);
  }
  await tellExhausted(deps, [row]);
}

const DROPPED = {
  outcome: 'discarded',
  errorCode: 'delivery_dropped',
  errorMessage: 'the delivery was cancelled, or its destination or event is gone',
} as const;

/** A deletion may have been taken back while the delivery ended for it. */
async function isOwed({ db }: ActivityDeps, { destinationId, webhookDeleted }: SettleRetryInput): Promise<boolean> {
  return webhookDeleted === true
    ? keepsBacklog(db, destinationId)
    : (await restorableUntil(db, destinationId)) !== undefined;
}

function parkedRow(input: SettleRetryInput, at: Date): AttemptRecord {
  const errorMessage = 'the webhook was deleted; the event is sent when it is restored';
  return unsentRow(input, at, { ...DROPPED, outcome: 'parked', nextAttemptAt: at, errorMessage });
}
