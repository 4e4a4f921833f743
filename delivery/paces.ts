import type { LaneConfig } from './shard/lane-config.ts';
import { LanePace } from './shard/lane-pace.ts';

/** Above the webhooks that a process usually serves. */
const MAX_KNOWN = 10_000;

type Paced = Pick<LaneConfig, 'destinationId' | 'rateLimitPerSecond' | 'version'>;

interface Known {
  version: number;
  ratePerSecond: number;
  pace: LanePace;
}

/** The rate limits of a process: what the lane of a webhook sends and what its retries send come out of the same one. */
export class Paces {
  readonly #known = new Map<string, Known>();
  readonly #unlimited = new LanePace(undefined, 0);

  /** Ask again for each request: what is held on to may be another one meanwhile. */
  of({ destinationId, rateLimitPerSecond: ratePerSecond, version }: Paced, nowMs: number): LanePace {
    if (ratePerSecond === undefined) {
      return this.#unlimited;
    }
    const known = this.#known.get(destinationId);
    // Who has not heard of a change yet must not begin anew by the old rate.
    if (known !== undefined && (known.ratePerSecond === ratePerSecond || version <= known.version)) {
      known.version = Math.max(known.version, version);
      return known.pace;
    }
    this.#forgetIdle(nowMs);
    const pace = new LanePace(ratePerSecond, nowMs);
    this.#known.set(destinationId, { version, ratePerSecond, pace });
    return pace;
  }

  /** A new one is just like one that nobody has drawn from for a while. */
  #forgetIdle(nowMs: number): void {
    if (this.#known.size < MAX_KNOWN) {
      return;
    }
    for (const [destinationId, { pace }] of this.#known) {
      if (pace.isFull(nowMs)) {
        this.#known.delete(destinationId);
      }
    }
  }
}
