import { condition, patched, setCurrentDetails, setHandler, upsertSearchAttributes } from '@temporalio/workflow';
import type { AttemptRetryResult } from '../activities/types.ts';
import { nextDelayMs } from '../delivery/retry-schedule.ts';
import { retrying } from './activity-options.ts';
import {
  cancelDeliverySignal,
  resumedSignal,
  retryNowSignal,
  retryStateQuery,
  type RetryDeliveryInput,
  type RetryDeliveryResult,
} from './messages.ts';
import { SEARCH_ATTRIBUTES } from './search-attributes.ts';

/** While its destination is suspended a delivery waits for `resumed`; these looks only cover a lost signal. */
const FIRST_LOOK_MS = 60_000;
const MAX_LOOK_MS = 60 * 60_000;
/** A pause by a user may last for months: looks every hour would fill the history. */
const MAX_PAUSED_LOOK_MS = 24 * 60 * 60_000;
/** Answers in a row that may throttle one delivery without using up its schedule. */
const MAX_UNCHARGED = 50;
/** An endpoint that recovers only to fail again would use up the schedule within minutes. */
const EARLY_TRIES_ARE_FREE = '2026-11-22-early-retries-are-not-charged';
/** After an early try that failed while its time had come. */
const MIN_LEFT_MS = 1_000;

/**
 * Carries one event that failed on the hot path through its retry schedule, for days if need be. While the destination
 * is suspended it neither attempts nor charges, so paused time does not count against the schedule.
 */
export async function retryDelivery(input: RetryDeliveryInput): Promise<RetryDeliveryResult> {
  const delivery = new RetriedDelivery(input);
  return delivery.run();
}

type Attempted = Exclude<AttemptRetryResult, { kind: 'deferred' }>;

/** Of a delivery that is over; without a result it was cancelled. */
function outcomeOf(last: Attempted | undefined): RetryDeliveryResult['outcome'] {
  return last === undefined ? 'dropped' : last.kind === 'failed' ? 'discarded' : last.kind;
}

/** Before the next look at a destination that is suspended. */
function nextLookMs(lookMs: number, health: string): number {
  return Math.min(lookMs * 2, health === 'paused_user' ? MAX_PAUSED_LOOK_MS : MAX_LOOK_MS);
}

/** The rest of a wait that was cut short. */
function untilMs(dueAtMs: number, retryAfterMs = 0): number {
  return Math.max(dueAtMs - Date.now(), retryAfterMs, MIN_LEFT_MS);
}

/**
 * Activities decide when an event ends, by the clock that has stamped it; here only the wait until then is measured. Undefined: not
 * known; null: never. Older workers do not tell how long that is.
 */
function endByOurClock(told: { expiresAtMs?: number | null; expiresInMs?: number }): number | null | undefined {
  return told.expiresInMs === undefined ? told.expiresAtMs : Date.now() + told.expiresInMs;
}

class RetriedDelivery {
  readonly #input: RetryDeliveryInput;
  #attempts: number;
  #retriesMade = 0;
  #uncharged = 0;
  #wake = false;
  #cancelled = false;
  #deferred = false;
  #waitingUntil: string | undefined;
  /** From when on the event is not sent any more, by Temporal's clock, which all waits here follow; null: never. */
  #expiresAtMs: number | null;
  /** At the end of the present wait its time to live is over. */
  #waitsForEnd = false;

  constructor(input: RetryDeliveryInput) {
    this.#input = input;
    this.#attempts = input.attemptsMade;
    this.#expiresAtMs = endByOurClock(input) ?? null;
    setHandler(resumedSignal, () => {
      this.#wake = true;
    });
    setHandler(retryNowSignal, () => {
      this.#wake = true;
    });
    setHandler(cancelDeliverySignal, () => {
      this.#cancelled = true;
    });
    setHandler(retryStateQuery, () => ({
      attempts: this.#attempts,
      waitingUntil: this.#waitingUntil,
      deferred: this.#deferred || this.#waitsForEnd,
    }));
  }

  async run(): Promise<RetryDeliveryResult> {
    let retryAfterMs = this.#input.retryAfterMs;
    let leftMs: number | undefined;
    for (;;) {
      const delayMs = leftMs ?? this.#nextDelayMs(retryAfterMs);
      if (delayMs === undefined) {
        return this.#end('discarded');
      }
      const dueAtMs = Date.now() + delayMs;
      const isEarly = (await this.#wait(delayMs)) && !this.#cancelled && patched(EARLY_TRIES_ARE_FREE);
      const result = this.#cancelled ? undefined : await this.#attemptWhenTaken(isEarly);
      if (result?.kind !== 'failed' || result.isOver === true) {
        return this.#end(outcomeOf(result), result);
      }
      retryAfterMs = result.retryAfterMs;
      leftMs = isEarly ? untilMs(dueAtMs, retryAfterMs) : undefined;
      if (!isEarly) {
        this.#charge(result.chargesAttempt);
      }
    }
  }

  /** A receiver that only asks for patience is not charged, but cannot ask for ever. */
  #charge(chargesAttempt: boolean): void {
    this.#uncharged = chargesAttempt ? 0 : this.#uncharged + 1;
    if (chargesAttempt || this.#uncharged > MAX_UNCHARGED) {
      this.#retriesMade += 1;
    }
  }

  #nextDelayMs(retryAfterMs: number | undefined): number | undefined {
    return nextDelayMs({
      schedule: this.#input.scheduleMs,
      attempt: this.#retriesMade + 1,
      random: Math.random(),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  }

  /** Attempts once the destination takes traffic. Undefined when the delivery was cancelled while waiting. */
  async #attemptWhenTaken(isEarly: boolean): Promise<Attempted | undefined> {
    let lookMs = FIRST_LOOK_MS;
    const { replayedAfterAttempt, replayed } = this.#input;
    for (;;) {
      this.#deferred = false;
      this.#wake = false;
      const result = await retrying.attemptRetry({
        ...this.#ref(),
        attempt: this.#attempts + 1,
        lastTry: !isEarly && this.#retriesMade + 1 >= this.#input.scheduleMs.length,
        ...(this.#uncharged < MAX_UNCHARGED ? {} : { outOfPatience: true }),
        ...(replayedAfterAttempt === undefined ? {} : { replayedAfterAttempt }),
        ...(replayed === undefined ? {} : { replayed }),
        ...(this.#expiresAtMs === null ? {} : { expiresAtMs: this.#expiresAtMs }),
      });
      this.#learnEnd(result);
      if (result.kind !== 'deferred') {
        this.#attempts += result.kind === 'dropped' || result.kind === 'expired' ? 0 : 1;
        return result;
      }
      this.#deferred = true;
      setCurrentDetails(`Waiting: the destination is ${result.health}. ${this.#progress()}`);
      await this.#wait(lookMs);
      if (this.#cancelled) {
        return undefined;
      }
      lookMs = nextLookMs(lookMs, result.health);
    }
  }

  /** By the webhook's present settings: a user may change them while the delivery waits. */
  #learnEnd(result: AttemptRetryResult): void {
    const endMs = result.kind === 'failed' || result.kind === 'deferred' ? endByOurClock(result) : undefined;
    if (endMs !== undefined) {
      this.#expiresAtMs = endMs;
    }
  }

  /** True when it ended before: it was woken, or its time to live is over. */
  async #wait(forMs: number): Promise<boolean> {
    const endMs = Math.max((this.#expiresAtMs ?? Number.POSITIVE_INFINITY) - Date.now(), MIN_LEFT_MS);
    const ms = Math.min(forMs, endMs);
    this.#waitsForEnd = ms < forMs;
    this.#waitingUntil = new Date(Date.now() + ms).toISOString();
    if (!this.#deferred) {
      const what = this.#waitsForEnd ? 'Its time to live ends' : 'Next attempt';
      setCurrentDetails(`${what} at ${this.#waitingUntil}. ${this.#progress()}`);
    }
    const isWoken = await condition(() => this.#wake || this.#cancelled, ms);
    this.#wake = false;
    this.#waitingUntil = undefined;
    return isWoken || this.#waitsForEnd;
  }

  async #end(outcome: RetryDeliveryResult['outcome'], last?: Attempted): Promise<RetryDeliveryResult> {
    const why = last?.kind === 'dropped' && last.webhookDeleted === true ? { webhookDeleted: true } : {};
    await retrying.settleRetry({ ...this.#ref(), attempt: this.#attempts, outcome, ...why });
    setCurrentDetails(`**${outcome}** after ${String(this.#attempts)} attempts`);
    upsertSearchAttributes([
      { key: SEARCH_ATTRIBUTES.outcome, value: outcome },
      { key: SEARCH_ATTRIBUTES.attempts, value: this.#attempts },
    ]);
    return { outcome, attempts: this.#attempts };
  }

  #progress(): string {
    return `${String(this.#attempts)} attempts so far, retry ${String(this.#retriesMade)} of ${String(this.#input.scheduleMs.length)}`;
  }

  #ref(): { destinationId: string; teamId: number; eventUuid: string; eventInsertedAtMicros: number } {
    const { destinationId, teamId, eventUuid, eventInsertedAtMicros } = this.#input;
    return { destinationId, teamId, eventUuid, eventInsertedAtMicros };
  }
}
