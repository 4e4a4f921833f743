import { DEFAULT_BREAKER_CONFIG } from '../health.ts';
import type { ClockPort } from './ports.ts';

/** An endpoint that says nothing for so long, and for twice as long as it took last, is silent … */
const SILENT_AFTER_MS = 1_000;
/**
 * … and gets no more requests at a time than it takes to call it degraded: more would hold connections for nothing, and all of them
 * would time out at one moment.
 */
const SILENT_CONCURRENCY = DEFAULT_BREAKER_CONFIG.degradedConsecutiveFailures;

/** In flight, for one event or for a batch. */
export interface Request {
  sinceMs: number;
  replayed: boolean;
}

/** Those of one lane that are in flight. */
export class Requests {
  readonly #clock: Pick<ClockPort, 'nowMs'>;
  readonly #inFlight = new Set<Request>();
  #replays = 0;
  /** Of the request that ended last. */
  #tookMs = 0;
  #endedAtMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Pick<ClockPort, 'nowMs'>) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#inFlight.size;
  }

  get replays(): number {
    return this.#replays;
  }

  started(request: Request): void {
    this.#inFlight.add(request);
    this.#replays += request.replayed ? 1 : 0;
  }

  ended(request: Request): void {
    this.#inFlight.delete(request);
    this.#replays -= request.replayed ? 1 : 0;
    this.#endedAtMs = this.#clock.nowMs();
    this.#tookMs = this.#endedAtMs - request.sinceMs;
  }

  /** One has taken so long, or the last one has. */
  takeLonger(thanMs: number): boolean {
    const [oldest] = this.#inFlight;
    return oldest !== undefined && (this.#tookMs > thanMs || this.#clock.nowMs() - oldest.sinceMs > thanMs);
  }

  /** How many the endpoint may have at a time, of so many that its settings and its health allow. */
  concurrency(allowed: number): number {
    return allowed > SILENT_CONCURRENCY && this.#isSilent ? SILENT_CONCURRENCY : allowed;
  }

  get #isSilent(): boolean {
    const since = this.#clock.nowMs() - Math.max(SILENT_AFTER_MS, 2 * this.#tookMs);
    if (this.#endedAtMs >= since) {
      return false;
    }
    const [oldest] = this.#inFlight;
    return oldest !== undefined && oldest.sinceMs < since;
  }
}
