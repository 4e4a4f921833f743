import type { FileHandle } from 'node:fs/promises';

/** A source gives pieces of up to 64 KiB; a call of the system for each costs more than copying them together. */
const BLOCK_BYTES = 1024 * 1024;

/** Appends to a file in blocks. What `write` takes is copied before it returns. */
export class GatheredWrite {
  readonly #handle: FileHandle;
  readonly #block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
  #filled = 0;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /** A promise only when the file has to be written to; nothing may be written before it settles. */
  write(bytes: Uint8Array): Promise<void> | undefined {
    if (bytes.length < BLOCK_BYTES - this.#filled) {
      this.#block.set(bytes, this.#filled);
      this.#filled += bytes.length;
      return undefined;
    }
    return this.#writeAcross(bytes);
  }

  async flush(): Promise<void> {
    const full = this.#block.subarray(0, this.#filled);
    for (let offset = 0; offset < full.length;) {
      offset += (await this.#handle.write(full, offset)).bytesWritten;
    }
    this.#filled = 0;
  }

  async #writeAcross(bytes: Uint8Array): Promise<void> {
    for (let offset = 0; offset < bytes.length;) {
      const taken = Math.min(bytes.length - offset, BLOCK_BYTES - this.#filled);
      this.#block.set(bytes.subarray(offset, offset + taken), this.#filled);
      this.#filled += taken;
      offset += taken;
      if (this.#filled === BLOCK_BYTES) {
        await this.flush();
      }
    }
  }
}
