import { StringDecoder } from 'node:string_decoder';

/** Collects the beginning of a response and counts the rest. */
export class ResponseBody {
  readonly #maxBytes: number;
  readonly #chunks: Buffer[] = [];
  #keptBytes = 0;
  #receivedBytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get receivedBytes(): number {
    return this.#receivedBytes;
  }

  get truncated(): boolean {
    return this.#receivedBytes > this.#keptBytes;
  }

  add(chunk: Buffer): void {
    this.#receivedBytes += chunk.length;
    const room = this.#maxBytes - this.#keptBytes;
    if (room > 0) {
      const kept = chunk.length > room ? chunk.subarray(0, room) : chunk;
      this.#chunks.push(kept);
      this.#keptBytes += kept.length;
    }
  }

  /** UTF-8 text; a character that the cap has cut in two is left out. */
  text(): string {
    const [first] = this.#chunks;
    if (first === undefined) {
      return '';
    }
    const bytes = this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks);
    return this.truncated ? new StringDecoder('utf8').write(bytes) : bytes.toString('utf8');
  }
}
