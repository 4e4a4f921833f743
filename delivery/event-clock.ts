import { MICROS_PER_MS, type Micros } from '../core/time.ts';

/** For so long a measure is kept rather than a less exact one: clocks drift apart by a few milliseconds meanwhile. */
const KEPT_MS = 60_000;
/** Who does not ask all the time asks again after so long. */
const RECENT_MS = 30_000;

/** What an answer has shown: the events' clock was so far ahead of ours, at least and at most. */
interface Measure {
  leastMs: number;
  mostMs: number;
  atMs: number;
}

/**
 * The clock that stamps events, ClickHouse's, as a process knows it from the answers that it gets anyway. What counts from a stamp
 * ends by this clock: that of a worker may be wrong, and would end it early. From answer to answer it goes on by a clock that nobody
 * sets. It is never ahead of ClickHouse's own, and behind by no more than an answer took.
 */
export class EventClock {
  readonly #read: () => Promise<Micros>;
  readonly #monotonicMs: () => number;
  #measure: Measure | undefined;
  #askedAtMs = Number.NEGATIVE_INFINITY;

  constructor(read: () => Promise<Micros>, monotonicMs: () => number = () => performance.now()) {
    this.#read = read;
    this.#monotonicMs = monotonicMs;
  }

  /** Milliseconds since the epoch; undefined: nobody has asked yet. */
  nowMs(): number | undefined {
    return this.#measure && this.#monotonicMs() + this.#measure.leastMs;
  }

  /**
   * By how many milliseconds it is surely ahead of the clock of this machine, which says `ourMs`; below 0: behind. 0: no more than
   * an answer took. Undefined: nobody has asked yet.
   */
  aheadMs(ourMs: number = Date.now()): number | undefined {
    if (this.#measure === undefined) {
      return undefined;
    }
    const monotonicMs = this.#monotonicMs();
    const { leastMs, mostMs } = this.#measure;
    return Math.max(0, monotonicMs + leastMs - ourMs) + Math.min(0, monotonicMs + mostMs - ourMs);
  }

  /** What ClickHouse says. */
  async ask(): Promise<Micros> {
    const askedMs = this.#monotonicMs();
    const micros = await this.#read();
    const atMs = this.#monotonicMs();
    const saidMs = micros / MICROS_PER_MS;
    this.#askedAtMs = atMs;
    this.#learn({ leastMs: saidMs - atMs, mostMs: saidMs - askedMs, atMs });
    return micros;
  }

  /** The same as `nowMs`, for those who may wait: it asks when nobody has done so lately. */
  async recentMs(): Promise<number> {
    const isRecent = this.#monotonicMs() - this.#askedAtMs < RECENT_MS;
    const knownMs = isRecent ? this.nowMs() : undefined;
    return knownMs ?? (await this.ask()) / MICROS_PER_MS;
  }

  /** The same as `aheadMs`, for those who may wait. */
  async recentlyAheadMs(ourMs: () => number = Date.now): Promise<number | undefined> {
    await this.recentMs();
    return this.aheadMs(ourMs());
  }

  /** The most exact of the last minute, unless the clock was set since. */
  #learn(measure: Measure): void {
    const known = this.#measure;
    const isBetter =
      known !== undefined &&
      measure.atMs - known.atMs < KEPT_MS &&
      known.mostMs - known.leastMs <= measure.mostMs - measure.leastMs &&
      known.leastMs <= measure.mostMs &&
      known.mostMs >= measure.leastMs;
    if (!isBetter) {
      this.#measure = measure;
    }
  }
}
