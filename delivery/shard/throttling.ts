/** Before a receiver that refused a request is asked again, when it does not say for how long it wants to be left alone. */
const DEFAULT_PAUSE_MS = 1_000;
/** However soon it wants to be asked: a clock that lags makes of every `Retry-After` a time that is past. */
const MIN_PAUSE_MS = 100;
/** When all that it was asked after a pause was refused too, pauses double from here … */
const FIRST_GROWN_PAUSE_MS = 1_000;
/** … to this: one row a minute in the log of attempts, and what comes back is noticed within it. */
const MAX_GROWN_PAUSE_MS = 60_000;
/** On top of those: all webhooks of a receiver that was overloaded would come back at one moment. */
const JITTER_RATIO = 0.2;
/** A receiver's own wish is honoured up to this long. */
const MAX_WISH_MS = 5 * 60_000;
/** A team is told after so long. Lanes live for an hour, and each begins to count anew. */
const LONG_MS = 30 * 60_000;
/** It is no news of an endpoint that was hardly asked in that time. */
const MIN_ROUNDS = 5;
/** Said again after this, in case that nobody could be told. */
const SAY_AGAIN_MS = 10 * 60_000;

interface Refusal {
  nowMs: number;
  /** When its request was made. */
  sentAtMs: number;
  /** For how long the receiver wants to be left alone. */
  askedMs: number | undefined;
  /** Uniform in [0, 1). */
  random: number;
}

/** Plain JSON: kept with the transition and shown to the user. */
export interface ThrottledEvidence {
  [key: string]: unknown;
  reason: string;
  throttledSince: string;
  /** Times that it was asked since then, each for one or more requests at once. */
  roundsRefused: number;
}

/**
 * How often an endpoint is asked that answers “not now” (429, or 503 with `Retry-After`). One that takes requests in between has
 * a limit, and is left alone for as long as it wishes. One that refuses all is asked with one request at a time, at pauses that
 * grow, until it takes something.
 */
export class Throttling {
  #rounds = 0;
  #sinceMs: number | undefined;
  #untilMs = 0;
  #saidAtMs = Number.NEGATIVE_INFINITY;

  /** A pause has passed in vain, and nothing was taken since. */
  get refusesAll(): boolean {
    return this.#rounds > 1;
  }

  waitMs(nowMs: number): number {
    return Math.max(0, this.#untilMs - nowMs);
  }

  /** Requests that were under way before a pause began tell nothing of what came after it: together they count once. */
  refused({ nowMs, sentAtMs, askedMs, random }: Refusal): void {
    this.#rounds += sentAtMs >= this.#untilMs ? 1 : 0;
    this.#sinceMs ??= nowMs;
    const wishMs = Math.min(askedMs ?? DEFAULT_PAUSE_MS, MAX_WISH_MS);
    const leastMs = this.refusesAll ? this.#grownPauseMs() * (1 + JITTER_RATIO * random) : MIN_PAUSE_MS;
    this.#untilMs = Math.max(this.#untilMs, nowMs + Math.max(wishMs, leastMs));
  }

  #grownPauseMs(): number {
    return Math.min(FIRST_GROWN_PAUSE_MS * 2 ** (this.#rounds - 2), MAX_GROWN_PAUSE_MS);
  }

  /** It has taken a request. A pause that it has asked for goes on. */
  taken(): void {
    this.#rounds = 0;
    this.#sinceMs = undefined;
    this.#saidAtMs = Number.NEGATIVE_INFINITY;
  }

  /** It is asked as if for the first time. */
  reset(): void {
    this.taken();
    this.#untilMs = 0;
  }

  /** That it has refused everything for long, now and then. */
  news(nowMs: number): ThrottledEvidence | undefined {
    const sinceMs = this.#sinceMs ?? nowMs;
    const isLong = nowMs - sinceMs >= LONG_MS && this.#rounds >= MIN_ROUNDS;
    if (!isLong || nowMs - this.#saidAtMs < SAY_AGAIN_MS) {
      return undefined;
    }
    this.#saidAtMs = nowMs;
    return {
      reason: 'it answers nothing but that we should wait',
      throttledSince: new Date(sinceMs).toISOString(),
      roundsRefused: this.#rounds,
    };
  }
}
