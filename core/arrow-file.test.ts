import { describe, expect, test } from '@jest/globals';
import { Int32, Table, tableToIPC, Utf8, vectorFromArray } from 'apache-arrow';
import fc from 'fast-check';
import { createRowCounter } from './row-counter.ts';

function table(rows: number): Table {
  const numbers = Array.from({ length: rows }, (_, row) => row);
  const text = vectorFromArray(
    numbers.map((row) => `text ${String(row)}`),
    new Utf8(),
  );
  return new Table({ id: vectorFromArray(numbers, new Int32()), text });
}

/** An Arrow file with a record batch for each number of rows. */
function arrowFile(batchRows: readonly number[]): Uint8Array {
  return tableToIPC(
    new Table(
      table(0).schema,
      batchRows.flatMap((rows) => table(rows).batches),
    ),
    'file',
  );
}

function rowsOf(pieces: readonly Uint8Array[]): number | undefined {
  const counter = createRowCounter('arrow');
  for (const piece of pieces) {
    counter.push(piece);
  }
  return counter.rows();
}

describe('rows of an Arrow file', () => {
  test.each([[[]], [[1]], [[5, 0, 70_000, 3]]])('batches of %j rows, written by another program', (batches) => {
    const file = arrowFile(batches);
    const rows = batches.reduce((sum, count) => sum + count, 0);
    expect(rowsOf([file])).toBe(rows);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: file.length }), { maxLength: 8 }), (cuts) => {
        const at = [0, ...cuts.toSorted((a, b) => a - b), file.length];
        expect(rowsOf(at.slice(1).map((end, index) => file.subarray(at[index], end)))).toBe(rows);
      }),
      { numRuns: 50 },
    );
  });

  test('byte by byte, and undefined when it ends at any byte before', () => {
    const file = arrowFile([2, 3]);
    const bytes = Array.from(file, (byte) => Uint8Array.of(byte));
    expect(rowsOf(bytes)).toBe(5);
    const counter = createRowCounter('arrow');
    const early = bytes.filter((byte) => {
      const rows = counter.rows();
      counter.push(byte);
      return rows !== undefined;
    });
    expect(early).toEqual([]);
  });

  test('undefined for a lost batch, for bytes after the end, and for what is no Arrow file; never throws', () => {
    const [one, two] = [arrowFile([2]), arrowFile([2, 3])];
    const footerOfTwo = two.subarray(
      two.length - 10 - new DataView(two.buffer, two.byteOffset + two.length - 10).getUint32(0, true),
    );
    const footerOfOne = new DataView(one.buffer, one.byteOffset + one.length - 10).getUint32(0, true) + 10;
    expect(rowsOf([one.subarray(0, -footerOfOne), footerOfTwo])).toBeUndefined();
    expect(rowsOf([one, Buffer.from('x')])).toBeUndefined();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(rowsOf([bytes])).toBeUndefined();
        expect(rowsOf([Buffer.from('ARROW1\0\0'), bytes])).toBeUndefined();
      }),
    );
  });
});
