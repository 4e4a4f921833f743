import type { Classification } from '../classify.ts';
import { createBreaker, type Breaker } from '../health.ts';
import { isSuspended, type LaneConfig } from './lane-config.ts';
import type { EndpointHealth, ShardPorts } from './ports.ts';

/** While every attempt fails a degraded lane sends one request at a time, four a second: a dead endpoint fails few events. */
const DEGRADED_PAUSE_MS = 250;
/** A receiver's own wish to be left alone is honoured up to this long; beyond it the probe decides. */
const MAX_THROTTLE_MS = 5 * 60_000;
/** Pause after a 429 without a wish, and after a fault of our own. */
const DEFAULT_THROTTLE_MS = 1_000;
/** Degraded or recovering, concurrency doubles per this many successes in a row until it is back at its limit. */
const RAMP_STEP = 10;
/** So many successes in a row end `recovering`. */
const RECOVERED_AFTER = 50;

/** Requests at the same time of an endpoint that comes back, after so many successes in a row. */
export function rampedConcurrency(limit: number, successStreak: number): number {
  return Math.min(limit, 2 ** Math.floor(successStreak / RAMP_STEP));
}

/**
 * The lane's side of endpoint health. It trips at once and locally, because waiting for a decision elsewhere would fail
 * more events; the way back is decided by the entity workflow's probe, which this lane adopts.
 */
export class LaneHealth {
  state: EndpointHealth;
  readonly #config: LaneConfig;
  readonly #ports: ShardPorts;
  #breaker: Breaker;
  #throttledUntilMs = 0;
  #lastStartMs = 0;
  #successStreak = 0;
  #ownTransitionAtMs = 0;

  constructor(config: LaneConfig, ports: ShardPorts) {
    this.#config = config;
    this.#ports = ports;
    this.state = config.health;
    this.#breaker = createBreaker(config.breaker);
  }

  /**
   * Takes over a state read from the control plane at `readAtMs`. A reading older than the lane's own last transition is
   * stale and ignored: it would undo a trip.
   */
  adoptRead(state: EndpointHealth, readAtMs: number): boolean {
    if (readAtMs <= this.#ownTransitionAtMs || state === this.state) {
      return false;
    }
    this.adopt(state);
    return true;
  }

  /** True when a reading of the control plane at `readAtMs` ends a suspension. */
  resumedBy(state: EndpointHealth, readAtMs: number): boolean {
    return readAtMs > this.#ownTransitionAtMs && isSuspended(this.state) && !isSuspended(state);
  }

  /** An endpoint with little traffic has recovered once its backlog is gone, however few deliveries that took. */
  async caughtUp(): Promise<void> {
    if (this.state === 'recovering' && this.#successStreak > 0) {
      await this.#become('healthy', { reason: 'the backlog is delivered' });
    }
  }

  adopt(state: EndpointHealth): void {
    if (state === this.state) {
      return;
    }
    // Within an outage the record goes on: forgetting it at each step would put the trip off for ever.
    if (isSuspended(this.state)) {
      this.#breaker.reset();
      this.#throttledUntilMs = 0;
    }
    this.state = state;
    this.#successStreak = 0;
  }

  concurrency(limit: number): number {
    const ramping = this.state === 'degraded' || this.state === 'recovering';
    return ramping ? rampedConcurrency(limit, this.#successStreak) : limit;
  }

  /** How long the next attempt has to wait, because the receiver asked for it or because it is failing. */
  waitMs(nowMs: number): number {
    const failing = this.state === 'degraded' && this.#successStreak === 0;
    const pauseMs = failing ? this.#lastStartMs + DEGRADED_PAUSE_MS - nowMs : 0;
    const waitMs = Math.max(this.#throttledUntilMs - nowMs, pauseMs, 0);
    if (waitMs === 0) {
      this.#lastStartMs = nowMs;
    }
    return waitMs;
  }

  /** No attempt starts for a while: something of ours that a delivery needs is away. */
  holdOff(ms: number): void {
    this.#throttledUntilMs = Math.max(this.#throttledUntilMs, this.#ports.clock.nowMs() + ms);
  }

  /** Learns from one attempt. A promise only when that caused a transition: it resolves when this is recorded. */
  observe(classification: Classification): Promise<void> | undefined {
    const nowMs = this.#ports.clock.nowMs();
    if (classification.class !== 'delivered' && !classification.chargesAttempt) {
      const askedMs = classification.retryAfterMs ?? DEFAULT_THROTTLE_MS;
      this.#throttledUntilMs = Math.max(this.#throttledUntilMs, nowMs + Math.min(askedMs, MAX_THROTTLE_MS));
      return undefined;
    }
    if (classification.class === 'gone') {
      return this.#become('gone', { reason: 'the endpoint answered 410 Gone' });
    }
    if (classification.class === 'delivered' || classification.chargesHealth) {
      this.#successStreak = classification.class === 'delivered' ? this.#successStreak + 1 : 0;
      this.#breaker.record({
        ok: classification.class === 'delivered',
        atMs: nowMs,
        class: classification.class,
        chargesHealth: classification.chargesHealth,
      });
    }
    return this.#judge(classification, nowMs);
  }

  #judge(classification: Classification, nowMs: number): Promise<void> | undefined {
    const verdict = this.#breaker.verdict(nowMs);
    if (verdict === 'trip' && (this.state === 'healthy' || this.state === 'degraded' || this.state === 'recovering')) {
      const to = classification.class === 'misconfigured' ? 'misconfigured' : 'paused_auto';
      const { errorCode: lastError, remedy } = classification;
      return this.#become(to, { ...this.#breaker.evidence(nowMs), lastError, ...(remedy && { remedy }) });
    }
    if (verdict === 'degraded' && this.state === 'healthy') {
      return this.#become('degraded', this.#breaker.evidence(nowMs));
    }
    return classification.class === 'delivered' ? this.#improve(verdict) : undefined;
  }

  #improve(verdict: 'healthy' | 'degraded' | 'trip'): Promise<void> | undefined {
    if (this.state === 'recovering' && this.#successStreak >= RECOVERED_AFTER) {
      return this.#become('healthy', { successesInARow: this.#successStreak });
    }
    if (this.state === 'degraded' && verdict === 'healthy') {
      return this.#become('healthy', { reason: 'the failure rate is back below its limit' });
    }
    return undefined;
  }

  async #become(to: EndpointHealth, evidence: Record<string, unknown>): Promise<void> {
    this.adopt(to);
    this.#ownTransitionAtMs = Number.POSITIVE_INFINITY;
    try {
      await this.#ports.health.transition(this.#config.destinationId, to, evidence);
    } catch (error) {
      // The lane trips again on the next failures; until then the control plane's state wins.
      this.#ports.observe.warn('a health transition could not be recorded', { to, error });
    } finally {
      this.#ownTransitionAtMs = this.#ports.clock.nowMs();
    }
  }
}
