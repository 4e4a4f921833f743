import type { ClockPort } from './ports.ts';

/**
 * How long after the last news a shard polls fast: whoever tells of events does so once for many, and a replica of
 * ClickHouse may show them a little later than the one that stored them.
 */
const AWAKE_MS = 2_000;

export interface PollPaceOptions {
  /** From poll to poll while there is something to do. */
  pollMs: number;
  /** While there is not, and nobody tells of news. */
  idlePollMs: number;
}

/** When a shard polls next: soon while there is something to do, else when it hears of news, at the latest after `idlePollMs`. */
export class PollPace {
  readonly #clock: ClockPort;
  readonly #options: PollPaceOptions;
  #awakeUntilMs: number;
  #endNap: (() => void) | undefined;

  constructor(clock: ClockPort, options: PollPaceOptions) {
    this.#clock = clock;
    this.#options = options;
    this.#awakeUntilMs = clock.nowMs() + AWAKE_MS;
  }

  /** There is something to look at: ends a nap. */
  news(): void {
    this.#awakeUntilMs = this.#clock.nowMs() + AWAKE_MS;
    this.#endNap?.();
  }

  /** After a round that began at `startedMs`; `busy`: it found something, or something is under way. */
  async pause({ startedMs, busy }: { startedMs: number; busy: boolean }, signal: AbortSignal): Promise<void> {
    const { pollMs, idlePollMs } = this.#options;
    const nowMs = this.#clock.nowMs();
    if (busy) {
      this.#awakeUntilMs = nowMs + AWAKE_MS;
    }
    // From poll to poll, whatever a poll takes; a slow source is left alone for half of that at least. Never for longer
    // than that: the clock may have been set back meanwhile.
    const waitMs = Math.min(pollMs, startedMs + pollMs - nowMs);
    await this.#clock.sleep(Math.max(pollMs / 2, waitMs), signal);
    if (idlePollMs > pollMs && this.#clock.nowMs() >= this.#awakeUntilMs && !signal.aborted) {
      await this.#nap(idlePollMs - pollMs, signal);
    }
  }

  async #nap(ms: number, signal: AbortSignal): Promise<void> {
    const nap = new AbortController();
    this.#endNap = () => {
      nap.abort();
    };
    signal.addEventListener('abort', this.#endNap, { once: true });
    await this.#clock.sleep(ms, nap.signal);
    signal.removeEventListener('abort', this.#endNap);
    this.#endNap = undefined;
  }
}
