import { createTokenBucket, type TokenBucket } from '../rate-limiter.ts';

/** What a replay may take of a lane's rate and of its concurrency. */
const REPLAY_SHARE = 0.5;

/** A lane's rate limit. A replay draws from the same bucket as live events, and from one of half its size. */
export class LanePace {
  readonly #all: TokenBucket | undefined;
  readonly #replayed: TokenBucket | undefined;

  constructor(ratePerSecond: number | undefined, nowMs: number) {
    if (ratePerSecond !== undefined) {
      this.#all = createTokenBucket({ ratePerSecond, nowMs });
      this.#replayed = createTokenBucket({ ratePerSecond: ratePerSecond * REPLAY_SHARE, nowMs });
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
}

/** Requests of a replay at the same time. A lane with a single request at a time lends it while nothing else waits. */
export function replayConcurrency(concurrency: number): number {
  return Math.max(1, Math.floor(concurrency * REPLAY_SHARE));
}
