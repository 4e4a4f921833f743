/** The last `capacity` bytes of a stream, or a little more. */
export class Tail {
  readonly #capacity: number;
  #parts: Buffer[] = [];
  #size = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  push(bytes: Buffer): void {
    this.#parts.push(bytes);
    this.#size += bytes.length;
    for (let first = this.#parts[0]; first && this.#size - first.length >= this.#capacity; first = this.#parts[0]) {
      this.#parts.shift();
      this.#size -= first.length;
    }
  }

  bytes(): Buffer {
    return Buffer.concat(this.#parts);
  }
}
