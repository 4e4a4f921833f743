const FIRST_BYTES = 64 * 1024;

/** The last `capacity` bytes of a stream, copied into one ring: a piece of a stream may be reused once it has passed. */
export class Tail {
  readonly #capacity: number;
  #ring = new Uint8Array(0);
  /** Bytes taken in, and how many of the ring are used. */
  #end = 0;
  #size = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  push(bytes: Uint8Array): void {
    const kept = bytes.length > this.#capacity ? bytes.subarray(bytes.length - this.#capacity) : bytes;
    this.#makeRoom(kept.length);
    const first = Math.min(kept.length, this.#ring.length - this.#end);
    this.#ring.set(kept.subarray(0, first), this.#end);
    this.#ring.set(kept.subarray(first), 0);
    this.#end = (this.#end + kept.length) % Math.max(this.#ring.length, 1);
    this.#size = Math.min(this.#size + kept.length, this.#capacity);
  }

  /** A copy. */
  bytes(): Uint8Array {
    const all = new Uint8Array(this.#size);
    const start = (this.#end - this.#size + this.#ring.length) % Math.max(this.#ring.length, 1);
    const first = this.#ring.subarray(start, Math.min(start + this.#size, this.#ring.length));
    all.set(first);
    all.set(this.#ring.subarray(0, this.#size - first.length), first.length);
    return all;
  }

  /** Small streams do not pay for the capacity. */
  #makeRoom(bytes: number): void {
    const needed = Math.min(this.#size + bytes, this.#capacity);
    if (needed <= this.#ring.length) {
      return;
    }
    const kept = this.bytes();
    this.#ring = new Uint8Array(Math.min(Math.max(FIRST_BYTES, needed, 2 * this.#ring.length), this.#capacity));
    this.#ring.set(kept);
    this.#end = kept.length % this.#ring.length;
  }
}
