import type { Compression, StreamFormat } from '../core/formats.ts';
import { isPacked } from '../core/formats.ts';
import { createRowCounter } from '../core/row-counter.ts';
import { Tail } from '../core/tail-bytes.ts';
import { unpackedCheck } from './unpacked-check.ts';

/** Watches the bytes of one document pass. Keeps a bounded tail, never the document. */
export interface StreamCheck {
  /** A promise when the check needs time before it can take more. Never rejects on content: `end` tells. */
  push(bytes: Buffer): Promise<void> | undefined;
  /** False when the document's packing is damaged or not at its end. */
  end(): Promise<boolean>;
  /** The last bytes of the unpacked document, at least as many as an error text takes. */
  tail(): Buffer;
  /** Rows in the finished document; undefined when its end is not there. */
  rows(): number | undefined;
  /** Frees what the check holds; it may not have come to its end. */
  release(): void;
}

/** Holds any text that the server writes when it fails. */
const TAIL_BYTES = 32 * 1024;
const NEWLINE = 10;

/** `lastColumn` ends every row of JSON lines: an error that is dressed as a row does not have it. */
export function createStreamCheck(
  format: { fileFormat: StreamFormat; compression: Compression },
  lastColumn?: string,
): StreamCheck {
  const plain = plainCheck(format.fileFormat, lastColumn);
  return isPacked(format) ? unpackedCheck(plain, format.compression) : plain;
}

function plainCheck(format: StreamFormat, lastColumn: string | undefined): StreamCheck {
  const counter = createRowCounter(format);
  const tail = new Tail(TAIL_BYTES);
  const isEndRight = (): boolean => format !== 'jsonl' || endsWithColumn(tailOf(tail), lastColumn);
  return {
    push: (bytes) => {
      counter.push(bytes);
      tail.push(bytes);
      return undefined;
    },
    end: () => Promise.resolve(true),
    tail: () => tailOf(tail),
    rows: () => {
      const rows = counter.rows();
      return rows === undefined || rows === 0 || isEndRight() ? rows : undefined;
    },
    release: () => undefined,
  };
}

function tailOf(tail: Tail): Buffer {
  const bytes = tail.bytes();
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

function endsWithColumn(tail: Buffer, column: string | undefined): boolean {
  const line = tail.subarray(0, -1);
  const start = line.lastIndexOf(NEWLINE);
  // A line longer than what is kept cannot be an error text.
  return column === undefined || start < 0 ? isRow(line) : line.includes(`${JSON.stringify(column)}:`, start + 1);
}

function isRow(line: Buffer): boolean {
  return line.at(-1) === '}'.charCodeAt(0);
}
