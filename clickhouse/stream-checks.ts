import type { Compression, StreamFormat } from '../core/formats.ts';
import { isPacked } from '../core/formats.ts';
import { PARQUET_MAGIC, parquetRowCount } from './parquet-footer.ts';
import { Tail } from './tail-bytes.ts';
import { unpackedCheck } from './unpacked-check.ts';

/** Watches the bytes of one document pass. Keeps a bounded tail, never the document. */
export interface StreamCheck {
  /** A promise when the check needs time before it can take more. Never rejects on content: `end` tells. */
  push(bytes: Buffer): Promise<void> | undefined;
  /** False when the document's packing is damaged or not at its end. */
  end(): Promise<boolean>;
  /** The last bytes of the unpacked document, at least as many as an error text or a footer takes. */
  tail(): Buffer;
  /** Rows in the finished document; undefined when its end is not there. */
  rows(): number | undefined;
  /** Frees what the check holds; it may not have come to its end. */
  release(): void;
}

/** Footers grow with row groups and columns: 10 columns x 1,000 row groups stay below this. */
const FOOTER_BYTES = 4 * 1024 * 1024;
const LINE_BYTES = 32 * 1024;
const NEWLINE = 10;
const QUOTE = 34;

/** `lastColumn` ends every row of JSON lines: an error that is dressed as a row does not have it. */
export function createStreamCheck(
  format: { fileFormat: StreamFormat; compression: Compression },
  lastColumn?: string,
): StreamCheck {
  const plain = plainCheck(format.fileFormat, lastColumn);
  return isPacked(format) ? unpackedCheck(plain, format.compression) : plain;
}

function plainCheck(format: StreamFormat, lastColumn: string | undefined): StreamCheck {
  switch (format) {
    case 'parquet':
      return parquetCheck();
    case 'csv':
      return textCheck(csvRecords(), (records) => records - 1);
    case 'jsonl':
      return textCheck(countNewlines, (lines, tail) => (endsWithColumn(tail, lastColumn) ? lines : undefined));
    case 'tsv':
    case 'lines':
      return textCheck(countNewlines, (lines) => lines);
    case 'arrow':
      throw new TypeError('Arrow is not counted yet');
  }
}

function parquetCheck(): StreamCheck {
  const tail = new Tail(FOOTER_BYTES);
  let head = '';
  return {
    push: (bytes) => {
      head += head.length < 4 ? bytes.subarray(0, 4 - head.length).toString('latin1') : '';
      tail.push(bytes);
      return undefined;
    },
    end: () => Promise.resolve(true),
    tail: () => tail.bytes(),
    rows: () => (head === PARQUET_MAGIC ? parquetRowCount(tail.bytes()) : undefined),
    release: () => undefined,
  };
}

function textCheck(
  count: (bytes: Buffer) => number,
  rowsOf: (counted: number, tail: Buffer) => number | undefined,
): StreamCheck {
  const tail = new Tail(LINE_BYTES);
  let counted = 0;
  return {
    push: (bytes) => {
      counted += count(bytes);
      tail.push(bytes);
      return undefined;
    },
    end: () => Promise.resolve(true),
    tail: () => tail.bytes(),
    rows: () => {
      const end = tail.bytes();
      return end.length === 0 ? 0 : end.at(-1) === NEWLINE ? rowsOf(counted, end) : undefined;
    },
    release: () => undefined,
  };
}

/** JSON and TSV escape a newline inside a value, so each raw one ends a row. */
export function countNewlines(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) {
    count += 1;
  }
  return count;
}

/** CSV quotes a newline instead of escaping it; a quote inside quotes is doubled, which toggles twice. */
function csvRecords(): (bytes: Uint8Array) => number {
  let quoted = false;
  return (bytes) => {
    let count = 0;
    for (const byte of bytes) {
      if (byte === QUOTE) {
        quoted = !quoted;
      } else if (byte === NEWLINE && !quoted) {
        count += 1;
      }
    }
    return count;
  };
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
