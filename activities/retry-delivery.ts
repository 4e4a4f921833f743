import { Context } from '@temporalio/activity';
import { appendAttempts } from '../clickhouse/attempt-log.ts';
import { isDelivered } from '../clickhouse/attempt-queries.ts';
import { resumeRetries as resumeOpenRetries } from '../client/deliveries.ts';
import type { AttemptOutcome, AttemptRecord } from '../core/attempts.ts';
import { SluiceError } from '../core/errors.ts';
import { attemptDelivery, type AttemptResult } from '../delivery/attempt.ts';
import type { Classification } from '../delivery/classify.ts';
import { webhookIdOf } from '../delivery/identity.ts';
import type { GivesWay, RetryTurn, RetryTurns } from '../delivery/retry-turns.ts';
import { isSuspended, type LaneConfig } from '../delivery/shard/lane-config.ts';
import { addOpenRetries } from '../store/endpoint-state.ts';
import { keepsBacklog, restorableUntil } from '../store/restore-webhook.ts';
import { getWebhookRuntime } from '../store/webhooks.ts';
import { systemClock } from './clock.ts';
import type { ActivityDeps } from './deps.ts';
import { healthChanges } from './health-changes.ts';
import { laneConfig } from './lane-configs.ts';
import { isExpired, readDeliverables } from './messages.ts';
import { tellExhausted } from './operations.ts';
import type { AttemptRetryInput, AttemptRetryResult, SettleRetryInput } from './types.ts';

/** The turns are shared by all retries of the process. */
type RetryDeps = ActivityDeps & { retryTurns: RetryTurns };

/**
 * One attempt of a retried delivery, unless its destination takes no traffic or has the event already. Throws
 * `retry_turn_awaited` while the destination has as many retries under way as it may: nothing was sent, and that is no attempt of
 * the delivery. Temporal comes again after the time that the error names, and no slot of the worker is held until then.
 */
export async function attemptRetry(deps: RetryDeps, input: AttemptRetryInput): Promise<AttemptRetryResult> {
  const webhook = await getWebhookRuntime(deps.db, deps.box, input.destinationId);
  if (webhook === undefined) {
    return { kind: 'dropped', reason: 'the destination is deleted', webhookDeleted: true };
  }
  const config = laneConfig(webhook);
  if (webhook.status === 'paused' || isSuspended(config.health)) {
    return { kind: 'deferred', health: webhook.status === 'paused' ? 'paused_user' : config.health };
  }
  const turn = takeTurn(deps, config);
  try {
    return await attemptInTurn(deps, input, config, turn);
  } finally {
    turn.end();
  }
}

function takeTurn({ retryTurns, metrics }: RetryDeps, config: LaneConfig): RetryTurn {
  const turn = retryTurns.take(config);
  if ('againInMs' in turn) {
    metrics.retryGaveWay();
    throw turnAwaited(turn);
  }
  return turn;
}

function turnAwaited({ underWay, againInMs }: GivesWay): SluiceError {
  return new SluiceError({
    code: 'retry_turn_awaited',
    message: `the webhook has ${String(underWay)} retries under way; this one comes again in ${String(againInMs)} ms`,
    retryable: true,
    fault: 'platform',
    retryAfterMs: againInMs,
  });
}

async function attemptInTurn(
  deps: ActivityDeps,
  input: AttemptRetryInput,
  config: LaneConfig,
  turn: RetryTurn,
): Promise<AttemptRetryResult> {
  // An attempt whose result was lost with its worker may have succeeded.
  if (await isDelivered(deps.clickhouse, input)) {
    return { kind: 'delivered' };
  }
  const key = { uuid: input.eventUuid, insertedAtMicros: input.eventInsertedAtMicros };
  const [event] = await readDeliverables(deps, input.teamId, [key]);
  if (event === undefined) {
    return { kind: 'dropped', reason: 'the event is older than the event log' };
  }
  if (isExpired(event)) {
    return { kind: 'dropped', reason: 'the time of the message is over' };
  }
  const result = await attemptDelivery(
    { send: deps.send, clock: systemClock },
    { config, event, attempt: input.attempt, via: 'retry' },
    Context.current().cancellationSignal,
  );
  turn.sent(result.classification.class === 'delivered');
  return conclude(deps, input, config, result);
}

async function conclude(
  deps: ActivityDeps,
  input: AttemptRetryInput,
  config: LaneConfig,
  result: AttemptResult,
): Promise<AttemptRetryResult> {
  const { classification } = result;
  if (classification.class === 'delivered') {
    await logAttempt(deps, result, 'delivered');
    return { kind: 'delivered' };
  }
  const isOver = endsDelivery(classification, input);
  await logAttempt(deps, result, isOver ? 'discarded' : 'failed_attempt');
  if (classification.class === 'gone') {
    const evidence = { reason: 'the endpoint answered 410 Gone to a retry' };
    await healthChanges(deps).transition(config.destinationId, 'gone', evidence);
    return { kind: 'deferred', health: 'gone' };
  }
  const { errorCode = 'unknown', chargesAttempt, retryAfterMs } = classification;
  if (isOurFault(classification) && input.outOfPatience === true) {
    return { kind: 'deferred', health: `not to be reached from here (${errorCode})` };
  }
  return { kind: 'failed', errorCode, chargesAttempt, isOver, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

/** An event is given up for what it is, or at the end of its schedule: never for a fault of ours. */
function endsDelivery(classification: Classification, { lastTry, outOfPatience = false }: AttemptRetryInput): boolean {
  const { class: outcomeClass, chargesAttempt } = classification;
  const counts = chargesAttempt || (outOfPatience && !isOurFault(classification));
  return outcomeClass === 'rejected' || (lastTry && counts && outcomeClass !== 'gone');
}

function isOurFault({ class: outcomeClass, chargesAttempt }: Classification): boolean {
  return outcomeClass === 'retry' && !chargesAttempt;
}

async function logAttempt(deps: ActivityDeps, result: AttemptResult, outcome: AttemptOutcome): Promise<void> {
  const record = { ...result.record, outcome };
  deps.metrics.attempt(record);
  await appendAttempts(deps.clickhouse, [record]);
  await tellExhausted(deps, [record]);
}

/**
 * Ends a retried delivery: frees its place under the cap and puts a dropped event on record. That of a deleted webhook is
 * parked: when the webhook is restored it is due.
 */
export async function settleRetry(deps: ActivityDeps, input: SettleRetryInput): Promise<void> {
  if (input.outcome === 'dropped') {
    const row = (await isOwed(deps, input)) ? parkedRow(input) : droppedRow(input);
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

function parkedRow(input: SettleRetryInput): AttemptRecord {
  const errorMessage = 'the webhook was deleted; the event is sent when it is restored';
  return { ...droppedRow(input), outcome: 'parked', nextAttemptAt: new Date(), errorMessage };
}

function droppedRow(input: SettleRetryInput): AttemptRecord {
  return {
    teamId: input.teamId,
    destinationId: input.destinationId,
    eventUuid: input.eventUuid,
    eventInsertedAtMicros: input.eventInsertedAtMicros,
    webhookId: webhookIdOf(input.destinationId, input.eventUuid),
    attempt: input.attempt,
    attemptedAt: new Date(),
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

/** Wakes the destination's waiting retries after a recovery. */
export async function resumeRetries(deps: ActivityDeps, input: { destinationId: string }): Promise<number> {
  return resumeOpenRetries(deps.temporal, input.destinationId, () => {
    Context.current().heartbeat();
  });
}
