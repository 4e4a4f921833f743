import { createTokenBucket, type TokenBucket } from '../rate-limiter.ts';

/** What a replay may take of a lane's rate and of its concurrency; and what retries may take of its rate. */
const REPLAY_SHARE = 0.5;
const RETRY_SHARE = 0.5;
/** Retries come at times of their own: one that is late has not lost its turn, and few come at one moment. */
const RETRY_BURST_SECONDS = 0.25;

/**
 * A webhook's rate limit. A replay draws from the same bucket as live events, and from one of half its size. Retries have half
 * of the rate for certain, and what they take live events have to wait for: neither starves the other.
 */
export class LanePace {
  readonly #all: TokenBucket | undefined;
  readonly #replayed: TokenBucket | undefined;
  readonly #retried: TokenBucket | undefined;
  /** Milliseconds from one retry to the next; 0 without a limit. */
  readonly retryEveryMs: number;

  constructor(ratePerSecond: number | undefined, nowMs: number) {
    this.retryEveryMs = ratePerSecond === undefined ? 0 : 1_000 / (ratePerSecond * RETRY_SHARE);
    if (ratePerSecond !== undefined) {
      const retryRate = ratePerSecond * RETRY_SHARE;
      this.#all = createTokenBucket({ ratePerSecond, nowMs });
      this.#replayed = createTokenBucket({ ratePerSecond: ratePerSecond * REPLAY_SHARE, nowMs });
      this.#retried = createTokenBucket({ ratePerSecond: retryRate, burst: retryRate * RETRY_BURST_SECONDS, nowMs });
    }
  }

  /** Takes what one attempt costs and returns 0, or takes nothing and returns the milliseconds to wait. */
  take(nowMs: number, { replayed }: { replayed: boolean }): number {
    const shareMs = replayed ? (this.#replayed?.waitMs(nowMs) ?? 0) : 0;
    const waitMs = shareMs > 0 ? shareMs : (this.#all?.take(nowMs) ?? 0);
    if (waitMs === 0 && replayed) {
      this.#replayed?.take(nowMs);
    }
    return waitMs;
  }

  /** Milliseconds until an attempt may be made that is neither a retry nor replayed. */
  waitMs(nowMs: number): number {
    return this.#all?.waitMs(nowMs) ?? 0;
  }

  /** Takes what one retry costs, even before it is there: what is live waits for it. */
  takeForRetry(nowMs: number): void {
    this.#retried?.take(nowMs);
    this.#all?.owe(nowMs);
  }

  /** Milliseconds until the next retry may be sent. */
  retryWaitMs(nowMs: number): number {
    return this.#retried?.waitMs(nowMs) ?? 0;
  }

  /** Nobody has taken anything for a while. */
  isFull(nowMs: number): boolean {
    return [this.#all, this.#replayed, this.#retried].every((bucket) => bucket?.isFull(nowMs) ?? true);
  }
}

/** Requests of a replay at the same time. A lane with a single request at a time lends it while nothing else waits. */
export function replayConcurrency(concurrency: number): number {
  return Math.max(1, Math.floor(concurrency * REPLAY_SHARE));
}
