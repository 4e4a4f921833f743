import { ArrowRowCounter } from './arrow-file.ts';
import type { StreamFormat } from './formats.ts';
import { PARQUET_MAGIC, parquetRowCount } from './parquet-footer.ts';
import { Tail } from './tail-bytes.ts';

/** Counts rows in the bytes of one document as they pass, unpacked. Keeps a bounded part of it, never the document. */
export interface RowCounter {
  push(bytes: Uint8Array): void;
  /** Undefined when what has passed is not a whole document. */
  rows(): number | undefined;
}

/** Footers grow with row groups and columns: 10 columns x 1,000 row groups stay below this. */
const FOOTER_BYTES = 4 * 1024 * 1024;
const NEWLINE = 10;
const QUOTE = 34;

export function createRowCounter(format: StreamFormat): RowCounter {
  switch (format) {
    case 'parquet':
      return parquetCounter();
    case 'arrow':
      return new ArrowRowCounter();
    case 'csv':
      return csvCounter();
    case 'jsonl':
    case 'tsv':
    case 'lines':
      return lineCounter();
  }
}

function parquetCounter(): RowCounter {
  const tail = new Tail(FOOTER_BYTES);
  let head = '';
  return {
    push: (bytes) => {
      if (head.length < PARQUET_MAGIC.length) {
        head += String.fromCharCode(...bytes.subarray(0, PARQUET_MAGIC.length - head.length));
      }
      tail.push(bytes);
    },
    rows: () => (head === PARQUET_MAGIC ? parquetRowCount(tail.bytes()) : undefined),
  };
}

function lineCounter(): RowCounter {
  let lines = 0;
  let lastByte: number | undefined;
  return {
    push: (bytes) => {
      lines += countNewlines(bytes);
      lastByte = bytes.at(-1) ?? lastByte;
    },
    rows: () => (lastByte === undefined ? 0 : lastByte === NEWLINE ? lines : undefined),
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
function csvCounter(): RowCounter {
  let [records, quoted] = [0, false];
  let lastByte: number | undefined;
  return {
    push: (bytes) => {
      for (const byte of bytes) {
        if (byte === QUOTE) {
          quoted = !quoted;
        } else if (byte === NEWLINE && !quoted) {
          records += 1;
        }
      }
      lastByte = bytes.at(-1) ?? lastByte;
    },
    // The first record is the columns' names.
    rows: () => (lastByte === undefined ? 0 : lastByte === NEWLINE && !quoted ? records - 1 : undefined),
  };
}
