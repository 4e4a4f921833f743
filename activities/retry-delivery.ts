import { Context } from '@temporalio/activity';
import { isDelivered } from '../clickhouse/attempt-queries.ts';
import { resumeRetries as resumeOpenRetries } from '../client/deliveries.ts';
import { SluiceError } from '../core/errors.ts';
import { isBeyondLog } from '../core/log-reach.ts';
import type { TailEvent } from '../core/webhook-event.ts';
import { attemptDelivery, type AttemptResult } from '../delivery/attempt.ts';
import type { Classification } from '../delivery/classify.ts';
import type { GivesWay, RetryTurn, RetryTurns } from '../delivery/retry-turns.ts';
import { isSuspended, type LaneConfig } from '../delivery/shard/lane-config.ts';
import { endFrom, expiredRecord, expiresAtMs, type WithEnd } from '../delivery/time-to-live.ts';
import type { DestinationStatus } from '../store/tables.ts';
import { getWebhookRuntime } from '../store/webhooks.ts';
import { systemClock } from './clock.ts';
import type { ActivityDeps } from './deps.ts';
import { healthChanges } from './health-changes.ts';
import { laneConfig } from './lane-configs.ts';
import { logAttempt } from './log-attempt.ts';
import { readDeliverables } from './messages.ts';
import type { AttemptRetryInput, AttemptRetryResult } from './types.ts';
import { logUnlogged } from './unlogged-attempts.ts';

/** The turns are shared by all retries of the process. */
type RetryDeps = ActivityDeps & { retryTurns: RetryTurns };

/**
 * One attempt of a retried delivery, unless its destination takes no traffic or has the event already, or nobody wants it any
 * more. Throws `retry_turn_awaited` while the destination has as many retries under way as it may, or its rate limit none for
 * them: nothing was sent, and that is no attempt of the delivery. Temporal comes again after the time that the error names, and
 * no slot of the worker is held until then.
 */
export async function attemptRetry(deps: RetryDeps, input: AttemptRetryInput): Promise<AttemptRetryResult> {
  const webhook = await getWebhookRuntime(deps.db, deps.box, input.destinationId);
  if (webhook === undefined) {
    return { kind: 'dropped', reason: 'the destination is deleted', webhookDeleted: true };
  }
  const config = laneConfig(webhook);
  const health = suspensionOf(webhook, config);
  // What will never be sent waits for nothing, and needs no turn to be told so.
  const mayHaveEnded = health === undefined ? await isLate(deps, config, input) : hasEnd(config, input);
  const found = mayHaveEnded ? await lookUp(deps, input, config) : undefined;
  if (found !== undefined && found.kind !== 'wanted') {
    return found;
  }
  if (health !== undefined) {
    return { kind: 'deferred', health, ...(found && endTold(deps, found.endMs)) };
  }
  await logUnlogged(deps);
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

/** Why a webhook takes no traffic; undefined when it does. */
function suspensionOf({ status }: { status: DestinationStatus }, { health }: LaneConfig): string | undefined {
  return status === 'paused' ? 'paused_user' : isSuspended(health) ? health : undefined;
}

function turnAwaited({ underWay, waitsFor, againInMs }: GivesWay): SluiceError {
  const why = waitsFor === 'rate' ? 'has used up its rate limit' : `has ${String(underWay)} retries under way`;
  return new SluiceError({
    code: 'retry_turn_awaited',
    message: `the webhook ${why}; this one comes again in ${String(againInMs)} ms`,
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
  const found = await lookUp(deps, input, config);
  if (found.kind !== 'wanted') {
    return found;
  }
  const { event, endMs } = found;
  const result = await attemptDelivery(
    { send: deps.send, clock: systemClock, eventClock: deps.eventClock },
    { config, event, attempt: input.attempt, via: 'retry' },
    Context.current().cancellationSignal,
  );
  turn.sent(result.classification.class === 'delivered');
  const concluded = await conclude(deps, input, config, result);
  const goesOn = concluded.kind === 'failed' || concluded.kind === 'deferred';
  return goesOn ? { ...concluded, ...endTold(deps, endMs) } : concluded;
}

/** What its workflow waits for at most. */
function endTold({ eventClock }: Pick<ActivityDeps, 'eventClock'>, endMs: number): WithEnd {
  return { expiresAtMs: null, ...endFrom(endMs, eventClock.nowMs()) };
}

/** An event that is still to be sent, and until when; or how its delivery has ended. */
type Found =
  | { kind: 'wanted'; event: TailEvent; endMs: number }
  | Extract<AttemptRetryResult, { kind: 'delivered' | 'expired' | 'dropped' }>;

async function lookUp(deps: ActivityDeps, input: AttemptRetryInput, config: LaneConfig): Promise<Found> {
  // An attempt whose result was lost with its worker may have succeeded, and so may a probe.
  if (await isDelivered(deps.clickhouse, input)) {
    return { kind: 'delivered' };
  }
  const key = { uuid: input.eventUuid, insertedAtMicros: input.eventInsertedAtMicros };
  const [event] = await readDeliverables(deps, input.teamId, [key]);
  if (event === undefined) {
    return { kind: 'dropped', reason: 'the event is older than the event log' };
  }
  const endMs = endOf(config, input, event);
  const nowMs = await deps.eventClock.recentMs();
  if (endMs <= nowMs) {
    const now = { atMs: Date.now(), eventMs: nowMs };
    await logAttempt(deps, expiredRecord({ config, event, attempt: input.attempt, via: 'retry' }, now));
    return { kind: 'expired' };
  }
  return { kind: 'wanted', event, endMs };
}

/** By the clock that stamps events. A message that is replayed keeps the time that its sender gave it. */
function endOf(
  config: LaneConfig,
  { replayed }: AttemptRetryInput,
  event: Pick<TailEvent, 'insertedAtMicros' | 'message'>,
): number {
  return replayed === true && event.message === undefined ? Number.POSITIVE_INFINITY : expiresAtMs(config, event);
}

/** As far as can be told without a look at it: messages have a time of their own. */
async function isLate(
  { eventClock }: Pick<ActivityDeps, 'eventClock'>,
  config: LaneConfig,
  input: AttemptRetryInput,
): Promise<boolean> {
  const endMs = endOf(config, input, { insertedAtMicros: input.eventInsertedAtMicros });
  return Number.isFinite(endMs) && endMs <= (await eventClock.recentMs());
}

/** Others wait for as long as their webhook is suspended, and are not looked at meanwhile: a thousand may wait. */
function hasEnd({ ttlMs }: LaneConfig, input: AttemptRetryInput): boolean {
  const isGone = isBeyondLog(input.eventInsertedAtMicros, Date.now());
  return ttlMs !== undefined || input.expiresAtMs !== undefined || isGone;
}

async function conclude(
  deps: ActivityDeps,
  input: AttemptRetryInput,
  config: LaneConfig,
  result: AttemptResult,
): Promise<AttemptRetryResult> {
  const { classification } = result;
  if (classification.class === 'delivered') {
    await logAttempt(deps, { ...result.record, outcome: 'delivered' });
    return { kind: 'delivered' };
  }
  const isOver = endsDelivery(classification, input);
  await logAttempt(deps, { ...result.record, outcome: isOver ? 'discarded' : 'failed_attempt' });
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

/** Wakes the destination's waiting retries after a recovery. */
export async function resumeRetries(deps: ActivityDeps, input: { destinationId: string }): Promise<number> {
  return resumeOpenRetries(deps.temporal, input.destinationId, () => {
    Context.current().heartbeat();
  });
}
