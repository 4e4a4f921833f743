import type { HealthThresholds } from '../core/health-thresholds.ts';
import type { OutcomeClass } from '../core/attempts.ts';
import { createSlidingCounts, type SlidingCounts } from './sliding-counts.ts';

/**
 * When an endpoint is failing badly enough to stop sending to it. Pure: the caller brings the clock and decides what a
 * verdict means. Memory is constant, however many attempts are recorded.
 */
export interface BreakerConfig {
  /** Span the failure rate is taken over. Twice `minFailingMs`: a total outage reaches 50 % just when it is due. */
  windowMs: number;
  /** Resolution of the window; 24 buckets of 5 s forget at most 4 % of it at a time. */
  windowBuckets: number;
  /** Below this many attempts a rate means nothing (3 of 4 is 75 %): small samples disabled endpoints at random. */
  minSample: number;
  /** Half of all attempts failing: a receiver that loses every other event costs more retries than it takes events. */
  tripFailureRate: number;
  /** Failures in a row: one success among them shows that the endpoint is alive. */
  tripConsecutiveFailures: number;
  /**
   * From the first to the last failure of the streak. Concurrent requests fail together: 100 failures in one second are
   * one event; a restart or a deployment of the receiver takes less than a minute.
   */
  minFailingMs: number;
  /**
   * An endpoint that lets one in twenty through never fails ten times in a row for a minute. Failing at least this
   * share of attempts, without a break, for a whole window counts as an outage too.
   */
  sustainedFailureRate: number;
  /** Careful mode costs nothing but speed, so it begins early: half a trip's streak … */
  degradedConsecutiveFailures: number;
  /** … or a fifth of all attempts. */
  degradedFailureRate: number;
}

export const DEFAULT_BREAKER_CONFIG: BreakerConfig = {
  windowMs: 120_000,
  windowBuckets: 24,
  minSample: 10,
  tripFailureRate: 0.5,
  tripConsecutiveFailures: 10,
  minFailingMs: 60_000,
  sustainedFailureRate: 0.9,
  degradedConsecutiveFailures: 5,
  degradedFailureRate: 0.2,
};

/** A breaker for outages of at least `minFailingMs`; its window keeps the proportion that the defaults have. */
export function breakerOver(minFailingMs: number): Pick<BreakerConfig, 'minFailingMs' | 'windowMs'> {
  return { minFailingMs, windowMs: 2 * minFailingMs };
}

/** What a user has set for one destination. */
export function breakerBy(thresholds: HealthThresholds): Partial<BreakerConfig> {
  const { failureRate, minSample, consecutiveFailures, failingSeconds } = thresholds;
  return {
    ...(failureRate === undefined ? {} : { tripFailureRate: failureRate }),
    ...(minSample === undefined ? {} : { minSample }),
    ...(consecutiveFailures === undefined ? {} : { tripConsecutiveFailures: consecutiveFailures }),
    ...(failingSeconds === undefined ? {} : breakerOver(failingSeconds * 1_000)),
  };
}

export type BreakerVerdict = 'healthy' | 'degraded' | 'trip';

export interface BreakerObservation {
  ok: boolean;
  atMs: number;
  /** Kept as evidence; throttling is never counted. */
  class?: OutcomeClass;
  /** False for our own faults: they are never counted. */
  chargesHealth?: boolean;
  /** Others were delivered since it failed first: its event may be at fault, so it is none of a streak. */
  isRepeated?: boolean;
}

/** Plain JSON: stored with each transition and shown to the user. */
export interface BreakerEvidence {
  [key: string]: unknown;
  windowMs: number;
  attempts: number;
  failures: number;
  failureRate: number;
  consecutiveFailures: number;
  failingForMs: number;
  firstFailureAt: string | null;
  lastFailureAt: string | null;
  lastSuccessAt: string | null;
  lastFailureClass: OutcomeClass | null;
}

export interface Breaker {
  record(observation: BreakerObservation): void;
  verdict(nowMs: number): BreakerVerdict;
  evidence(nowMs: number): BreakerEvidence;
  /** Forgets everything: an endpoint that was re-enabled starts with a clean record. */
  reset(): void;
}

export function createBreaker(config: Partial<BreakerConfig> = {}): Breaker {
  return new WindowedBreaker({ ...DEFAULT_BREAKER_CONFIG, ...config });
}

interface Streak {
  failures: number;
  firstAtMs: number;
  lastAtMs: number;
}

class WindowedBreaker implements Breaker {
  readonly #config: BreakerConfig;
  #counts: SlidingCounts;
  #streak: Streak | undefined;
  /** When the window's failure rate reached the sustained rate, while it has not left it. */
  #poorSinceMs: number | undefined;
  #lastSuccessAtMs: number | undefined;
  #lastFailureAtMs: number | undefined;
  #lastFailureClass: OutcomeClass | undefined;

  constructor(config: BreakerConfig) {
    this.#config = config;
    this.#counts = createSlidingCounts(config);
  }

  record(observation: BreakerObservation): void {
    if (observation.chargesHealth === false || observation.class === 'throttled') {
      return;
    }
    this.#counts.add(observation.ok, observation.atMs);
    if (observation.ok) {
      this.#streak = undefined;
      this.#lastSuccessAtMs = observation.atMs;
    } else {
      this.#recordFailure(observation);
    }
    this.#followRate(observation.atMs);
  }

  verdict(nowMs: number): BreakerVerdict {
    if (this.#outage(nowMs) || this.#sustained(nowMs)) {
      return 'trip';
    }
    const { minSample, degradedConsecutiveFailures, degradedFailureRate } = this.#config;
    const { attempts, rate } = this.#sample(nowMs);
    const failingRow = (this.#streak?.failures ?? 0) >= degradedConsecutiveFailures;
    return failingRow || (attempts >= minSample && rate >= degradedFailureRate) ? 'degraded' : 'healthy';
  }

  evidence(nowMs: number): BreakerEvidence {
    const { attempts, failures } = this.#counts.read(nowMs);
    return {
      windowMs: this.#config.windowMs,
      attempts,
      failures,
      failureRate: attempts === 0 ? 0 : failures / attempts,
      consecutiveFailures: this.#streak?.failures ?? 0,
      failingForMs: this.#failingForMs(),
      firstFailureAt: isoOrNull(this.#streak?.firstAtMs),
      lastFailureAt: isoOrNull(this.#lastFailureAtMs),
      lastSuccessAt: isoOrNull(this.#lastSuccessAtMs),
      lastFailureClass: this.#lastFailureClass ?? null,
    };
  }

  reset(): void {
    this.#counts = createSlidingCounts(this.#config);
    this.#streak = undefined;
    this.#poorSinceMs = undefined;
    this.#lastSuccessAtMs = undefined;
    this.#lastFailureAtMs = undefined;
    this.#lastFailureClass = undefined;
  }

  #recordFailure({ atMs, class: outcomeClass, isRepeated }: BreakerObservation): void {
    if (isRepeated === true) {
      this.#lastFailureAtMs = Math.max(atMs, this.#lastFailureAtMs ?? atMs);
      this.#lastFailureClass = outcomeClass;
      return;
    }
    const streak = this.#streak ?? { failures: 0, firstAtMs: atMs, lastAtMs: atMs };
    // Attempts end out of order: the streak spans from its earliest to its latest failure.
    this.#streak = {
      failures: streak.failures + 1,
      firstAtMs: Math.min(streak.firstAtMs, atMs),
      lastAtMs: Math.max(streak.lastAtMs, atMs),
    };
    this.#lastFailureAtMs = this.#streak.lastAtMs;
    this.#lastFailureClass = outcomeClass;
  }

  #followRate(nowMs: number): void {
    const { attempts, rate } = this.#sample(nowMs);
    const poor = attempts >= this.#config.minSample && rate >= this.#config.sustainedFailureRate;
    this.#poorSinceMs = poor ? (this.#poorSinceMs ?? nowMs) : undefined;
  }

  #outage(nowMs: number): boolean {
    const { attempts, rate } = this.#sample(nowMs);
    const { minSample, tripFailureRate, tripConsecutiveFailures, minFailingMs } = this.#config;
    return (
      (this.#streak?.failures ?? 0) >= tripConsecutiveFailures &&
      this.#failingForMs() >= minFailingMs &&
      attempts >= minSample &&
      rate >= tripFailureRate
    );
  }

  #sustained(nowMs: number): boolean {
    const { poorSinceMs, lastAtMs } = { poorSinceMs: this.#poorSinceMs, lastAtMs: this.#lastFailureAtMs };
    if (poorSinceMs === undefined || lastAtMs === undefined) {
      return false;
    }
    // As with a streak, only evidence counts: silence makes nothing worse.
    const { attempts, rate } = this.#sample(nowMs);
    const { windowMs, minSample, sustainedFailureRate } = this.#config;
    return lastAtMs - poorSinceMs >= windowMs && attempts >= minSample && rate >= sustainedFailureRate;
  }

  /**
   * The window, or the streak where that is longer: an endpoint with one event a minute never fills a window, and its
   * ten failures in a row are as good a sample.
   */
  #sample(nowMs: number): { attempts: number; rate: number } {
    const counts = this.#counts.read(nowMs);
    const inARow = this.#streak?.failures ?? 0;
    const attempts = Math.max(counts.attempts, inARow);
    return { attempts, rate: attempts === 0 ? 0 : Math.max(counts.failures, inARow) / attempts };
  }

  /** Up to the last failure, not up to now: an endpoint that nobody called has not failed for longer. */
  #failingForMs(): number {
    return this.#streak === undefined ? 0 : this.#streak.lastAtMs - this.#streak.firstAtMs;
  }
}

function isoOrNull(atMs: number | undefined): string | null {
  return atMs === undefined ? null : new Date(atMs).toISOString();
}
