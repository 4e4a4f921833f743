import type { EndpointHealth } from '../core/endpoint-health.ts';
import { createTokenBucket, type TokenBucket } from '../delivery/rate-limiter.ts';
import type { ClockPort } from '../delivery/shard/ports.ts';
import { systemClock } from './clock.ts';

type Clock = Pick<ClockPort, 'nowMs' | 'sleep'>;

/** Fifty at one moment kept both cores of a small machine from everybody else's events (docs/performance.md). */
const DEGRADED_PER_SECOND = 25;
/** Of more than can be spread over this time all that are left come together: a user wants to see them. */
const MAX_WAIT_MS = 3_000;

/**
 * When a process records what it has found of endpoints: the steps of one webhook one after another, as they came, and those to
 * `degraded`, which endpoints that share a fault take together, spread over a moment. Their lanes are careful already.
 */
export class HealthSteps {
  readonly #hurry: AbortSignal;
  readonly #clock: Clock;
  readonly #turns: TokenBucket;
  /** The newest of each webhook, until it has ended. Never rejects. */
  readonly #newest = new Map<string, Promise<void>>();

  /** Once `hurry` aborts nothing waits for a turn. */
  constructor(hurry: AbortSignal, clock: Clock = systemClock) {
    this.#hurry = hurry;
    this.#clock = clock;
    this.#turns = createTokenBucket({ ratePerSecond: DEGRADED_PER_SECOND, burst: 1, nowMs: clock.nowMs() });
  }

  /** Resolves, or rejects, as `work` does. */
  async take(destinationId: string, to: EndpointHealth, work: () => Promise<void>): Promise<void> {
    const step = this.#after(this.#newest.get(destinationId), to, work);
    const ended = step.catch(() => undefined);
    this.#newest.set(destinationId, ended);
    try {
      await step;
    } finally {
      if (this.#newest.get(destinationId) === ended) {
        this.#newest.delete(destinationId);
      }
    }
  }

  async #after(before: Promise<void> | undefined, to: EndpointHealth, work: () => Promise<void>): Promise<void> {
    await before;
    if (to === 'degraded') {
      await this.#turn();
    }
    await work();
  }

  async #turn(): Promise<void> {
    const nowMs = this.#clock.nowMs();
    const waitMs = Math.min(MAX_WAIT_MS, this.#turns.waitMs(nowMs));
    this.#turns.owe(nowMs);
    if (waitMs > 0) {
      await this.#clock.sleep(waitMs, this.#hurry);
    }
  }
}
