/** The last `capacity` bytes of a stream, or a little more. Keeps the pieces themselves: their memory must not be reused. */
export class Tail {
  readonly #capacity: number;
  #parts: Uint8Array[] = [];
  #size = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  push(bytes: Uint8Array): void {
    this.#parts.push(bytes);
    this.#size += bytes.length;
    for (let first = this.#parts[0]; first && this.#size - first.length >= this.#capacity; first = this.#parts[0]) {
      this.#parts.shift();
      this.#size -= first.length;
    }
  }

  bytes(): Uint8Array {
    const all = new Uint8Array(this.#size);
    let at = 0;
    for (const part of this.#parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }
}
