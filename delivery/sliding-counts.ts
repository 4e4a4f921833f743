export interface SlidingCounts {
  add(ok: boolean, atMs: number): void;
  read(nowMs: number): { attempts: number; failures: number };
}

/**
 * Counts of attempts and failures over the last `windowMs`, in a ring of buckets: constant memory, and constant time
 * per call apart from clearing buckets that have passed. A clock that steps back counts into the current bucket.
 */
export function createSlidingCounts(config: { windowMs: number; windowBuckets: number }): SlidingCounts {
  return new BucketRing(config.windowMs / config.windowBuckets, config.windowBuckets);
}

class BucketRing implements SlidingCounts {
  readonly #bucketMs: number;
  readonly #attempts: number[];
  readonly #failures: number[];
  readonly #total = { attempts: 0, failures: 0 };
  /** Number of the current bucket since the epoch. */
  #current = Number.NEGATIVE_INFINITY;

  constructor(bucketMs: number, buckets: number) {
    this.#bucketMs = bucketMs;
    this.#attempts = Array.from({ length: buckets }, () => 0);
    this.#failures = Array.from({ length: buckets }, () => 0);
  }

  add(ok: boolean, atMs: number): void {
    this.#advance(atMs);
    const slot = this.#slot(this.#current);
    this.#attempts[slot] = (this.#attempts[slot] ?? 0) + 1;
    this.#total.attempts += 1;
    if (!ok) {
      this.#failures[slot] = (this.#failures[slot] ?? 0) + 1;
      this.#total.failures += 1;
    }
  }

  read(nowMs: number): { attempts: number; failures: number } {
    this.#advance(nowMs);
    return { ...this.#total };
  }

  #advance(nowMs: number): void {
    const target = Math.floor(nowMs / this.#bucketMs);
    if (target <= this.#current) {
      return;
    }
    const first = Math.max(this.#current + 1, target - this.#attempts.length + 1);
    for (let bucket = first; bucket <= target; bucket += 1) {
      this.#clear(this.#slot(bucket));
    }
    this.#current = target;
  }

  #clear(slot: number): void {
    this.#total.attempts -= this.#attempts[slot] ?? 0;
    this.#total.failures -= this.#failures[slot] ?? 0;
    this.#attempts[slot] = 0;
    this.#failures[slot] = 0;
  }

  #slot(bucket: number): number {
    const length = this.#attempts.length;
    return ((bucket % length) + length) % length;
  }
}
