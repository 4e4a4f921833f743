export interface TokenBucketConfig {
  ratePerSecond: number;
  /** Tokens of a full bucket; one second's worth, at least one, by default. */
  burst?: number;
  /** The caller's clock now, in milliseconds. The bucket starts full. */
  nowMs: number;
}

/** A token bucket without timers: the caller brings the clock and decides how to wait. */
export interface TokenBucket {
  /** Takes a token and returns 0, or takes nothing and returns the whole milliseconds until one will be there. */
  take(nowMs: number): number;
  /** What `take` would answer, without taking. */
  waitMs(nowMs: number): number;
  /** Takes a token that may not be there yet: whoever takes the next ones waits for it too. */
  owe(nowMs: number): void;
  isFull(nowMs: number): boolean;
}

/** Absorbs the rounding of fractions of tokens, so that waiting exactly as long as told always suffices. */
const ROUNDING = 1e-9;

export function createTokenBucket(config: TokenBucketConfig): TokenBucket {
  const perMs = config.ratePerSecond / 1_000;
  if (!(perMs > 0)) {
    throw new RangeError('ratePerSecond must be above zero');
  }
  const burst = Math.max(1, config.burst ?? config.ratePerSecond);
  let tokens = burst;
  let refilledAtMs = config.nowMs;

  const refill = (nowMs: number): void => {
    // A clock that steps back gives no tokens and loses none.
    tokens = Math.min(burst, tokens + Math.max(0, nowMs - refilledAtMs) * perMs);
    refilledAtMs = nowMs;
  };
  const waitMs = (nowMs: number): number => {
    refill(nowMs);
    return tokens + ROUNDING >= 1 ? 0 : Math.ceil((1 - tokens) / perMs - ROUNDING);
  };

  return {
    waitMs,
    take: (nowMs) => {
      const wait = waitMs(nowMs);
      tokens = wait === 0 ? Math.max(0, tokens - 1) : tokens;
      return wait;
    },
    owe: (nowMs) => {
      refill(nowMs);
      tokens -= 1;
    },
    isFull: (nowMs) => {
      refill(nowMs);
      return tokens >= burst;
    },
  };
}
