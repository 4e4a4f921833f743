import type { FileFormat } from '../core/formats.ts';
import { PARQUET_MAGIC, parquetRowCount } from './parquet-footer.ts';

/** Watches the bytes of one document pass. Keeps a bounded tail, never the document. */
export interface StreamCheck {
  push(bytes: Buffer): void;
  /** The last bytes, at least as many as an error text or a footer takes. */
  tail(): Buffer;
  /** Rows in the finished document; undefined when its end is not there. */
  rows(): number | undefined;
}

/** Footers grow with row groups and columns: 10 columns x 1,000 row groups stay below this. */
const TAIL_BYTES = 4 * 1024 * 1024;
/** Each line ends with the last column, which no half-written line does. */
const LINE_END = /"team_id":\d+\}\n$/;
const NEWLINE = 10;

export function createStreamCheck(format: FileFormat): StreamCheck {
  return format === 'parquet' ? parquetCheck() : linesCheck();
}

function parquetCheck(): StreamCheck {
  const tail = new Tail(TAIL_BYTES);
  let head = '';
  return {
    push: (bytes) => {
      head += head.length < 4 ? bytes.subarray(0, 4 - head.length).toString('latin1') : '';
      tail.push(bytes);
    },
    tail: () => tail.bytes(),
    rows: () => (head === PARQUET_MAGIC ? parquetRowCount(tail.bytes()) : undefined),
  };
}

function linesCheck(): StreamCheck {
  const tail = new Tail(32 * 1024);
  let lines = 0;
  return {
    push: (bytes) => {
      lines += countNewlines(bytes);
      tail.push(bytes);
    },
    tail: () => tail.bytes(),
    rows: () => {
      const end = tail.bytes().subarray(-64).toString('latin1');
      return end === '' || LINE_END.test(end) ? lines : undefined;
    },
  };
}

/** JSON escapes a newline inside a value, so each raw one ends a row. */
export function countNewlines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) {
    count += 1;
  }
  return count;
}

/** The last `capacity` bytes of a stream, or a little more. */
class Tail {
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
