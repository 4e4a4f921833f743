/** Whole rows, each ending with a newline. */
export interface Batch {
  rows: number;
  bytes: number;
  parts: Uint8Array[];
}

export interface BatchLimits {
  maxRows: number;
  maxBytes: number;
}

const NEWLINE = 0x0a;
/**
 * A source says at its end only that it broke, and may have written the error's text (at most some 16 KiB) among the
 * rows. Nothing of the last bytes is handed out before the end is known to be good.
 */
const HELD_BYTES = 64 * 1024;

/**
 * Cuts a stream of lines into batches by bytes alone, without reading a row. The same bytes give the same batches,
 * however they are split into pieces. A row above `maxBytes` is a batch of its own.
 */
export class LineBatcher {
  readonly #limits: BatchLimits;
  #current: Batch = { rows: 0, bytes: 0, parts: [] };
  /** Of a line that has begun. */
  #unfinished: Uint8Array[] = [];
  #unfinishedBytes = 0;
  #received = 0;
  #closed: { batch: Batch; endsAt: number }[] = [];

  constructor(limits: BatchLimits) {
    this.#limits = limits;
  }

  /** Batches that may be sent now. */
  push(piece: Uint8Array): Batch[] {
    const before = this.#received;
    let [taken, lineStart] = [0, 0];
    for (let at = piece.indexOf(NEWLINE); at >= 0; at = piece.indexOf(NEWLINE, lineStart)) {
      const lineBytes = this.#unfinishedBytes + at + 1 - lineStart;
      if (this.#isFull(lineBytes)) {
        this.#take(piece.subarray(taken, lineStart));
        this.#close(before + lineStart - this.#unfinishedBytes);
        taken = lineStart;
      }
      this.#take(...this.#unfinished);
      [this.#unfinished, this.#unfinishedBytes] = [[], 0];
      this.#current.rows += 1;
      this.#current.bytes += lineBytes;
      lineStart = at + 1;
    }
    this.#take(piece.subarray(taken, lineStart));
    this.#hold(piece.subarray(lineStart));
    this.#received += piece.length;
    return this.#release(this.#received - HELD_BYTES);
  }

  /** The rest, once the source has ended well. */
  end(): { batches: Batch[]; unfinishedBytes: number } {
    if (this.#current.rows > 0) {
      this.#close(this.#received);
    }
    return { batches: this.#release(this.#received), unfinishedBytes: this.#unfinishedBytes };
  }

  #isFull(lineBytes: number): boolean {
    const { rows, bytes } = this.#current;
    return rows > 0 && (rows >= this.#limits.maxRows || bytes + lineBytes > this.#limits.maxBytes);
  }

  #take(...parts: Uint8Array[]): void {
    this.#current.parts.push(...parts.filter(({ length }) => length > 0));
  }

  #hold(part: Uint8Array): void {
    if (part.length > 0) {
      this.#unfinished.push(part);
      this.#unfinishedBytes += part.length;
    }
  }

  #close(endsAt: number): void {
    this.#closed.push({ batch: this.#current, endsAt });
    this.#current = { rows: 0, bytes: 0, parts: [] };
  }

  #release(upTo: number): Batch[] {
    const ready = this.#closed.filter(({ endsAt }) => endsAt <= upTo);
    this.#closed = this.#closed.slice(ready.length);
    return ready.map(({ batch }) => batch);
  }
}

/** Both halves of a batch of two rows or more, as one buffer each. */
export function halves(lines: Buffer, rows: number): { rows: number; lines: Buffer }[] {
  const first = Math.floor(rows / 2);
  let end = 0;
  for (let row = 0; row < first; row += 1) {
    end = lines.indexOf(NEWLINE, end) + 1;
  }
  return [
    { rows: first, lines: lines.subarray(0, end) },
    { rows: rows - first, lines: lines.subarray(end) },
  ];
}
