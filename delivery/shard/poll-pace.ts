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
  /** Of the ticks, so that not all processes poll at once. Default 0. */
  phaseMs?: number;
}

/**
 * When a shard polls next: soon while there is something to do, else when it hears of news, at the latest after `idlePollMs`.
 * At ticks of the clock, which the shards of a process have in common: what they ask together costs less (`joinedPolls`).
 */
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

  /** After a round; `busy`: it found something, or something is under way. */
  async pause({ busy }: { busy: boolean }, signal: AbortSignal): Promise<void> {
    const { pollMs, idlePollMs } = this.#options;
    if (busy) {
      this.#awakeUntilMs = this.#clock.nowMs() + AWAKE_MS;
    }
    // A slow source is left alone for half of that at least.
    await this.#clock.sleep(Math.max(pollMs / 2, this.#untilTickMs(pollMs)), signal);
    if (idlePollMs > pollMs && this.#clock.nowMs() >= this.#awakeUntilMs && !signal.aborted) {
      const napMs = this.#untilTickMs(idlePollMs);
      // A tick that has just been is this one.
      await this.#nap(napMs > idlePollMs - pollMs ? 0 : napMs, signal);
    }
  }

  /** Never for longer than from tick to tick, however the clock is set meanwhile. */
  #untilTickMs(everyMs: number): number {
    return everyMs - ((this.#clock.nowMs() + (this.#options.phaseMs ?? 0)) % everyMs);
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
