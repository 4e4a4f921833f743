import type { EndpointHealth } from '../../core/endpoint-health.ts';
import type { Classification } from '../classify.ts';
import { createBreaker, DEFAULT_BREAKER_CONFIG, type Breaker, type BreakerConfig } from '../health.ts';
import { isSuspended, type LaneConfig } from './lane-config.ts';
import type { ShardPorts } from './ports.ts';
import { Throttling } from './throttling.ts';

/**
 * While every attempt fails a lane that is careful sends one request at a time, and waits twice as long from each to the next:
 * every event that fails uses up attempts, and may need a workflow, while those that wait in the log cost nothing.
 */
const FIRST_PAUSE_MS = 250;
/** The first one where second tries fail as well: it is no matter of moments. */
const FIRST_PAUSE_DOWN_MS = 1_000;
/** Each pause is so much shorter or longer: what has failed together is not asked together again. */
const PAUSE_JITTER = 0.25;
/** An endpoint that was away for seconds is noticed within so long … */
const MAX_PAUSE_MS = 5_000;
/** … and as many attempts as it takes to pause it fit into the time that it must fail for. */
const MIN_STARTS_TO_TRIP = 12;
/** An endpoint that is down gets the first retry after so many times the first step of its schedule at the latest. */
const MAX_FIRST_STEPS = 6;
/** Pause after a fault of our own. */
const OWN_FAULT_PAUSE_MS = 1_000;
const SEND_LESS = 'Raise the limit of the endpoint, or send it less: with a filter, or a rate limit of the webhook.';
/** Degraded or recovering, concurrency doubles per this many successes in a row until it is back at its limit. */
const RAMP_STEP = 10;
/** So many successes in a row end `recovering`. */
const RECOVERED_AFTER = 50;

/** Requests at the same time of an endpoint that comes back, after so many successes in a row. */
export function rampedConcurrency(limit: number, successStreak: number): number {
  return Math.min(limit, 2 ** Math.floor(successStreak / RAMP_STEP));
}

/** The longest time from one request to the next of a lane all of whose attempts fail. */
function longestPauseMs(breaker: Partial<BreakerConfig> | undefined): number {
  const { minFailingMs, minSample, tripConsecutiveFailures } = { ...DEFAULT_BREAKER_CONFIG, ...breaker };
  const starts = Math.max(MIN_STARTS_TO_TRIP, minSample, tripConsecutiveFailures);
  return Math.max(FIRST_PAUSE_MS, Math.min(MAX_PAUSE_MS, minFailingMs / starts));
}

/**
 * The lane asks an endpoint that is down often enough: seconds later a retry would only use up the first step of its schedule. Half
 * of the time after which it is paused, and 30 s instead of the five of the default schedule; whoever wants to be quick stays so.
 */
function retryDownAfterMs({ breaker, retryScheduleMs: [firstStepMs = 0] }: LaneConfig): number {
  const { minFailingMs } = { ...DEFAULT_BREAKER_CONFIG, ...breaker };
  return Math.min(minFailingMs / 2, MAX_FIRST_STEPS * firstStepMs);
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
  readonly #throttling = new Throttling();
  #heldOffUntilMs = 0;
  #lastStartMs = 0;
  #pauseMs = FIRST_PAUSE_MS;
  #jitter = 1;
  readonly #maxPauseMs: number;
  readonly #retryDownAfterMs: number;
  #successStreak = 0;
  #delivered = 0;
  #hasFailedLast = false;
  #timedOutLast = false;
  #secondTryFailed = false;
  #oursIsAway = false;
  #ownTransitionAtMs = 0;

  constructor(config: LaneConfig, ports: ShardPorts) {
    this.#config = config;
    this.#ports = ports;
    this.state = config.health;
    this.#breaker = createBreaker(config.breaker);
    this.#maxPauseMs = longestPauseMs(config.breaker);
    this.#retryDownAfterMs = retryDownAfterMs(config);
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
      this.#throttling.reset();
      this.#heldOffUntilMs = 0;
      this.#hasFailedLast = false;
      this.#secondTryFailed = false;
    }
    this.state = state;
    this.#successStreak = 0;
    this.#pauseMs = FIRST_PAUSE_MS;
    this.#leaveAloneWhenDown();
  }

  concurrency(limit: number): number {
    if (this.#throttling.refusesAll) {
      return 1;
    }
    const ramping = this.state === 'degraded' || this.state === 'recovering';
    return ramping ? rampedConcurrency(limit, this.#successStreak) : limit;
  }

  /** How long the next attempt has to wait, because the receiver asked for it or because it is failing. */
  waitMs(nowMs: number): number {
    const pauseMs = this.#failsOnly ? this.#lastStartMs + this.#jitter * this.#pauseMs - nowMs : 0;
    return Math.max(this.#throttling.waitMs(nowMs), this.#heldOffUntilMs - nowMs, pauseMs);
  }

  /** A request is made for one or more events. */
  started(nowMs: number): void {
    this.#pauseMs = this.#failsOnly ? Math.min(2 * this.#pauseMs, this.#maxPauseMs) : this.#pauseMs;
    this.#lastStartMs = nowMs;
    this.#jitter = 1 + PAUSE_JITTER * (2 * this.#ports.clock.random() - 1);
  }

  /** It has answered nothing but failures for some time, and is asked carefully. An endpoint that comes back may fail again, too. */
  get #failsOnly(): boolean {
    return (this.state === 'degraded' || this.state === 'recovering') && this.#hasFailedLast;
  }

  /** Second tries fail too: it is no matter of moments. What was under way when it began has not told that yet. */
  get isDown(): boolean {
    return this.#failsOnly && this.#secondTryFailed;
  }

  /** A second try would take as long, and holds a connection meanwhile. */
  get isSilent(): boolean {
    return this.#failsOnly && this.#timedOutLast;
  }

  /** One request at a time finds out when that is over: neither more of them nor many workflows for what fails would help. */
  get takesNothing(): boolean {
    return this.isDown || this.isSilent;
  }

  /** A retry begins no earlier. Undefined: by its schedule. */
  get retryAfterMs(): number | undefined {
    return this.isDown ? this.#retryDownAfterMs : undefined;
  }

  /** So many requests were delivered. */
  get delivered(): number {
    return this.#delivered;
  }

  /** `after`: what was delivered when it failed first. Where others were since, that is no matter of the endpoint. */
  secondTryFailed(after: number): void {
    if (after === this.#delivered) {
      this.#secondTryFailed = true;
      this.#leaveAloneWhenDown();
    }
  }

  #leaveAloneWhenDown(): void {
    if (this.isDown) {
      this.#pauseMs = Math.max(this.#pauseMs, Math.min(FIRST_PAUSE_DOWN_MS, this.#maxPauseMs));
    }
  }

  /** No attempt starts for a while: something of ours that a delivery needs is away. */
  holdOff(ms: number): void {
    this.#oursIsAway = true;
    this.#heldOffUntilMs = Math.max(this.#heldOffUntilMs, this.#ports.clock.nowMs() + ms);
  }

  /** What went wrong last was something of ours: neither waiting nor requests that take long are the endpoint's doing. */
  get oursIsAway(): boolean {
    return this.#oursIsAway;
  }

  /**
   * Learns from one attempt, whose request was made at `sentAtMs`; of a second try with what was `delivered` when it failed first. A
   * promise only when that caused a transition: it resolves when this is recorded.
   */
  observe(classification: Classification, sentAtMs?: number, secondTryAfter?: number): Promise<void> | undefined {
    const nowMs = this.#ports.clock.nowMs();
    this.#oursIsAway = false;
    if (classification.class === 'throttled') {
      return this.#refused(classification, nowMs, sentAtMs ?? nowMs);
    }
    if (classification.class === 'delivered' || classification.class === 'rejected') {
      this.#throttling.taken();
    } else if (!classification.chargesAttempt) {
      this.holdOff(OWN_FAULT_PAUSE_MS);
      return undefined;
    }
    if (classification.class === 'gone') {
      return this.#become('gone', { reason: 'the endpoint answered 410 Gone' });
    }
    if (classification.class === 'delivered' || classification.chargesHealth) {
      const { class: outcomeClass, chargesHealth } = classification;
      const ok = outcomeClass === 'delivered';
      const isRepeated = !ok && secondTryAfter !== undefined && secondTryAfter !== this.#delivered;
      if (!isRepeated) {
        this.#learn(classification);
      }
      this.#breaker.record({ ok, atMs: nowMs, class: outcomeClass, chargesHealth, isRepeated });
    }
    return this.#judge(classification, nowMs);
  }

  /** A wish for patience is no fault, so it never pauses a webhook; but whoever owns it wants to know of one that never ends. */
  #refused(classification: Classification, nowMs: number, sentAtMs: number): Promise<void> | undefined {
    const { retryAfterMs: askedMs, errorCode: lastError, remedy = SEND_LESS } = classification;
    this.#throttling.refused({ nowMs, sentAtMs, askedMs, random: this.#ports.clock.random() });
    const evidence = isSuspended(this.state) ? undefined : this.#throttling.news(nowMs);
    return evidence && this.#become('degraded', { ...evidence, lastError, remedy });
  }

  #learn({ class: outcomeClass, errorCode }: Classification): void {
    const isDelivered = outcomeClass === 'delivered';
    this.#delivered += isDelivered ? 1 : 0;
    this.#successStreak = isDelivered ? this.#successStreak + 1 : 0;
    this.#hasFailedLast = !isDelivered;
    this.#timedOutLast = errorCode?.endsWith('_timeout') === true;
    this.#secondTryFailed &&= !isDelivered;
    this.#pauseMs = isDelivered ? FIRST_PAUSE_MS : this.#pauseMs;
  }

  #judge(classification: Classification, nowMs: number): Promise<void> | undefined {
    const verdict = this.#breaker.verdict(nowMs);
    if (verdict === 'trip' && (this.state === 'healthy' || this.state === 'degraded' || this.state === 'recovering')) {
      const to = classification.class === 'misconfigured' ? 'misconfigured' : 'paused_auto';
      return this.#become(to, this.#seen(classification, nowMs));
    }
    if (verdict === 'degraded' && this.state === 'healthy') {
      return this.#become('degraded', this.#seen(classification, nowMs));
    }
    return classification.class === 'delivered' ? this.#improve(verdict) : undefined;
  }

  #seen({ errorCode: lastError, remedy }: Classification, nowMs: number): Record<string, unknown> {
    return {
      ...this.#breaker.evidence(nowMs),
      ...(lastError !== undefined && { lastError }),
      ...(remedy !== undefined && { remedy }),
    };
  }

  #improve(verdict: 'healthy' | 'degraded' | 'trip'): Promise<void> | undefined {
    if (this.state === 'recovering' && this.#successStreak >= RECOVERED_AFTER) {
      return this.#become('healthy', { successesInARow: this.#successStreak });
    }
    if (this.state === 'degraded' && verdict === 'healthy') {
      return this.#become('healthy', { reason: 'it takes requests, and few of them fail' });
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
